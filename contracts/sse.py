"""Checks a stream of server-sent events as its bytes come. It never holds the whole stream."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.errors import UnknownMessage
from contracts.events import EventDecoder, EventTooLong
from contracts.problem import Problem, at_pointer, shown, source_text
from contracts.registry import life_cycle
from contracts.validate import validate

_MAX_PROBLEMS = 100
_TERMINATOR = "terminator"
_END = "end"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a stream was."""

    problems: tuple[Problem, ...]
    """At most 100; a pointer begins with the number of the event, from 0."""
    kinds: dict[str, int]
    """How many events of each kind came."""
    complete: bool
    """Whether it ended at a place where its grammar allows an end."""

    @property
    def conforms(self) -> bool:
        """Whether the stream ended at the right place and had no problems."""
        return self.complete and not self.problems


class SseValidator:
    """Checks one stream against the grammar in `lifecycle.json`: each event, their order, their
    numbers.

    Give it bytes in any pieces, then finish. The verdict does not depend on the pieces. Raises
    UnknownProvider, UnknownMessage.
    """

    def __init__(self, provider: str, stream: str = "chat", videos: int | None = None) -> None:
        """Check a stream of `provider`. `videos` is the number of requested links, if it is known."""
        streams = life_cycle(provider).get("streams", {})
        if stream not in streams:
            raise UnknownMessage(f"{provider} has no stream {stream!r}")
        self._provider = provider
        self._grammar: dict[str, Any] = streams[stream]
        self._source = source_text(self._grammar["x-source"])
        self._videos = videos
        self._decoder = EventDecoder()
        self._allowed: list[str] = list(self._grammar["initial"])
        self._constant: dict[str, object] = {}
        self._numbers: dict[str, float] = {}
        self._kinds: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._events = 0
        self._broken = False

    def feed(self, chunk: bytes) -> list[Problem]:
        """Take the next bytes. Return the problems that they show."""
        return self._take(chunk, last=False)

    def finish(self) -> Verdict:
        """Say that no more bytes will come, and return the verdict."""
        self._take(b"", last=True)
        if self._decoder.inside and not self._broken:
            self._note("the blank line that ends an event", "the end of the stream")
        complete = not self._allowed or _END in self._allowed
        if not complete and not self._broken:
            expected = " or ".join(self._named(kind) for kind in self._allowed)
            self._note(expected, "the end of the stream")
        if self._videos is not None and complete:
            self._count_videos(self._videos)
        return Verdict(tuple(self._problems), dict(self._kinds), complete and not self._broken)

    def _take(self, chunk: bytes, last: bool) -> list[Problem]:
        before = len(self._problems)
        if not self._broken:
            try:
                for data in self._decoder.feed(chunk, last):
                    self._event(data)
                    self._events += 1
            except UnicodeDecodeError:
                self._broken = True
                self._note("UTF-8", "other bytes")
            except EventTooLong as error:
                self._broken = True
                self._note("an event of ordinary size", str(error))
        return self._problems[before:]

    def _event(self, data: str) -> None:
        if data == self._grammar["terminator"]:
            self._step(_TERMINATOR)
            return
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError):
            self._note(f"JSON or {self._grammar['terminator']}", shown(data))
            return
        kind = self._kind(chunk)
        if kind is None:
            self._explain(chunk)
            return
        self._kinds[kind] += 1
        self._step(kind)
        for problem in (*self._changed(chunk), *self._fallen(kind, chunk)):
            self._add(problem)

    def _kind(self, chunk: object) -> str | None:
        for kind, rule in self._grammar["kinds"].items():
            if not validate(self._provider, rule["message"], chunk):
                return str(kind)
        return None

    def _explain(self, chunk: object) -> None:
        for problem in validate(self._provider, "chunk", chunk):
            where = f"/{self._events}{problem.pointer}"
            self._add(Problem(where, problem.expected, problem.got, problem.source))

    def _step(self, kind: str) -> None:
        if kind not in self._allowed:
            expected = " or ".join(self._named(word) for word in self._allowed)
            self._note(expected or "nothing more", self._named(kind))
        rule = self._grammar["kinds"].get(kind)
        self._allowed = list(rule["next"]) if rule else []

    def _named(self, kind: str) -> str:
        if kind == _TERMINATOR:
            return str(self._grammar["terminator"])
        return "the end of the stream" if kind == _END else f"an event of kind {kind!r}"

    def _changed(self, chunk: dict[str, Any]) -> Iterator[Problem]:
        for name in self._grammar.get("constant", []):
            if name in chunk:
                first = self._constant.setdefault(name, chunk[name])
                if chunk[name] != first:
                    where = f"/{self._events}/{name}"
                    expected = f"{shown(first)} over the whole stream"
                    yield Problem(where, expected, shown(chunk[name]), self._source)

    def _fallen(self, kind: str, chunk: object) -> Iterator[Problem]:
        for rule in self._grammar.get("rising", []):
            text = at_pointer(chunk, rule["pointer"])[1]
            match = re.search(rule["pattern"], text) if isinstance(text, str) else None
            if rule["kind"] != kind or match is None:
                continue
            number, before = float(match[1]), self._numbers.get(kind, 0.0)
            if number <= before or (rule["step"] == "one" and number != before + 1):
                wanted = f"{before + 1:g}" if rule["step"] == "one" else f"more than {before:g}"
                where = f"/{self._events}{rule['pointer']}"
                yield Problem(where, wanted, f"{number:g}", self._source)
            self._numbers[kind] = max(number, before)

    def _count_videos(self, wanted: int) -> None:
        got = self._kinds["video"]
        if got != wanted and not self._kinds["error"] and not self._kinds["failure"]:
            self._note(f"{wanted} video(s)", str(got))

    def _note(self, expected: str, got: str) -> None:
        self._add(Problem(f"/{self._events}", expected, got, self._source))

    def _add(self, problem: Problem) -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems.append(problem)
