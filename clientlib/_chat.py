"""Reads the video events out of an APIYI chat stream, whose content is Markdown for people.

Content is collected and read line by line, because a proxy may cut a line between two chunks.
Full-width and ASCII punctuation are both seen on the wire [seed 002] [seed 004].
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clientlib._codec import text
from clientlib._models import Failure

WAITING: Final = "⌛️"
PROGRESS: Final = re.compile(r"进度\s*[:：]\s*(\d{1,3}(?:\.\d+)?)%")
VIDEO: Final = re.compile(r"✅\s*(?:第\s*([0-9]{1,18})\s*个)?视频生成成功.*?(https?://[^\s)]+)")
FAILED: Final = re.compile(r"❌\s*(?:第\s*\d+\s*个)?(?:视频生成失败)?\s*[:：]?\s*(.*)")  # assumed


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """The first chunk: the provider has accepted the request."""

    stream_id: str
    model: str


@dataclass(frozen=True, slots=True)
class StreamWaiting:
    """A line that asks for patience, in the provider's words."""

    message: str


@dataclass(frozen=True, slots=True)
class StreamProgress:
    """The progress; it never decreases."""

    percent: float


@dataclass(frozen=True, slots=True)
class StreamVideo:
    """A finished video; `index` counts from 1."""

    index: int
    url: str


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """A video that could not be made."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class StreamFinished:
    """The stream's proper end; `finish_reason` is `stop` unless something was held back."""

    videos: tuple[str, ...]
    failures: tuple[Failure, ...]
    usage: Mapping[str, Any]
    finish_reason: str = "stop"


StreamEvent = (
    StreamStarted | StreamWaiting | StreamProgress | StreamVideo | StreamFailure | StreamFinished
)


@dataclass(slots=True)
class ChatReader:
    """Takes the data of each server-sent event; `finished` is true after the last one.

    `error` is set when the stream itself says that it failed.
    """

    finished: bool = False
    error: Failure | None = None
    stream_id: str = ""
    finish_reason: str = ""
    videos: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    _text: str = ""
    _percent: float = 0.0
    _usage: Mapping[str, Any] = field(default_factory=dict)

    def read(self, data: str) -> Iterator[StreamEvent]:
        """The events in one `data`. Raises ValueError if it is not a chunk."""
        if data.strip() == "[DONE]":
            self.finished = True
            yield from self._lines("\n")
            yield StreamFinished(
                tuple(self.videos), tuple(self.failures), self._usage, self.finish_reason or "stop"
            )
            return
        try:
            chunk = json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(chunk, dict):
            raise ValueError(f"a chunk is an object, not a {type(chunk).__name__}")
        told = chunk.get("error")
        if told:
            told = told if isinstance(told, dict) else {"message": told}
            self.error = Failure(text(told.get("code")), text(told.get("message")) or "no reason")
            return
        yield from self._chunk(chunk)

    def read_completion(self, body: Mapping[str, Any]) -> Iterator[StreamEvent]:
        """The same events from a completion that was not streamed."""
        yield from self._chunk(body)
        yield from self.read("[DONE]")

    def _chunk(self, chunk: Mapping[str, Any]) -> Iterator[StreamEvent]:
        if not self.stream_id and (stream_id := text(chunk.get("id"))):
            self.stream_id = stream_id
            yield StreamStarted(stream_id, text(chunk.get("model")) or "")
        if isinstance(chunk.get("usage"), dict):
            self._usage = chunk["usage"]
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            choice = choice if isinstance(choice, dict) else {}
            self.finish_reason = text(choice.get("finish_reason")) or self.finish_reason
            part = choice.get("delta") or choice.get("message")
            content = part.get("content") if isinstance(part, dict) else None
            if isinstance(content, str):
                yield from self._lines(content)

    def _lines(self, content: str) -> Iterator[StreamEvent]:
        *lines, self._text = (self._text + content).split("\n")
        for line in lines:
            event = self._line(line)
            if event is not None:
                yield event

    def _line(self, line: str) -> StreamEvent | None:
        if found := VIDEO.search(line):
            self.videos.append(found[2])
            return StreamVideo(int(found[1] or len(self.videos)), found[2])
        if found := PROGRESS.search(line):
            self._percent = max(self._percent, min(100.0, float(found[1])))
            return StreamProgress(self._percent)
        if "❌" in line and (found := FAILED.search(line)):
            self.failures.append(Failure(None, found[1] or line))
            return StreamFailure(self.failures[-1])
        if WAITING in line:
            return StreamWaiting(line.removeprefix("> ").strip())
        return None
