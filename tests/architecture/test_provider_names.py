"""What is known of one provider stands in its folder: no other code of the server goes by its name.

Texts may name a provider: docstrings, comments, messages, help, examples. A name in code, or a
constant that is nothing but a name, decides something.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, name
from tests.support.some import some

SERVER = ROOT / "mockserver"
FOLDERS = SERVER / "providers"
NAMES = sorted(path.parent.name for path in FOLDERS.glob("*/__init__.py"))
NAMED = re.compile("(?<!coo)(?:" + "|".join(NAMES) + ")", re.IGNORECASE)  # a cookie is none
# What the demo shows is a list of ours, in the order of the film.
ALLOWED = {"mockserver/cli/demo_steps/jobs.py"}


def decisive(source: str) -> list[tuple[int, str]]:
    """Line and text of each place of a module where a provider's name is code, and no text."""
    return [
        (getattr(node, "lineno", 0), word)
        for node in ast.walk(ast.parse(source))
        for word in _words(node)
        if NAMED.search(word)
    ]


def _words(node: ast.AST) -> list[str]:
    """The names that a piece of code brings, and its constants without a space: words, not texts."""
    match node:
        case ast.Constant(value=str(text)) | ast.Constant(value=bytes(text)):
            said = text.decode("latin-1") if isinstance(text, bytes) else text
            return [] if re.search(r"\s", said.strip()) else [said]
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
            return [word]
        case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word) | ast.ClassDef(name=word):
            return [word]
        case ast.keyword(arg=word) | ast.ImportFrom(module=word):
            return [word or ""]
        case ast.alias(name=word, asname=other):
            return [word, other or ""]
        case _:
            return []


def modules() -> list[Path]:
    """The server's modules outside the folders of providers."""
    found = [p for p in SERVER.rglob("*.py") if not p.is_relative_to(FOLDERS)]
    return sorted(path for path in found)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_code_outside_its_folder_goes_by_a_providers_name(path: Path) -> None:
    found = decisive(path.read_text("utf-8"))
    assert bool(found) == (name(path) in ALLOWED), found


@pytest.mark.parametrize(
    "source",
    [
        'if provider == "{}": pass',
        'OWN = {{"{}": 1}}',
        "from mockserver.providers.{} import PROVIDER",
        "from mockserver.providers import {}",
        "import mockserver.providers.{}.encode as encode",
        "def {}_rule(): pass",
        "class {}: pass",
        "x.{}_limit",
        "f({}=1)",
        "def f({}): pass",
        'HOST = "api.{}.com"',
        'HOST = b"{}"',
        'URL = f"/{}/{{x}}"',
        'ENV = "OTHER_{}_KEY"',
    ],
)
def test_a_name_that_decides_something_is_found(source: str) -> None:
    for provider in some(NAMES):
        for spelt in (provider, provider.upper(), provider.capitalize()):
            assert decisive(source.format(spelt)), spelt


@pytest.mark.parametrize(
    "source",
    ['"""As {} does."""', "x = 1  # docs: {}", 'raise ValueError("{}: as one says")'],
)
def test_a_text_may_name_a_provider(source: str) -> None:
    for provider in some(NAMES):
        assert not decisive(source.format(provider))


def test_there_are_providers_to_look_for() -> None:
    assert {"apiyi", "kie", "xcompute"} <= set(NAMES)
