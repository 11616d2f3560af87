"""llms.txt: the pages of the documentation, by their titles."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = """# Reelmock

> A mock server and contract test kit for three AI-video providers: APIYI, Kie.ai and xcompute/APIMart.
> Start it with `reelmock serve`, or run a program against it with `reelmock run -- CMD`. Any API key
> works and has a sandbox of its own. The control API lies below /_mock/v1.
"""


def llms_page() -> str:
    """The whole file."""
    parts = [HEAD]
    for title, folder in (("Guides", "docs/guides"), ("Reference", "docs/reference")):
        pages = sorted((ROOT / folder).glob("*.md"))
        parts.append(f"## {title}\n\n" + "\n".join(map(_line, pages)) + "\n")
    return "\n".join(parts)


def _line(page: Path) -> str:
    title = page.read_text("utf-8").splitlines()[0].removeprefix("# ")
    return f"- [{title}]({page.relative_to(ROOT).as_posix()})"
