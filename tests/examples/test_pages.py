"""The code on the pages is the code that runs here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "guides" / f"{name}.md" for name in ("pytest", "campaigns")]
BLOCK = re.compile(r"<!-- (tests/examples/\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
INCLUDED = [(page, *found) for page in PAGES for found in BLOCK.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "file", "shown"), INCLUDED)
def test_a_block_on_a_page_is_the_file_that_it_names(page: Path, file: str, shown: str) -> None:
    assert shown == (ROOT / file).read_text("utf-8"), f"{page.name} shows another {file}"


def test_every_how_to_test_is_on_a_page() -> None:
    shown = {Path(file).name for _, file, _ in INCLUDED}
    own = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    assert own - {Path(__file__).name} <= shown
