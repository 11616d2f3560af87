"""The chat call as a stream of events."""

from collections.abc import Iterable, Iterator

from contracts.sdk import BAD_KEY, Answer, Call, Check, Session, SseValidator, validate

PATH = "/v1/chat/completions"
SEVERAL = 2


def _body(model: str, videos: int = 1) -> dict[str, object]:
    prompt = {"role": "user", "content": "A cat on a wall"}
    return {"messages": [prompt], "model": model, "stream": True, "n": videos}


def _streamed(session: Session, videos: int) -> tuple[Answer, Iterable[object]]:
    body = _body(session.model, videos)
    answer = session.call("POST", PATH, body=body, accept="text/event-stream")
    validator = SseValidator("apiyi", "chat", videos=videos)
    validator.feed(answer.body)
    return answer, validator.finish().problems


def _order(session: Session) -> Iterator[object]:
    answer, problems = _streamed(session, 1)
    yield from validate("apiyi", "headers_stream", dict(answer.headers))
    yield from problems


def _several(session: Session) -> Iterable[object]:
    return _streamed(session, SEVERAL)[1]


def _refused_key(session: Session) -> Iterator[object]:
    answer = session.call(
        "POST", PATH, body=_body(session.model), authorization=session.authorization(BAD_KEY)
    )
    yield from session.expect(answer, session.subject.unauthorized_message)
    if answer.content_type.startswith("text/event-stream"):
        yield "a refusal came as an event stream"


CHECKS = (
    Check("stream.order", "MUST", "the stream's events have their forms and their order",
          "seed 002; seed 004", _order, ("apiyi",), (Call("POST", PATH, creates=1),)),
    Check("stream.several", "MUST", "a stream that was asked for two videos brings both",
          "seed 002; seed 004", _several, ("apiyi",), (Call("POST", PATH, creates=SEVERAL),)),
    Check("stream.refused_key", "MUST", "a wrong key is HTTP 401 and JSON, never an event",
          "client", _refused_key, ("apiyi",), (Call("POST", PATH),)),
)  # fmt: skip
