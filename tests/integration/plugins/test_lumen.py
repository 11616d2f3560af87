"""A provider of a stranger's in a package of its own, from the first curl line to a campaign."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import environment
from tests.support import needs
from tests.support.patience import PATIENCE_S, next_line
from tests.support.strangers import laid_out

pytestmark = pytest.mark.timeout(500)  # the first test of an environment makes it
# From scratch with CI=true: that shows all that the short way shows, and more.
WAY = "installed" if os.environ.get("CI") == "true" else "beside"
ROOT = Path(__file__).parents[3]
LUMEN = ROOT / "tests" / "examples" / "lumen"
MAKE = """
import sys
from clientlib import Client, Pace

with Client("lumen", pace=Pace(0.05)) as client:
    job = client.submit("a cat on a wall")
    job.wait(deadline=20)
    print(job.download(sys.argv[1], deadline=20))
"""
# Polls three times as fast as it may, and never fetches what it paid for.
NAIVE = """
import json, os, urllib.request

http = urllib.request.build_opener(urllib.request.ProxyHandler({}))
headers = {"X-Lumen-Key": os.environ["LUMEN_API_KEY"], "Content-Type": "application/json"}
base = os.environ["LUMEN_BASE_URL"]

def call(path, body=None):
    return json.load(http.open(urllib.request.Request(base + path, body, headers)))

render = call("/v2/renders", b'{"prompt": "a cat", "colour": "red"}')["render"]
while call("/v2/renders/" + render)["state"] not in ("ready", "broken"):
    pass
"""
Ran = subprocess.CompletedProcess[str]
Reelmock = Callable[..., Ran]


class Installed:
    """A Python that has Reelmock and Lumen, and a folder to work in."""

    def __init__(self, python: str, folder: Path, path: str = "") -> None:
        self.python = python
        self.folder = folder
        self.environment = {**environment(folder), "PYTHONPATH": path}
        if not path:
            del self.environment["PYTHONPATH"]

    def line(self, *words: str) -> list[str]:
        return [self.python, "-m", "mockserver", *words]

    def run(self, *words: str, **more: str) -> Ran:
        return subprocess.run(
            self.line(*words),
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.environment, **more},
            timeout=4 * PATIENCE_S,
            check=False,
        )


@pytest.fixture(scope="module", params=[WAY])
def lumen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """This environment with Lumen beside it, as pip lays it out; or a clean one, with pip's doing."""
    folder = tmp_path_factory.mktemp("work")
    if request.param == "beside":
        site = laid_out(LUMEN, tmp_path_factory.mktemp("site"))
        return Installed(sys.executable, folder, f"{site}:{ROOT}")
    home = tmp_path_factory.mktemp("clean")
    venv.create(home)
    python = str(home / "bin" / "python")
    # This environment's pip, and nothing compiled that nobody imports: half the time.
    pip = [sys.executable, "-m", "pip", "--python", python]
    # Reelmock first: the example asks for it by name, and no index has to know it.
    for project in (f"{ROOT}[verify]", str(LUMEN)):
        install = [*pip, "install", "--quiet", "--no-compile", project]
        subprocess.run(install, check=True, capture_output=True, timeout=300, cwd=folder)
    return Installed(python, folder)


@pytest.fixture(scope="module")
def served(lumen: Installed) -> Iterator[dict[str, Any]]:
    """The address of a server that has Lumen."""
    with serving(lumen) as address:
        yield address


class serving:
    """A running `reelmock serve --json`, and what it printed."""

    def __init__(self, installed: Installed) -> None:
        self._process = subprocess.Popen(
            installed.line("serve", "--port", "0", "--json"),
            stdout=subprocess.PIPE,
            text=True,
            cwd=installed.folder,
            env=installed.environment,
        )

    def __enter__(self) -> dict[str, Any]:
        address: dict[str, Any] = json.loads(next_line(self._process))
        return address

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE_S)


