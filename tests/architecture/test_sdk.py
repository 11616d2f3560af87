"""A plug-in imports the SDK of its package and itself: ours, and the stranger's among the examples."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, name
from tests.support.some import some

LUMEN = ROOT / "tests/examples/lumen/reelmock_lumen"
OURS = ("mockserver", "contracts", "clientlib")
# Where plug-ins lie, which SDK each may import, and what it is part of.
PLACES = {
    "mockserver/providers": ("mockserver.sdk", "mockserver.providers"),
    "mockserver/scenarios": ("mockserver.sdk", "mockserver.scenarios"),
    "mockserver/faults": ("mockserver.sdk", "mockserver.faults"),
    "mockserver/findings": ("mockserver.sdk", "mockserver.findings"),
    "contracts/verifier/checks": ("contracts.sdk", "contracts.verifier.checks"),
    "contracts/verifier/subjects": ("contracts.sdk", "contracts.verifier.subjects"),
    "tests/examples/lumen/reelmock_lumen/provider": ("mockserver.sdk", "reelmock_lumen.provider"),
    "tests/examples/lumen/reelmock_lumen/checks.py": ("contracts.sdk", "reelmock_lumen.checks"),
    "tests/examples/lumen/reelmock_lumen/client.py": ("clientlib.sdk", "reelmock_lumen.client"),
}
LIBRARIES = {"msgspec"}
PROVIDER_LINES = 250


def imported(file: Path) -> set[str]:
    """The modules that a file imports by their whole names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = str(node.module) if node.level == 0 else "a relative import"
            # `from mockserver import domain` is an import of `mockserver.domain`.
            whole = module in OURS or module == "reelmock_lumen"
            found |= {f"{module}.{alias.name}" for alias in node.names} if whole else {module}
    return found


def is_below(module: str, *parents: str) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def foreign(place: str) -> list[str]:
    """The imports of a place that it may not have."""
    path = ROOT / place
    files = [path] if path.suffix else sorted(path.rglob("*.py"))
    return [
        f"{name(file)}: {module}"
        for file in some(files)
        for module in sorted(imported(file))
        if not is_below(module, *PLACES[place])
        and module.split(".")[0] not in sys.stdlib_module_names | LIBRARIES
    ]


@pytest.mark.parametrize("place", PLACES)
def test_a_plug_in_imports_the_sdk_and_itself(place: str) -> None:
    assert foreign(place) == []


def test_the_test_sees_what_is_forbidden(tmp_path: Path) -> None:
    file = tmp_path / "probe.py"
    file.write_text("from mockserver import domain\nimport mockserver.engine.core, httpx\n")
    assert imported(file) == {"mockserver.domain", "mockserver.engine.core", "httpx"}
    assert not is_below("mockserver.sdkish", "mockserver.sdk")


def test_a_whole_provider_takes_less_than_250_lines() -> None:
    files = list((LUMEN / "provider").glob("*.py"))
    assert sum(len(path.read_text().splitlines()) for path in some(files)) < PROVIDER_LINES
