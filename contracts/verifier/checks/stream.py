"""The chat call as a stream of events."""

from collections.abc import Iterator

from contracts.sdk import BAD_KEY, Call, Check, Session, SseValidator, validate

PATH = "/v1/chat/completions"


def _body(model: str) -> dict[str, object]:
    prompt = {"role": "user", "content": "A cat on a wall"}
    return {"messages": [prompt], "model": model, "stream": True, "n": 1}


def _order(session: Session) -> Iterator[object]:
    answer = session.call("POST", PATH, body=_body(session.model), accept="text/event-stream")
    yield from validate("apiyi", "headers_stream", dict(answer.headers))
    validator = SseValidator("apiyi", "chat", videos=1)
    validator.feed(answer.body)
    yield from validator.finish().problems


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
    Check("stream.refused_key", "MUST", "a wrong key is HTTP 401 and JSON, never an event",
          "client", _refused_key, ("apiyi",), (Call("POST", PATH),)),
)  # fmt: skip
