"""Checks recorded traffic against the contracts (HAR 1.2, as browsers, mitmproxy and Postman write
it).
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts import check_history, dialects, observe, schema, undescribed, validate
from contracts.counted import counted
from contracts.lifecycle import Observation
from contracts.operations import Operation, find_operation
from contracts.problem import at_pointer, shown
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.har_callbacks import judged, posted
from contracts.verifier.model import Check, Level, Outcome, Report, Result
from contracts.verifier.subject import Subject

VERSIONS = ("1.1", "1.2")
_CALLBACK = re.compile(r"(?i)call_?back|web_?hook|notify_?url")
REQUEST = "har.request"
REPLY = "har.reply"
HISTORY = "har.history"
CALLBACK = "har.callback"
_TITLES = {
    REQUEST: "every recorded request conforms or was refused",
    REPLY: "every recorded reply has its documented form",
    HISTORY: "the states of every recorded job follow one another as documented",
    CALLBACK: "every recorded callback has its documented form",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded exchange of a known call."""

    number: int
    at_ms: int
    """When it began, in epoch milliseconds; its number if the recording does not say."""
    operation: Operation
    request: object
    """The JSON body; None if there is no JSON body."""
    status: int
    content_type: str
    body: bytes
    headers: tuple[str, ...] = ()
    """The names of the reply's headers, in lower case."""
    took_ms: float | None = None
    """How long the reply took to begin; None if the recording does not say."""

    @property
    def json(self) -> Any:
        """The reply as JSON, or None."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        call = f"{self.operation.method} {self.operation.template}"
        return f"entry {self.number} ({call}, HTTP {self.status})"


def verify_har(subject: Subject, path: Path) -> Report:
    """Check a recording. Raises CouldNotRun if it is not a recording or holds no call of the
    provider.
    """
    recorded = read_log(path)
    entries = list(entries_of(subject, recorded))
    if not entries:
        raise CouldNotRun(f"{path.name} holds no call of {subject.name} among {len(recorded)}")
    found: dict[str, list[str]] = {REQUEST: [], REPLY: [], HISTORY: []}
    spoken: dict[str, list[str]] = {}
    for entry in entries:
        found[REQUEST] += _request(subject, entry)
        found[REPLY] += _reply(subject, entry, spoken)
    found[HISTORY] += _histories(subject, entries)
    calls = f"{len(entries)} of {counted(len(recorded), 'entry', 'entries')} are calls of {subject.name}"
    callbacks = list(posted(recorded, _addresses(entries)))
    known = frozenset(callback.number for callback in callbacks)
    left_out = (*unchecked(subject, recorded, known), *_unchecked_parts(subject, entries))
    if callbacks:
        found[CALLBACK] = [problem for one in callbacks for problem in judged(subject.name, one)]
    notes = (calls, *left_out, *_strange_callbacks(subject, entries))
    return Report(
        provider=subject.name,
        subject=path.name,
        unit=subject.unit,
        results=tuple(_result(name, problems) for name, problems in found.items()),
        dialects={switch: tuple(words) for switch, words in spoken.items()},
        notes=notes,
    )


def _result(name: str, problems: list[str]) -> Result:
    # No document says whether a server must refuse what its documents do not allow.
    level: Level = "SHOULD" if name == REQUEST else "MUST"
    check = Check(name, level, _TITLES[name], "the contracts", lambda _session: ())
    outcome: Outcome = "fail" if problems else "pass"
    return Result(check, outcome, tuple(problems))


def read_log(path: Path) -> list[Any]:
    """Return the raw entries of a HAR file. Raises CouldNotRun."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise CouldNotRun(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CouldNotRun(f"{path.name} is no HAR: not JSON ({error})") from error
    version = at_pointer(document, "/log/version")[1] or "1.1"  # HAR 1.2: an empty one means 1.1
    if version not in VERSIONS:
        wanted = " or ".join(VERSIONS)
        raise CouldNotRun(f"{path.name} is HAR {shown(version)}, expected {wanted}")
    found, entries = at_pointer(document, "/log/entries")
    if not found or not isinstance(entries, list):
        raise CouldNotRun(f"{path.name} is no HAR: no log.entries")
    return entries


