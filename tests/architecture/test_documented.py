"""What the documents say exists, and what exists is said."""

from __future__ import annotations

import inspect
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

import clientlib
import mockserver
from mockserver.cli import Commands, root
from mockserver.control.document import document
from mockserver.settings import Settings
from tests.architecture.repository import ROOT, name
from tests.support.some import some

PAGES = sorted(
    [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/guides/**/*.md")]
)
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def lines_of_code(page: Path) -> Iterator[str]:
    """The lines of a page's shell blocks, continued ones joined."""
    for block in re.findall(
        r"```(?:sh|bash|console)\n(.*?)```", page.read_text("utf-8"), re.DOTALL
    ):
        yield from block.replace("\\\n", " ").splitlines()


LINKS = [(page, target) for page in PAGES for target in LINK.findall(page.read_text("utf-8"))]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The click command that a line calls, and its own words."""
    context = click.Context(root)
    command: click.Command | None = root
    while isinstance(command, click.Group) and words:
        if words[0].startswith("-"):
            break
        group, word, words = command, words[0], words[1:]
        command = group.get_command(context, word)
        assert command is not None, f"{group.name} has no command {word!r}"
    assert command is not None
    return command, words


def shown(part: Path | str | list[str]) -> str:
    """A part of a test's name."""
    return (
        name(part) if isinstance(part, Path) else part if isinstance(part, str) else " ".join(part)
    )


def words_of(line: str) -> list[str]:
    """The words of a command without what is remarked behind it."""
    return shlex.split(line.split(" # ")[0], comments=True)


CALLS = [(page, words) for page in PAGES for words in map(words_of, lines_of_code(page))]


def test_every_target_of_make_on_a_page_exists() -> None:
    wanted = {word for _, words in CALLS if words[:1] == ["make"] for word in words[1:]}
    assert {"demo", "test"} <= wanted
    assert {word for word in wanted if "=" not in word} <= TARGETS


@pytest.mark.parametrize(
    ("page", "words"), [call for call in CALLS if call[1][:1] == ["reelmock"]], ids=shown
)
def test_every_command_and_option_on_a_page_exists(page: Path, words: list[str]) -> None:
    command, rest = command_of(words[1:])
    known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
    known |= {"--help", "-h", "--version"}
    own = rest[: rest.index("--")] if "--" in rest else rest
    used = {word.split("=")[0] for word in own if word.startswith("-")}
    assert used <= known, page


@pytest.mark.parametrize(("page", "target"), LINKS, ids=shown)
def test_every_link_leads_somewhere(page: Path, target: str) -> None:
    assert (page.parent / target).exists(), page


@pytest.mark.parametrize("page", READMES, ids=name)
def test_the_readme_shows_every_command(page: Path) -> None:
    shown = page.read_text("utf-8")
    for command in some(Commands().list_commands(click.Context(root))):
        assert f"reelmock {command}" in shown, command


def test_every_setting_is_an_option_of_serve() -> None:
    serve = Commands().get_command(click.Context(root), "serve")
    assert serve is not None
    options = {p.name for p in serve.params}
    assert not set(Settings.__struct_fields__) - options


def test_the_changelog_ends_at_this_version() -> None:
    found = re.search(r"^## (\S+)", (ROOT / "docs/changelog.md").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    assert found[1] == mockserver.__version__


def test_the_changelog_says_nothing_twice() -> None:
    lines = (ROOT / "docs/changelog.md").read_text("utf-8").splitlines()
    begins = Counter(line[:50] for line in lines if line.startswith("* "))
    assert [start for start, times in some(begins.items()) if times > 1] == []


@pytest.mark.parametrize("public", clientlib.__all__)
def test_every_public_name_of_the_client_is_explained(public: str) -> None:
    thing = getattr(clientlib, public)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert inspect.getdoc(thing)


def old_names(part: object) -> Iterator[str]:
    """The fields of a document's schemas that are marked as deprecated."""
    if isinstance(part, dict):
        for word, schema in part.items():
            if isinstance(schema, dict) and schema.get("deprecated"):
                yield word
            yield from old_names(schema)
    elif isinstance(part, list):
        for one in part:
            yield from old_names(one)


def test_what_the_control_api_calls_old_stands_on_the_page_of_deprecations() -> None:
    page = (ROOT / "docs/reference/deprecations.md").read_text("utf-8")
    names = set(old_names(msgspec.to_builtins(document())))
    assert names == {"auth", "fired"}
    assert [name for name in some(names) if f"`{name}`" not in page] == []


NAMED_FILE = re.compile(r"\b[a-z_]+(?:/\w+)+\.(?:py|yaml)\b")  # NAME stands for any plug-in
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_page_on_architecture_names_files_that_exist() -> None:
    named = [path.replace("NAME", "*") for path in NAMED_FILE.findall(ARCHITECTURE)]
    found = [[*ROOT.glob(path), *ROOT.glob(f"mockserver/{path}")] for path in named]
    assert all(some(found))


def test_the_page_on_architecture_has_every_room() -> None:
    packages = [
        *ROOT.glob("mockserver/*/__init__.py"),
        *ROOT.glob("mockserver/domain/*/__init__.py"),
    ]
    rooms = [package.parent.name for package in packages]
    assert not [room for room in some(rooms) if not re.search(rf"\b{room}\b", ARCHITECTURE)]
