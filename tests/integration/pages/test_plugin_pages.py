"""The plug-ins that the pages show keep the rules that all plug-ins have to keep."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from mockserver.conformance import check_fault, check_scenario, load
from mockserver.engine.plugins import Plugins
from tests.integration.pytest_plugin.conftest import ALONE, QUIET
from tests.support.pages import ROOT, shown
from tests.support.patience import PATIENCE_S
from tests.support.strangers import install


def test_the_mechanism_that_the_page_shows_keeps_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "backwards.py"
    file.write_text("sdk = 1\n" + shown("docs/guides/add-a-fault.md", "sends the body backwards"))
    entry = {"family": "exchange", "sees": "A body that is backwards.", "example": {}}
    check_fault(load(file).FAULT, {"backwards": entry})


def test_the_entry_that_the_page_shows_is_one_of_the_catalogue() -> None:
    (page,) = yaml.safe_load(shown("docs/guides/add-a-fault.md", "mechanism: mutate_json")).items()
    catalogue = yaml.safe_load((ROOT / "mockserver/faults/catalogue.yaml").read_text("utf-8"))
    name, entry = page
    assert entry == {"preset": {}, **catalogue[name]}


def test_the_scenario_that_the_page_shows_keeps_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "content_late.py"
    file.write_text("sdk = 1\n" + shown("docs/guides/add-a-scenario.md", "content_late"))
    check_scenario(load(file).SCENARIO)


def test_the_test_of_the_page_passes_beside_its_plug_in(tmp_path: Path) -> None:
    (tmp_path / "hiccup.py").write_text(shown("docs/guides/plugins.md", "# plug-ins/hiccup.py"))
    (tmp_path / "test_hiccup.py").write_text(shown("docs/guides/plugins.md", "check_scenario(PLUG"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, *ALONE],
        capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout


def test_an_entry_point_as_on_the_page_brings_its_plug_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = tomllib.loads(shown("docs/guides/plugins.md", "my_package.hiccup"))
    ((group, entries),) = stated["project"]["entry-points"].items()
    ((name, module),) = entries.items()
    install(tmp_path, "my_package", (group.removeprefix("reelmock."), name, module))
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "hiccup.py").write_text(shown("docs/guides/plugins.md", "# plug-ins/hiccup.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert name == "hiccup"
    assert name in Plugins().scenarios.names()
