"""Providers that are there for one test: written into a folder of their own, found as ours are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mockserver.providers

Guest = Callable[[str, str], str]
SOURCE = '''"""A guest that speaks as Kie does, but for what a test changes."""

from msgspec.structs import replace

from mockserver.sdk.provider import KeyPlace
from mockserver.providers.kie import PROVIDER as KIE

PROVIDER = replace(KIE, name="{name}", title="A guest", hosts=(), {changes})
'''


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guest]:
    """Writes a provider from a name and what it has otherwise than Kie; returns its path prefix."""
    folder = tmp_path / "providers"
    monkeypatch.setattr(
        mockserver.providers, "__path__", [*mockserver.providers.__path__, str(folder)]
    )
    names: list[str] = []

    def write(name: str, changes: str) -> str:
        (folder / name).mkdir(parents=True)
        source = SOURCE.format(name=name, changes=changes)
        (folder / name / "__init__.py").write_text(source, encoding="utf-8")
        names.append(name)
        return f"/{name}"

    yield write
    for name in names:
        sys.modules.pop(f"mockserver.providers.{name}", None)