def entries_of(subject: Subject, recorded: list[Any]) -> Iterator[Entry]:
    """Yield the recorded calls of a provider. Raises CouldNotRun."""
    for number, raw in enumerate(recorded):
        try:
            request, response = raw["request"], raw["response"]
            path = urlsplit(str(request["url"])).path
            operation = find_operation(subject.name, str(request["method"]), path)
            if operation is None or not response["status"] or _broken(raw):
                continue
            content = response.get("content", {})
            yield Entry(
                number,
                _at_ms(raw.get("startedDateTime"), number),
                operation,
                _json_of(request.get("postData", {}).get("text")),
                _status(response["status"]),
                str(content.get("mimeType", "")),
                _body(content),
                tuple(str(h["name"]).lower() for h in response.get("headers", ())),
                _wait_ms(raw.get("timings")),
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise CouldNotRun(f"entry {number} is no HAR entry: {error!r}") from error


def _broken(raw: dict[str, Any]) -> str:
    """How a reply ended that is known not to have come whole; empty for any other."""
    ended = str((raw.get("_reelmock") or {}).get("ended", "whole"))
    return "" if ended == "whole" else ended


def _status(given: object) -> int:
    if type(given) is not int:
        raise TypeError(f"a status is a whole number, not {given!r:.80}")
    return given


def unchecked(
    subject: Subject, recorded: list[Any], known: frozenset[int] = frozenset()
) -> Iterator[str]:
    """Tell once of each kind of entry that is not checked, and why. `known` entries are checked in
    another way. The entries must have been read.
    """
    reasons: dict[str, list[int]] = {}
    for number, raw in enumerate(recorded):
        if number in known:
            continue
        url = urlsplit(str(raw["request"]["url"]))
        method = str(raw["request"]["method"])
        if (raw.get("_reelmock") or {}).get("kind") == "callback":
            reason = "a callback, which the provider sends"
        elif find_operation(subject.name, method, url.path) is None:
            reason = f"{method} {url.hostname}{url.path}, which is no call of {subject.name}"
        elif not raw["response"]["status"]:
            reason = "no answer came"
        elif ended := _broken(raw):
            reason = f"the reply is not whole ({ended})"
        else:
            continue
        reasons.setdefault(reason, []).append(number)
    yield from _told_once(reasons)


def _unchecked_parts(subject: Subject, entries: list[Entry]) -> Iterator[str]:
    """Tell once of each part of a call that no document describes."""
    reasons: dict[str, list[int]] = {}
    for entry in entries:
        sent = entry.operation.request_message()
        parts = undescribed(subject.name, sent, entry.request) if sent else ()
        for message in entry.operation.reply_messages(entry.status):
            parts += undescribed(subject.name, message, entry.json)
        for reason in dict.fromkeys(parts):
            reasons.setdefault(reason, []).append(entry.number)
    yield from _told_once(reasons)


def _told_once(reasons: dict[str, list[int]]) -> Iterator[str]:
    for reason, numbers in reasons.items():
        many = f"{counted(len(numbers), 'entry', 'entries')}, the first is {numbers[0]}"
        which = f"entry {numbers[0]}" if len(numbers) == 1 else many
        yield f"not checked ({which}): {reason}"


def _addresses(entries: list[Entry]) -> frozenset[str]:
    """The callback addresses in recorded creations."""
    sent = (entry.request for entry in entries if isinstance(entry.request, dict))
    fields = (field for body in sent for field in body.items())
    return frozenset(v for name, v in fields if _CALLBACK.search(name) and isinstance(v, str))


def _strange_callbacks(subject: Subject, entries: list[Entry]) -> Iterator[str]:
    """Name fields that hold a URL and have a callback's name, but are in no document."""
    for entry in entries:
        message = entry.operation.request_message()
        known = _properties(subject.name, message) if message else frozenset[str]()
        sent = entry.request if isinstance(entry.request, dict) else {}
        for name, value in sent.items():
            is_url = isinstance(value, str) and value.startswith(("http://", "https://"))
            if is_url and _CALLBACK.search(name) and name not in known:
                yield f"{entry}: a callback URL in {name!r}, where no document puts one"


def _properties(provider: str, message: str) -> frozenset[str]:
    return frozenset(schema(provider, message).get("properties", {}))


def _wait_ms(timings: object) -> float | None:
    waited = timings.get("wait") if isinstance(timings, dict) else None
    return waited if isinstance(waited, int | float) and waited >= 0 else None


def _at_ms(started: object, number: int) -> int:
    try:
        return round(datetime.fromisoformat(str(started)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return number


def _body(content: dict[str, Any]) -> bytes:
    text = str(content.get("text", ""))
    return b64decode(text) if content.get("encoding") == "base64" else text.encode()


def _json_of(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def was_refused(subject: Subject, entry: Entry) -> bool:
    """Tell whether the provider refused a call."""
    in_body = not subject.refuses_by_status and at_pointer(entry.json, "/code")[1]
    return entry.status >= 400 or in_body not in (False, None, 200)


def _request(subject: Subject, entry: Entry) -> Iterator[str]:
    message = entry.operation.request_message()
    if message is None or was_refused(subject, entry) or entry.request is None:
        return
    for problem in validate(subject.name, message, entry.request):
        yield f"{entry}: taken although {problem}"


def _reply(subject: Subject, entry: Entry, spoken: dict[str, list[str]]) -> Iterator[str]:
    for problem in entry.operation.judge_reply(entry.status, entry.content_type, entry.body):
        yield f"{entry}: {problem}"
    for message in entry.operation.reply_messages(entry.status):
        for switch, words in dialects(subject.name, message, entry.json).items():
            known = spoken.setdefault(switch, [])
            known += [word for word in words if word not in known]


def _histories(subject: Subject, entries: list[Entry]) -> Iterator[str]:
    histories: dict[tuple[str, str], list[Observation]] = {}
    ids = (*subject.told_ids, subject.task_id)
    for entry in entries:
        told = (at_pointer(entry.json, where) for where in ids)
        task_id = next((value for found, value in told if found), None)
        task = entry.operation.task
        seen = observe(subject.name, entry.json, entry.at_ms, task)
        if isinstance(task_id, str) and seen is not None and entry.operation.method == "GET":
            histories.setdefault((task, task_id), []).append(seen)
    for (task, task_id), history in histories.items():
        for problem in check_history(subject.name, history, task):
            yield f"job {task_id}: {problem}"
