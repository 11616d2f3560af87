"""Which of the documented variants a host uses, and the settings that make the mock use the same."""

import json
from collections.abc import Iterator

from contracts import dialects, validate
from contracts.operations import find_operation
from contracts.verifier.session import Session
from contracts.verifier.subject import Subject
from contracts.verifier.target import Answer

Spoken = dict[str, tuple[str, ...]]
"""Switch to the values that were seen, with the default one first."""


def heard(session: Session) -> tuple[Spoken, tuple[str, ...]]:
    """Return the dialect of all answers so far, and notes on fields that no document names."""
    found: dict[str, list[str]] = {}
    notes: list[str] = []
    name = session.subject.name
    messages = [_message(name, answer) for answer in session.answers]
    if messages and not any(messages):
        notes.append(f"no answer has a form that {name} documents: is the base URL right?")
    for answer, message in zip(session.answers, messages, strict=True):
        if message is None:
            continue
        for switch, words in dialects(name, message, answer.json).items():
            known = found.setdefault(switch, [])
            known += [word for word in words if word not in known]
        for problem in validate(name, message, answer.json, strict=True):
            notes.append(
                f"{message}{problem.pointer}: fields that no document names: {problem.got}"
            )
    for switch, word in _of_http(session):
        known = found.setdefault(switch, [])
        if word not in known:
            known.append(word)
    return {switch: tuple(words) for switch, words in found.items()}, tuple(dict.fromkeys(notes))


def mock_settings(subject: Subject, spoken: Spoken) -> str:
    """Write the settings that make the mock answer in the same way; empty if no switch was seen."""
    known = {switch: spoken[switch][0] for switch in subject.mock_switches if switch in spoken}
    return json.dumps({"dialect": {subject.name: known}}, ensure_ascii=False) if known else ""


def _message(provider: str, answer: Answer) -> str | None:
    """The first message of the answer's call that its JSON body conforms to."""
    operation = find_operation(provider, answer.method, answer.path.split("?")[0])
    if operation is None or not answer.content_type.startswith("application/json"):
        return None
    names = operation.reply_messages(answer.status)
    return next((name for name in names if not validate(provider, name, answer.json)), None)


def _of_http(session: Session) -> Iterator[tuple[str, str]]:
    """The variants that show in statuses and content types, so that no schema can tell them."""
    job = session.job if session.followed else None
    for answer in session.answers:
        body = answer.json if isinstance(answer.json, dict) else {}
        if not session.subject.refuses_by_status and body.get("code") in range(400, 600):
            yield "http_status", "envelope" if answer.status == 200 else "real"
    if job and job.content and job.content_bytes and job.content_bytes.status == 200:
        kinds = [a.content_type.startswith("video/") for a in (job.content, job.content_bytes)]
        words = {(False, True): "negotiated", (False, False): "json", (True, True): "bytes"}
        if tuple(kinds) in words:
            yield "content", words[kinds[0], kinds[1]]