def test_the_banner_has_a_line_for_it_that_works(served: dict[str, Any]) -> None:
    told = served["providers"]["lumen"]
    assert told["base_url"] == f"{served['base_url']}/lumen"
    assert "-H 'X-Lumen-Key: sk-anything'" in told["curl"]
    needs.program("curl")
    done = subprocess.run(shlex.split(told["curl"]), capture_output=True, timeout=PATIENCE_S)
    assert json.loads(done.stdout)["state"] == "waiting"


def test_a_command_finds_its_base_url_and_makes_a_film(lumen: Installed, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    done = lumen.run("run", "--", lumen.python, "-c", MAKE, str(film))
    assert done.returncode == 0, done.stderr
    assert film.read_bytes()[4:8] == b"ftyp"
    assert "20 coins" in done.stderr


def test_make_takes_its_codec(lumen: Installed, served: dict[str, Any]) -> None:
    at = {"LUMEN_BASE_URL": served["providers"]["lumen"]["base_url"], "LUMEN_API_KEY": "sk-make"}
    done = lumen.run("make", "a cat", "--provider", "lumen", "--every", "0.05", **at)
    assert done.returncode == 0, done.stderr
    assert (lumen.folder / "video.mp4").read_bytes()[4:8] == b"ftyp"


def test_findings_judge_a_client_of_it(lumen: Installed, served: dict[str, Any]) -> None:
    at = {"LUMEN_BASE_URL": served["providers"]["lumen"]["base_url"], "LUMEN_API_KEY": "sk-naive"}
    subprocess.run(
        [lumen.python, "-c", NAIVE], env={**lumen.environment, **at}, check=True, timeout=PATIENCE_S
    )
    where = ("--url", served["base_url"], "--key", "sk-naive")
    done = lumen.run("findings", "--over", "--json", *where)
    found = {one["name"] for one in json.loads(done.stdout)["found"]}
    assert found == {"sent_ignored_parameter", "polled_too_fast", "never_fetched_result"}


def test_a_campaign_strikes_a_client_of_it(lumen: Installed) -> None:
    client = lumen.line("make", "a cat", "--provider", "lumen", "--every", "0.05")
    wanted = {
        "http_error@create": "failed_cleanly",
        "null_field@poll": "recovered",
        "media_corrupt@download": "recovered",
        "fail@job": "failed_cleanly",
        "strange_word@job": "recovered",
    }
    cases = ("--provider", "lumen", "--only", ",".join(wanted), "--jobs", "2", "--deadline", "20s")
    done = lumen.run(
        "campaign", *cases, "--json", "all.json", "--", *client, "--out", "{tmp}/a.mp4"
    )
    assert done.returncode == 0, done.stderr
    outcomes = json.loads((lumen.folder / "all.json").read_text())["outcomes"]
    assert {one["name"]: one["verdict"] for one in outcomes} == wanted, done.stdout


def test_it_is_verified_with_contracts_and_checks_of_its_own(
    lumen: Installed, served: dict[str, Any]
) -> None:
    at = ("--base-url", served["providers"]["lumen"]["base_url"], "--budget", "1000")
    keys = ("--api-key", "sk-verify", "--pace", "0.05", "--report", "json=verified.json")
    done = lumen.run("verify", "lumen", *at, *keys)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((lumen.folder / "verified.json").read_text())
    outcomes = {one["id"]: one["outcome"] for one in report["results"]}
    assert {"lumen.location", "lumen.wallet", "callback.body"} <= set(outcomes)
    skipped = {name for name, outcome in outcomes.items() if outcome == "skip"}
    assert skipped == {"poll.headers", "limits.retry_after"}
    assert {outcomes[name] for name in outcomes.keys() - skipped} == {"pass"}


@pytest.mark.parametrize("kind", ["provider", "scenario", "fault", "finding"])
def test_new_finds_its_templates_where_it_is_installed(
    lumen: Installed, kind: str, tmp_path: Path
) -> None:
    done = lumen.run("new", kind, "mine", "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    contracts = ["mine_contracts"] if kind == "provider" else []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mine.py",
        *contracts,
        "test_mine.py",
    ]
    for folder in contracts:
        kinds = {path.suffix for path in (tmp_path / folder).rglob("*")}
        assert kinds >= {".py", ".json", ".yaml", ".md"}
