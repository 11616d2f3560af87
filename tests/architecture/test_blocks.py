"""Every block of code on a page is run or checked by a test that took it from the page.

Such a test calls `shown`, `every` or `walk` with the page's name, and shell blocks show a file if a
remark above them names it. So a block that changes changes what runs. The rest stands in `LEFT_OUT`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.repository import ROOT, name
from tests.support.pages import LEFT_OUT, Block, every, left_out, pages
from tests.support.some import some

KINDS = {"", "http", "js", "json", "python", "sh", "text", "toml", "ts", "yaml"}
MOST_LEFT_OUT = 20
Claim = tuple[str, ...]


def claims(source: str) -> Iterator[Claim]:
    """The calls that take blocks: the name of the function and its texts. A result counts if it is used."""
    tree = ast.parse(source)
    thrown_away = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="shown" | "every" | "walk" as taker), args=given):
                texts = [arg.value for arg in given if isinstance(arg, ast.Constant)]
                is_page = bool(texts) and str(texts[0]).endswith(".md")
                if is_page and (taker == "walk" or id(node) not in thrown_away):
                    yield (taker, *map(str, texts))


TESTS = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))}
CLAIMED = [claim for source in TESTS.values() for claim in claims(source)]


def is_claimed(block: Block) -> bool:
    """Whether a test took this block from its page."""
    for taker, page, *words in CLAIMED:
        if page != block.page:
            continue
        if taker == "walk" and block.kind == "sh":
            return True
        if taker == "every" and words in ([], [block.kind]):
            return True
        if taker == "shown" and words and words[0] in block.text:
            return True
    return False


def is_a_file_that_runs(block: Block) -> bool:
    """Whether the block is a file of the examples, which a test names or pytest collects."""
    if not block.file or block.text != (ROOT / block.file).read_text("utf-8"):
        return False
    path = ROOT / block.file
    beside = [other.read_text("utf-8") for other in path.parent.glob("*.*") if other != path]
    names = (path.name, f"*{''.join(path.suffixes)}")
    texts = (*TESTS.values(), *beside)
    return path in TESTS or any(name in text for name in names for text in texts)


def is_left_out(block: Block) -> bool:
    """Whether nobody runs any line of the block, for a reason."""
    if block.kind == "sh":
        return all(left_out(block.page, command) for command in block.commands)
    return left_out(block.page, block.text)


def where(block: Block) -> str:
    """A block as messages name it."""
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("page", [page for page in pages() if every(page)])
def test_a_test_takes_each_block_of_a_page_or_there_is_a_reason(page: str) -> None:
    taken = (is_claimed, is_a_file_that_runs, is_left_out)
    blocks = some(every(page))
    assert {block.kind for block in blocks} <= KINDS
    untaken = (block for block in some(blocks) if not any(is_so(block) for is_so in taken))
    assert [where(block) for block in untaken] == []


def test_every_test_that_the_pages_show_is_on_a_page() -> None:
    shown_files = {block.file for page in pages() for block in every(page)}
    examples = {name(path) for path in some((ROOT / "tests/examples").glob("test_*.py"))}
    assert examples <= shown_files


def test_what_is_left_out_is_little_and_stands_on_its_page() -> None:
    entries = [(page, start) for page, starts in LEFT_OUT.items() for start in starts]
    assert len(some(entries)) <= MOST_LEFT_OUT
    for page, start in entries:
        texts = [text for block in every(page) for text in (block.text, *block.commands)]
        assert any(text.startswith(start) for text in texts), (page, start)


def test_every_claim_is_about_a_block_that_there_is() -> None:
    for taker, page, *words in some(CLAIMED):
        found = every(page, "sh" if taker == "walk" else "")
        assert [block for block in found if taker != "shown" or words[0] in block.text], page


@pytest.mark.parametrize(
    ("source", "is_a_claim"),
    [
        ("assert shown('README.md', 'x') == y", True),
        ("walk('README.md', folder)", True),
        ("for block in every('README.md', 'json'): send(block)", True),
        ("shown('README.md', 'x')", False),
        ("shown(page, words)", False),
        ("other('README.md', 'x')", False),
    ],
)
def test_a_claim_is_a_call_whose_result_is_used(source: str, is_a_claim: bool) -> None:
    assert bool(list(claims(source))) == is_a_claim
