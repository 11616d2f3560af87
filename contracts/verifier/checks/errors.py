"""Wrong requests. Only a missing prompt is sure to start no job; all others count against the
budget.
"""

from collections.abc import Callable, Iterator

from contracts.sdk import EVERY, Call, Check, Level, Session, Skip

_OVER = {"messages": [{"role": "user", "content": "x"}], "n": 5}


def _refused(*messages: str, **changes: object) -> Callable[[Session], Iterator[object]]:
    """A creation with changed fields; None leaves a field out."""

    def run(session: Session) -> Iterator[object]:
        subject = session.subject
        body = subject.create_body(session.model, None) | changes
        sent = {name: value for name, value in body.items() if value is not None}
        answer = session.call("POST", subject.create_path, body=sent)
        yield from session.expect(answer, *(messages or subject.bad_request_messages))

    return run


def _refused_with(field: str, value: object) -> Callable[[Session], Iterator[object]]:
    """The same for a field that some providers do not have: changed there, it would change nothing."""

    def run(session: Session) -> Iterator[object]:
        if field not in session.subject.create_body(session.model, None):
            raise Skip(f"a creation of {session.subject.name} has no field {field!r}")
        yield from _refused(**{field: value})(session)

    return run


def _malformed(session: Session) -> Iterator[object]:
    path = session.subject.create_path
    answer = session.call("POST", path, content=b'{"prompt": "A cat')
    yield from session.expect(answer, *session.subject.bad_request_messages)


def _chat_n(session: Session) -> Iterator[object]:
    answer = session.call("POST", "/v1/chat/completions", body={**_OVER, "model": session.model})
    yield from session.expect(answer, *session.subject.bad_request_messages)


def _unknown_path(session: Session) -> Iterator[object]:
    subject = session.subject
    answer = session.call("GET", subject.no_such_path)
    yield from session.expect(answer, subject.no_such_path_message)
    if subject.refuses_by_status and answer.status not in (404, 405):
        yield f"HTTP 404 or 405 expected: {answer}"


def _paid(
    name: str,
    level: Level,
    title: str,
    source: str,
    run: Callable[[Session], Iterator[object]],
    providers: tuple[str, ...] = EVERY,
    path: str = "{create}",
) -> Check:
    calls = (Call("POST", f"{path} (wrong)", creates=1),)
    return Check(f"errors.{name}", level, title, source, run, providers, calls)


_FREE = (Call("POST", "{create} (without a prompt)"),)

CHECKS = (
    Check("errors.missing_prompt", "MUST", "a creation without a prompt is refused",
          "seed 000; seed 003; docs: docs.kie.ai/veo3-api/generate-veo-3-video",
          _refused_with("prompt", None), calls=_FREE),
    Check("errors.unknown_path", "SHOULD", "a call that does not exist is refused in the envelope",
          "inferred", _unknown_path, calls=(Call("GET", "/(no such call)"),)),
    _paid("unknown_model", "MUST", "an unknown model is refused", "seed 000; seed 003",
          _refused_with("model", "no-such-model")),
    _paid("malformed_json", "SHOULD", "a body that is no JSON is refused in the envelope",
          "inferred", _malformed),
    _paid("chat_n_too_large", "MUST", "more than four videos in one call are refused", "seed 004",
          _chat_n, ("apiyi",), "/v1/chat/completions"),
    _paid("bad_ratio", "SHOULD", "an unknown aspect ratio is refused",
          "docs: docs.kie.ai/veo3-api/generate-veo-3-video; seed 003",
          _refused(aspectRatio="7:5", aspect_ratio="7:5"), ("kie", "xcompute")),
    _paid("lite_with_pictures", "SHOULD", "the lite model refuses pictures", "seed 003",
          _refused(model="veo3.1-lite", image_urls=["https://example.com/a.png"]), ("xcompute",)),
    _paid("gif_above_720p", "SHOULD", "GIF and 1080p exclude one another", "seed 003",
          _refused(model="veo3.1-fast", enable_gif=True, resolution="1080p"), ("xcompute",)),
)  # fmt: skip
