"""The lines of APIYI's stream, in the words of a dialect."""

from __future__ import annotations

from functools import cache, lru_cache

from mockserver.providers.apiyi.decode import MAX_VIDEOS
from mockserver.sdk.provider import Plan, Step, Ticks, encode_json, step_percents

MODES = {"portrait": "竖屏模式", "landscape": "横屏模式"}  # the second is assumed
HEADING = (
    '```json\n{\n    "prompt": %s,\n    "mode": "%s"\n}\n```\n\n'  # seed 002: indented by four
)
WAITING = "> ⌛️ 视频正在生成中，请耐心等待...\n\n"  # seed 004
PROGRESS = "> 🏃 进度：%s%\n\n"  # seed 004, one decimal
SUCCESS = "> ✅ 第%s个视频生成成功，[点击这里](%s) 查看视频~~~\n\n"  # seed 004
FAILURE = "> ❌ 视频生成失败：%s\n\n"  # assumed: no source shows a failure inside the stream
ESCAPES = ((">", b"\\u003e"), ("<", b"\\u003c"), ("&", b"\\u0026"))  # seed 002 shows the first
ASCII_PUNCTUATION = str.maketrans("，：", ",:")

# A line as the end of its chunk: the text before its gap, and the text behind it.
Gapped = tuple[bytes, bytes]
BARE: Gapped = (b"", b"")


@cache
def wording(punctuation: str, escapes: str) -> Wording:
    """The wording of a dialect, made once."""
    return Wording(punctuation, escapes)


class Wording:
    """The texts as the two switches `punctuation` and `escapes` write them."""

    def __init__(self, punctuation: str, escapes: str) -> None:
        self._full_width = punctuation != "ascii"
        self._escapes = () if escapes == "plain" else ESCAPES
        self.headings = {o: self._line(HEADING % ("%s", mode)) for o, mode in MODES.items()}
        self.waiting = b"".join(self._line(WAITING))
        self.success = [self._line(SUCCESS % (n + 1, "%s")) for n in range(MAX_VIDEOS)]
        self.failure = self._line(FAILURE)
        self._progress = self._line(PROGRESS)

    def spoken(self, text: str) -> str:
        """A text in the punctuation of the dialect."""
        return text if self._full_width else text.translate(ASCII_PUNCTUATION)

    def filled(self, line: Gapped, text: str) -> bytes:
        """A line with a text in its gap. Its escapes are those of the gateway's encoder; the value
        is the same.
        """
        said = encode_json(text)[1:-1]
        for sign, escape in self._escapes:
            if sign in text:
                said = said.replace(sign.encode(), escape)
        before, behind = line
        return before + said + behind

    def _line(self, text: str) -> Gapped:
        before, _, behind = self.filled(BARE, self.spoken(text)).partition(b"%s")
        return b'{"content":"' + before, behind + b'"},"finish_reason":null}]}\n\n'

    def progress(self, plan: Plan) -> tuple[bytes, ...]:
        """The progress lines of a job, as the ends of their chunks."""
        lines: tuple[bytes, ...] = ()
        for step in plan.steps:
            if step.phase == "running":
                row, span = (plan.seed[:2], plan.ticks), (step.progress, step.progress_to)
                lines += _step_lines(self._progress, *row, *span)
        return lines


@lru_cache(maxsize=1024)
def _step_lines(
    line: Gapped, row: str, ticks: Ticks, progress: float, progress_to: float
) -> tuple[bytes, ...]:
    """The progress lines of one running step; many streams share them."""
    before, behind = line
    percents = step_percents(row, ticks, Step(0, "running", progress, progress_to))
    return tuple([before + b"%.1f" % percent + behind for percent in percents])
