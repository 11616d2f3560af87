"""Reads messages from a tape or from answers of a host, and finds the documented form of each."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from contracts import life_cycle, schema, validate
from contracts.drift.model import Seen
from contracts.events import EventDecoder, EventTooLong
from contracts.operations import Operation, find_operation
from contracts.problem import Problem
from contracts.verifier.har import entries_of, was_refused
from contracts.verifier.subject import Subject
from contracts.verifier.target import Answer

CALLBACK = "callback"


def on_tape(subject: Subject, recorded: list[Any]) -> Iterator[Seen]:
    """Yield the messages of recorded traffic. Raises CouldNotRun."""
    for entry in entries_of(subject, recorded):
        yield from _of_reply(
            subject.name, entry.operation, entry.status, entry.content_type, entry.body,
            entry.headers, entry.took_ms, f"entry {entry.number}",
        )  # fmt: skip
        form = entry.operation.request_message()
        if form and entry.request is not None and not was_refused(subject, entry):
            where = f"entry {entry.number}"
            name = entry.operation.name
            yield Seen(name, form, entry.request, where=where, is_request=True)
    for number, raw in enumerate(recorded):
        if (raw.get("_reelmock") or {}).get("kind") == CALLBACK and subject.callback_message:
            text = (raw["request"].get("postData") or {}).get("text")
            yield _callback(subject, _json(text), f"entry {number}")


def in_answers(subject: Subject, answers: list[Answer]) -> Iterator[Seen]:
    """Yield the messages among the answers of a host."""
    for number, answer in enumerate(answers):
        operation = find_operation(subject.name, answer.method, answer.path.split("?")[0])
        if operation is not None:
            yield from _of_reply(
                subject.name, operation, answer.status, answer.content_type, answer.body,
                tuple(answer.headers), None, f"answer {number}",
            )  # fmt: skip


def in_callbacks(subject: Subject, bodies: list[object]) -> Iterator[Seen]:
    """Yield the callbacks that a listener got."""
    for number, body in enumerate(bodies):
        yield _callback(subject, body, f"callback {number}")


def _callback(subject: Subject, body: object, where: str) -> Seen:
    forms = tuple(_forms(subject.name, subject.callback_message))
    return Seen(CALLBACK, _form(subject.name, forms, body), body, where=where)


def _of_reply(
    provider: str,
    operation: Operation,
    status: int,
    content_type: str,
    body: bytes,
    headers: tuple[str, ...],
    took_ms: float | None,
    where: str,
) -> Iterator[Seen]:
    replies = operation.replies()
    stated = replies.get(str(status)) or replies.get("default") or {}
    kind = content_type.split(";")[0].strip().lower()
    common: dict[str, Any] = {
        "status": status,
        "content_type": kind,
        "headers": headers,
        "where": where,
        "statuses": tuple(replies),
        "content_types": tuple(stated.get("content", {})),
    }
    if kind == "text/event-stream":
        yield from _events(provider, operation, body, common)
        return
    content = _json(body)
    told = {code: _forms_of(provider, operation, code) for code in (str(status), *replies)}
    forms = tuple(dict.fromkeys(form for named in told.values() for form in named))
    form = _form(provider, forms, content) if content is not None else ""
    if form:  # a form that is documented for another status came with this one
        common["statuses"] = tuple(code for code in replies if form in told[code])
    yield Seen(operation.name, form, content, took_ms=took_ms, **common)


def _forms_of(provider: str, operation: Operation, status: str) -> tuple[str, ...]:
    messages = operation.reply_messages(status)
    return tuple(form for message in messages for form in _forms(provider, message))


def _events(
    provider: str, operation: Operation, body: bytes, common: dict[str, Any]
) -> Iterator[Seen]:
    streams = life_cycle(provider).get("streams", {})
    kinds = [rule["message"] for grammar in streams.values() for rule in grammar["kinds"].values()]
    try:
        events = list(EventDecoder().feed(body, True))
    except (UnicodeDecodeError, EventTooLong):
        return
    for number, data in enumerate(events):
        content = _json(data)
        if content is not None:
            where = f"{common['where']}, event {number}"
            form = _form(provider, tuple(dict.fromkeys(kinds)), content)
            yield Seen(operation.name, form, content, **{**common, "where": where})


@cache
def _forms(provider: str, message: str) -> tuple[str, ...]:
    """The messages that a message chooses from; only the message itself if it is not a choice."""
    choices = schema(provider, message).get("oneOf") or schema(provider, message).get("anyOf") or ()
    files = [str(choice.get("$ref", "")) for choice in choices]
    if not files or not all(file.endswith(".json") for file in files):
        return (message,)
    return tuple(form for file in files for form in _forms(provider, file.removesuffix(".json")))


def _form(provider: str, forms: tuple[str, ...], content: object) -> str:
    """The nearest form of a body; the first one if several are equally near."""
    judged = [(_distance(validate(provider, form, content)), form) for form in forms]
    return min(judged, default=(0, ""), key=lambda one: one[0])[1]


def _distance(problems: list[Problem]) -> tuple[int, int]:
    # A reply of another kind has another code or status word, so its form is farther away.
    told = ("/code", "/status", "/data/status", "/data/successFlag", "/error/code", "")
    return sum(problem.pointer in told for problem in problems), len(problems)


def _json(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        return None
