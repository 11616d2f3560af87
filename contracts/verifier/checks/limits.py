"""Limits on the number of calls."""

from collections.abc import Iterator

from contracts.sdk import Call, Check, Session, Skip

WINDOW_CREATIONS = 20
"""docs: docs.kie.ai intro: 20 creations in 10 seconds, then 429."""
FREE_READS = 25


def _retry_after(session: Session) -> Iterator[object]:
    refused = [answer for answer in session.answers if answer.status == 429]
    if not refused:
        raise Skip("nothing was refused with HTTP 429")
    for answer in refused:
        if not answer.headers.get("retry-after"):
            yield f"{answer} without Retry-After"


def _reads_are_free(session: Session) -> Iterator[object]:
    for _ in range(FREE_READS):
        answer = session.probe(session.authorization())
        body = answer.json if isinstance(answer.json, dict) else {}
        if 429 in (answer.status, body.get("code")):
            yield f"a status query was limited: {answer}"
            return


def _window(session: Session) -> Iterator[object]:
    body = session.subject.create_body(session.model, None)
    for _ in range(WINDOW_CREATIONS + 1):
        answer = session.call("POST", session.subject.create_path, body=body)
        if isinstance(answer.json, dict) and answer.json.get("code") == 429:
            yield from session.expect(answer, "error_429")
            return
        if session.expect(answer, "task_created"):
            raise Skip(f"creations are refused for another reason: {answer}")
    yield f"{WINDOW_CREATIONS + 1} creations in a row were all taken"


_CREATIONS = Call("POST", "/api/v1/veo/generate", creates=WINDOW_CREATIONS + 1)

CHECKS = (
    Check("limits.retry_after", "SHOULD", "HTTP 429 says when to come back",
          "client (SDKs honour it)", _retry_after),
    Check("limits.reads_are_free", "SHOULD", "the creation limit does not apply to queries",
          "docs: docs.kie.ai intro; inferred", _reads_are_free, ("kie",),
          (Call("GET", f"{{poll}} ({FREE_READS} times)"),)),
    Check("limits.creations", "MUST", "more than 20 creations in 10 seconds are refused with 429",
          "docs: docs.kie.ai intro", _window, ("kie",), (_CREATIONS,)),
)  # fmt: skip
