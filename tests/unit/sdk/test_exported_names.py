"""What the SDK exports, which a stranger's plug-in was written for."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

import mockserver.sdk
from tests.support.some import some

# One name a line. A name that goes from this list makes `VERSION` one higher.
KEPT = Path(__file__).with_name("exported.txt").read_text().split()
MODULES = [found.name for found in pkgutil.iter_modules(mockserver.sdk.__path__)]


def exported() -> list[str]:
    return [
        f"{name}.{each}"
        for name in some(MODULES)
        for each in import_module(f"mockserver.sdk.{name}").__all__
    ]


def test_the_sdk_of_this_version_exports_what_it_did() -> None:
    assert mockserver.sdk.VERSION == 1
    assert sorted(exported()) == sorted(KEPT)


def test_a_module_of_the_sdk_imports_and_exports_and_does_nothing_else() -> None:
    for name in some(MODULES):
        module = import_module(f"mockserver.sdk.{name}")
        first, *rest = ast.parse(Path(str(module.__file__)).read_text()).body
        assert isinstance(first, ast.Expr), name
        assert {type(node) for node in rest} == {ast.ImportFrom, ast.Assign}, name


def test_nothing_is_exported_that_no_plugin_of_ours_imports() -> None:
    root = Path(mockserver.__path__[0])
    text = {
        kind: "\n".join(path.read_text() for path in (root / f"{kind}s").rglob("*.py"))
        for kind in some(MODULES)
    }
    general = {"Api", "CancelJob", "Cancelled", "KeyPlace", "BadInput", "Refusal", "Severity"}
    unused = [
        line
        for line in some(KEPT)
        if line.split(".")[1] not in text[line.split(".")[0]] and line.split(".")[1] not in general
    ]
    assert not unused
