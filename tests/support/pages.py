"""The pages as tests read them: block by block, so that what stands on a page is what runs.

A test that takes a block with `shown` or `every`, or runs a page's commands with `walk`
(`page_walk.py`), claims it. `architecture/test_blocks.py` looks for these calls and demands one for
each block of each page. What is not run stands in `LEFT_OUT`, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^\s*```(\w*)\s*$")
FILE = re.compile(r"^<!-- (\S+) -->$")
HERE = "http://127.0.0.1:8080"

_INSTALLS = "installs from the network; with CI=true the image and Lumen are installed from scratch"
_WHOLE = "it is a run of the whole suite, or a server for ever; that the target exists is checked"
_NPM = "its npm packages are there at night only: `.ci/long javascript` runs the same file"
_DRAWING = "a drawing"
_BENCHMARK = "it measures for minutes: `.ci/long benchmarks` runs each part once"
LEFT_OUT = {
    "README.md": {
        "make demo": _WHOLE,
        "make test": _WHOLE,
        "make serve": _WHOLE,
        "pip install '.[verify]' pytest": _INSTALLS,
    },
    "docs/architecture.md": {
        "web/gateway.py": _DRAWING,
        "cli | pytest_plugin": _DRAWING,
        "finding | profile": _DRAWING,
    },
    "docs/contributing.md": {"make": _WHOLE},
    "docs/guides/assistants.md": {"pip install mcp": _INSTALLS},
    "docs/guides/ci.md": {"pip install": _INSTALLS, "uvx": _INSTALLS},
    "docs/guides/emulate-your-own-provider.md": {"reelmock_lumen/": _DRAWING},
    "docs/guides/first-steps.md": {"python3 -m venv": _INSTALLS},
    "docs/guides/javascript.md": {
        "reelmock run -- node openai_sdk.mjs": _NPM,
        "WEBHOOK_KEY=hush node receiver.mjs": _NPM,
        "npx openapi-typescript": _NPM,
    },
    "docs/guides/scale.md": {"pip install redis hiredis": _INSTALLS},
    "docs/reference/performance.md": {"make bench": _BENCHMARK, "python -m": _BENCHMARK},
}
"""What no test runs: how a command, or the block, begins, and why."""


@dataclass(frozen=True)
class Block:
    """A block of a page: where it begins, in which language it is, and the file that it shows."""

    page: str
    line: int
    kind: str
    file: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block, each on a line of its own."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line for line in lines if line.strip()]


def left_out(page: str, text: str) -> bool:
    """Whether a command or block is one that no test runs."""
    return any(text.startswith(start) for start in LEFT_OUT.get(page, {}))


def pages() -> list[str]:
    """Every page with blocks; the Chinese ones have the same code, which `test_chinese.py` holds."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found if path.parent.name != "zh-CN"]


def every(page: str, kind: str = "") -> list[Block]:
    """The blocks of a page, in order; with `kind` those of one language."""
    lines = (ROOT / page).read_text("utf-8").splitlines(keepends=True)
    found: list[Block] = []
    begun: tuple[int, str] | None = None
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if fence and begun is None:
            begun = (number, fence[1])
        elif fence and begun is not None:
            first, language = begun
            above = FILE.match(lines[first - 2]) if first > 1 else None
            text = "".join(lines[first : number - 1])
            found.append(Block(page, first, language, above[1] if above else "", text))
            begun = None
    assert begun is None, f"{page}: the block of line {begun} does not end"
    return [block for block in found if not kind or block.kind == kind]


def shown(page: str, words: str) -> str:
    """The text of the one block of a page that has these words."""
    (block,) = [block for block in every(page) if words in block.text]
    return block.text


HOLES = {
    "left_out": (r"…", r".*"),
    "moment": (r"\d\d:\d\d:\d\d\.\d{3}", r"\d\d:\d\d:\d\d\.\d{3}"),
    "span": (r"\d+(?:\.\d+)? ms", r"\d+(?:\.\d+)? ms"),
    "seconds": (r"\d+\.\d{3}", r"\d+(?:\.\d{1,3})?"),  # no noughts at the end
    "id": (r"\b(?:sb|video_)?(?=[0-9a-f]*\d)[0-9a-f]{7,32}\b", r"(?:sb|video_)?[0-9a-f]{7,32}"),
    "gap": (r"\s+", r"\s+"),
}
"""What differs from run to run: how it looks on a page, and what may stand in its place."""
HOLE = re.compile("|".join(f"(?P<{name}>{looks})" for name, (looks, _) in HOLES.items()))


def assert_shown(text: str, real: str) -> None:
    """The lines that a page shows come one after the other in what a command really prints."""
    shown_lines = [_pattern(line) for line in text.splitlines() if line.strip()]
    real_lines = [line.strip() for line in real.splitlines() if line.strip()]
    for first in range(len(real_lines)):
        part = real_lines[first : first + len(shown_lines)]
        if len(part) == len(shown_lines) and all(map(re.fullmatch, shown_lines, part)):
            return
    raise AssertionError(f"the page shows\n{text}\nand what comes is\n{real}")


def _pattern(line: str) -> str:
    parts, end = [], 0
    for hole in HOLE.finditer(line.strip()):
        parts += [re.escape(line.strip()[end : hole.start()]), HOLES[str(hole.lastgroup)][1]]
        end = hole.end()
    return "".join([*parts, re.escape(line.strip()[end:])])
