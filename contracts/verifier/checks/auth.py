"""Keys: which are refused and how, and what a good key may read for free."""

from collections.abc import Callable, Iterator

from contracts.sdk import BAD_KEY, Call, Check, Session

_PROBE = (Call("GET", "{poll}"),)


def _bad_key(session: Session) -> Iterator[object]:
    answer = session.probe(session.authorization(BAD_KEY))
    yield from session.expect(answer, session.subject.unauthorized_message)


def _no_key(session: Session) -> Iterator[object]:
    yield from session.expect(session.probe(None), session.subject.unauthorized_message)


def _raw_key(session: Session) -> Iterator[object]:
    answer = session.probe(session.authorization(scheme=""))
    yield from session.expect(answer, session.subject.unauthorized_message)


def _key_forms(session: Session) -> Iterator[object]:
    for scheme in ("", "Bearer"):
        answer = session.probe(session.authorization(scheme=scheme))
        if session.expect(answer, session.subject.unknown_message):
            yield f"the key {f'as {scheme}' if scheme else 'alone'} was refused: {answer}"


def _reads(*paths: str) -> Callable[[Session], Iterator[object]]:
    def run(session: Session) -> Iterator[object]:
        for path in paths:
            answer = session.call("GET", path)
            yield from session.judge(answer)
            body = answer.json if isinstance(answer.json, dict) else {}
            if answer.status != 200 or body.get("code", 200) != 200:
                yield f"a good key did not get what was asked for: {answer}"

    return run


def _gets(*paths: str) -> tuple[Call, ...]:
    return tuple(Call("GET", path) for path in paths)


CHECKS = (
    Check("auth.bad_key", "MUST", "a wrong key is refused in the documented envelope",
          "seed 000; seed 003; recorded", _bad_key, calls=_PROBE),
    Check("auth.no_key", "MUST", "no key is refused in the documented envelope",
          "seed 000; seed 003; recorded", _no_key, calls=_PROBE),
    Check("auth.raw_key", "MUST", "the key without Bearer is refused",
          "seed 001; seed 003", _raw_key, ("kie", "xcompute"), _PROBE),
    Check("auth.key_forms", "MUST", "the key is accepted with and without Bearer",
          "seed 000; seed 002; client", _key_forms, ("apiyi",), _PROBE * 2),
    Check("auth.models", "SHOULD", "the models are listed in the documented form",
          "docs: developers.openai.com/api/reference models; docs: docs.apimart.ai",
          _reads("/v1/models"), ("apiyi", "xcompute"), _gets("/v1/models")),
    Check("auth.credit", "MUST", "the credits are a bare number",
          "docs: docs.kie.ai/common-api; recorded",
          _reads("/api/v1/chat/credit"), ("kie",), _gets("/api/v1/chat/credit")),
    Check("auth.balance", "MUST", "the balances have their documented form",
          "docs: docs.apimart.ai balance", _reads("/v1/balance", "/v1/user/balance"),
          ("xcompute",), _gets("/v1/balance", "/v1/user/balance")),
)  # fmt: skip
