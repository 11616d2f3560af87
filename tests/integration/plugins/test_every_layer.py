"""Three files of a stranger's in a folder: every layer takes them as its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control
from tests.support.nested import ALONE
from tests.support.serving import client_of, settings
from tests.support.strangers import ALL, HICCUP, install, lay

pytest_plugins = ["pytester"]
ORDER = {"model": "veo3_fast", "prompt": "a cat, please"}
CAMPAIGN_CLIENT = Path(__file__).parents[1] / "campaign" / "client.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("plug-ins"), **ALL)


@pytest.fixture(scope="module")
def plugged(folder: Path) -> Iterator[Running]:
    """A server in clock mode manual that has the folder's plug-ins."""
    running = Running(settings(clock="manual", plugins=(str(folder),), metrics=True))
    yield running
    running.stop()


@pytest.fixture
def control(plugged: Running, key: str) -> Iterator[Control]:
    with Control(plugged.base_url, None, key) as control:
        yield control


@pytest.fixture
def client(plugged: Running, key: str) -> Iterator[httpx.Client]:
    with client_of(plugged, key) as client:
        yield client


def submitted(client: httpx.Client) -> httpx.Response:
    return client.post("/kie/api/v1/veo/generate", json=ORDER)


def test_a_scenario_decides_what_becomes_of_a_job(client: httpx.Client, control: Control) -> None:
    control.set_scenario("hiccup")
    task_id = submitted(client).json()["data"]["taskId"]
    control.advance("10m")
    (task,) = control.tasks()
    assert (task.id, task.phase, task.scenario) == (task_id, "failed", "hiccup")


def test_a_scenario_is_a_directive_too(client: httpx.Client, control: Control) -> None:
    order = {**ORDER, "prompt": "a cat [mock:hiccup]"}
    client.post("/kie/api/v1/veo/generate", json=order).raise_for_status()
    assert [task.scenario for task in control.tasks()] == ["hiccup"]


def test_a_fault_strikes_and_its_rule_tells_so(client: httpx.Client, control: Control) -> None:
    rule = control.add_fault({"fault": "stamped", "with": {"word": "twice"}})
    assert submitted(client).headers["x-stamp"] == "twice"
    (told,) = [one for one in control.faults() if one["id"] == rule["id"]]
    assert (told["applied"], told["struck"]) == (1, 1)


def test_a_fault_is_a_header_of_one_request_too(client: httpx.Client) -> None:
    reply = client.get("/apiyi/v1/models", headers={"x-mock-fault": "stamped word=once"})
    assert reply.headers["x-stamp"] == "once"


def test_a_finding_judges_the_client(client: httpx.Client, control: Control) -> None:
    submitted(client).raise_for_status()
    assert "said_please" in [found.name for found in control.findings(over=True).found]


def test_the_control_api_lists_them_behind_ours(control: Control) -> None:
    assert control.scenarios()[-1].name == "hiccup"
    assert control.finding_kinds()[-1]["name"] == "said_please"


def test_metrics_count_a_fault_under_its_name(plugged: Running, client: httpx.Client) -> None:
    client.get("/apiyi/v1/models", headers={"x-mock-fault": "stamped"}).raise_for_status()
    metrics = httpx.get(f"{plugged.base_url}/_mock/metrics", trust_env=False).text
    assert 'fault="stamped"' in metrics


