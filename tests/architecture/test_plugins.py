"""Plug-ins: one a file, found by its name, described where users look for it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.repository import ROOT

PROVIDER_FILES = {
    "__init__.py",
    "README.md",
    "decode.py",
    "dialect.py",
    "encode.py",
    "errors.py",
    "models.py",
    "operations.py",
    "status.py",
}
PLACES = ("mockserver/providers/{}", "contracts/{}", "fixtures/{}", "clientlib/providers/{}.py")
KINDS = {"scenarios": "SCENARIO", "faults": "FAULT", "findings": "FINDING"}


def folders(parent: str) -> list[str]:
    return sorted(p.parent.name for p in (ROOT / parent).glob("*/__init__.py"))


def modules(kind: str) -> list[str]:
    found = (ROOT / "mockserver" / kind).glob("*.py")
    return sorted(path.stem for path in found if path.stem != "__init__")


def plugins() -> list[tuple[str, str]]:
    return [(kind, name) for kind in KINDS for name in modules(kind)]


def headings(page: Path) -> set[str]:
    """The headings of a page as words: code marks and trailing prose left out."""
    lines = re.findall(r"^#+ +(.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {line.replace("`", "").split(" ")[0].strip(":") for line in lines}


def reference(kind: str) -> Path:
    """The page of a kind."""
    return ROOT / "docs" / "reference" / f"{kind}.md"


@pytest.mark.parametrize("provider", folders("mockserver/providers"))
def test_every_provider_has_the_same_files_and_is_in_all_four_places(provider: str) -> None:
    folder = ROOT / "mockserver" / "providers" / provider
    assert {path.name for path in folder.iterdir()} >= PROVIDER_FILES
    assert import_module(f"mockserver.providers.{provider}").PROVIDER.name == provider
    for place in PLACES:
        assert (ROOT / place.format(provider)).exists(), place.format(provider)


@pytest.mark.parametrize(("kind", "name"), plugins())
def test_every_plugin_exports_its_constant_under_its_name(kind: str, name: str) -> None:
    plugin: Any = getattr(import_module(f"mockserver.{kind}.{name}"), KINDS[kind])
    assert plugin.name == name


@pytest.mark.parametrize("kind", ["scenarios", "findings"])
def test_every_plugin_has_a_heading_in_the_reference(kind: str) -> None:
    assert not set(modules(kind)) - headings(reference(kind))


def test_every_named_fault_has_a_heading_in_the_reference() -> None:
    catalogue = yaml.safe_load((ROOT / "mockserver/faults/catalogue.yaml").read_text("utf-8"))
    named = catalogue.get("faults", catalogue)
    names = {entry["name"] for entry in named} if isinstance(named, list) else set(named)
    assert names
    assert not names - headings(reference("faults"))