def test_the_command_line_lists_and_explains_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--plugins", str(folder))
    assert run_line(["fault", "list", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)[-1]["name"] == "stamped"
    assert run_line(["fault", "show", "stamped", *at]) == 0
    assert "what the stamp says" in capsys.readouterr().out
    assert run_line(["findings", "explain", "said_please", *at]) == 0
    assert "A model has no manners." in capsys.readouterr().out


def test_a_profile_may_name_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = tmp_path / "day.yaml"
    day.write_text("scenario: {name: hiccup}\nfaults: [{fault: stamped}]\n")
    assert run_line(["profile", "check", str(day), "--plugins", str(folder)]) == 0
    assert "day: 1 rule, all right" in capsys.readouterr().out
    assert run_line(["profile", "check", str(day)]) == 2
    assert "'stamped'" in capsys.readouterr().err


def test_the_settings_file_names_a_folder_from_where_it_lies(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lay(tmp_path / "ours", **ALL)
    tmp_path.joinpath("reelmock.toml").write_text('plugins = ["ours"]\n')
    monkeypatch.chdir(tmp_path)
    assert run_line(["fault", "show", "stamped"]) == 0
    tmp_path.joinpath("elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    code = run_line(["run", "--config", "../reelmock.toml", "--allow-no-calls", "--", "true"])
    assert (code, run_line(["fault", "show", "stamped"])) == (0, 2)
    assert "'stamped' is not valid" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "0"),
        ("run", "--", "true"),
        ("campaign", "--", "true"),
        ("fault", "list"),
        ("findings", "explain", "said_please"),
        ("profile", "list"),
    ],
    ids=lambda words: words[0],
)
def test_a_broken_plug_in_is_one_line_and_exit_code_2(
    words: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = lay(tmp_path / "broken", oops="1 / 0")
    monkeypatch.setenv("REELMOCK_PLUGINS", str(folder))
    assert run_line(list(words)) == 2
    told = capfd.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert f"plug-in {folder / 'oops.py'}: it does not load: ZeroDivisionError" in line


def test_a_command_in_run_finds_the_same_plug_ins(folder: Path, tmp_path: Path) -> None:
    script = f"{sys.executable} -m mockserver fault show stamped"
    line = [sys.executable, "-m", "mockserver", "run", "--plugins", str(folder), "--allow-no-calls"]
    done = subprocess.run(
        [*line, "--", "sh", "-c", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "what the stamp says" in done.stdout


def test_a_campaign_runs_their_cases(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    client = (sys.executable, str(CAMPAIGN_CLIENT), "careful", "{tmp}/video.mp4")
    cases = ("--plugins", str(folder), "--only", "stamped@create,hiccup@job")
    code = run_line(["campaign", *cases, "--json", "all.json", "--deadline", "20s", "--", *client])
    outcomes = json.loads(Path("all.json").read_text())["outcomes"]
    verdicts = {one["name"]: (one["verdict"], one["struck"]) for one in outcomes}
    assert verdicts == {"stamped@create": ("recovered", 1), "hiccup@job": ("failed_cleanly", 1)}
    assert code == 0, capfd.readouterr().err
    assert {f"--plugins {folder}" in one["command"] for one in outcomes} == {True}


TEXT = files("mockserver.cli.plugin_templates").joinpath("provider.txt").read_text()
PROVIDER = Template(TEXT).substitute(name="own", title="Own")
TESTS = """
    import httpx, pytest

    @pytest.mark.reelmock_faults("stamped", phases="create", provider="kie")
    def test_stamped(reelmock):
        url = reelmock.base_url("kie") + "/api/v1/veo/generate"
        order = {"model": "veo3_fast", "prompt": "a cat"}
        key = {"authorization": f"Bearer {reelmock.api_key}"}
        reply = httpx.post(url, json=order, headers=key, trust_env=False)
        assert reply.headers["x-stamp"] == "twice"

    @pytest.mark.reelmock(scenario="hiccup")
    @pytest.mark.parametrize("n", range(2))
    def test_hiccup(reelmock, n):
        assert reelmock.control.scenario(reelmock.id).name == "hiccup"
        assert reelmock.env()["REELMOCK_PLUGINS"].endswith("plug-ins")

    def test_a_provider_is_addressed_as_ours_are(reelmock):
        assert reelmock.env()["OWN_BASE_URL"] == reelmock.base_url("own")
        key = {"authorization": f"Bearer {reelmock.env()['OWN_API_KEY']}"}
        url = reelmock.base_url("own") + "/v1/jobs"
        order = {"prompt": "a cat", "colour": "red"}
        assert httpx.post(url, json=order, headers=key, trust_env=False).status_code == 200
        with pytest.raises(AssertionError, match="sent_ignored_parameter"):
            reelmock.assert_no_findings()
"""


@pytest.mark.parametrize("how", ["option", "settings file"])
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_test_run_has_them_in_each_of_its_processes(
    pytester: pytest.Pytester, how: str, workers: tuple[str, ...]
) -> None:
    lay(pytester.path / "plug-ins", own=PROVIDER, **ALL)
    pytester.makepyfile(TESTS)
    options = ("--reelmock-plugins", "plug-ins") if how == "option" else ()
    if how == "settings file":
        pytester.path.joinpath("reelmock.toml").write_text('plugins = ["plug-ins"]\n')
    result = pytester.runpytest_subprocess(*ALONE, *options, *workers)
    result.assert_outcomes(passed=4)


def test_a_test_run_tells_of_a_broken_one_in_one_line(pytester: pytest.Pytester) -> None:
    lay(pytester.path / "plug-ins", oops="1 / 0")
    pytester.makepyfile("def test_it(reelmock): pass")
    result = pytester.runpytest_subprocess(*ALONE, "--reelmock-plugins", "plug-ins")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["plug-in *oops.py: it does not load: ZeroDivisionError*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_server_has_those_of_installed_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, strangers_served=HICCUP)
    entry = ("scenarios", "hiccup", "strangers_served")
    monkeypatch.syspath_prepend(install(tmp_path, "strangers", entry))
    running = Running(settings(clock="manual"))
    try:
        with Control(running.base_url, None, "sk-any") as control:
            assert control.scenarios()[-1].name == "hiccup"
    finally:
        running.stop()
