"""Plug-ins of strangers: found in folders and installed packages, and refused in one line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.engine.plugins import CONSTANTS, Plugins, plugins_in
from mockserver.settings import load_plugins, load_settings
from mockserver.web.router import Router
from tests.support.some import some
from tests.support.strangers import ALL, HICCUP, SAID_PLEASE, STAMPED, install, lay


def in_folder(folder: Path, **files: str) -> Plugins:
    return Plugins((str(lay(folder, **files)),))


def test_a_folder_brings_a_scenario_a_fault_and_a_finding(tmp_path: Path) -> None:
    plugins = in_folder(tmp_path, **ALL)
    assert plugins.scenarios.get("hiccup").summary == "fails half-way"
    assert plugins.faults.get("stamped").mechanism.name == "stamped"
    assert plugins.findings.get("said_please").severity == "info"


def test_a_folder_s_plug_ins_come_behind_ours(tmp_path: Path) -> None:
    early = HICCUP.replace('"hiccup"', '"aaa"')
    plugins, ours = in_folder(tmp_path, aaa=early), Plugins()
    assert plugins.scenarios.names() == (*ours.scenarios.names(), "aaa")
    assert [one.name for one in plugins.scenarios.all()] == list(plugins.scenarios.names())


def test_without_plug_ins_there_are_ours_and_nothing_is_brought() -> None:
    plugins = Plugins()
    assert plugins.brought.where == {}
    assert plugins.providers.names() == ("apiyi", "kie", "xcompute")


def test_one_file_may_bring_some_of_each_kind(tmp_path: Path) -> None:
    both = HICCUP + SAID_PLEASE.replace('"said_please"', '"hiccup"')
    plugins = in_folder(tmp_path, hiccup=both)
    assert "hiccup" in plugins.scenarios.names()
    assert "hiccup" in plugins.findings.names()


def test_a_folder_in_the_folder_is_a_package_with_files_of_its_own(tmp_path: Path) -> None:
    package = lay(tmp_path / "hiccup", __init__="from .plan import SCENARIO, sdk", plan=HICCUP)
    assert "hiccup" in Plugins((str(package.parent),)).scenarios.names()


def test_two_folders_may_have_a_file_of_one_name_and_different_kinds(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", hiccup=HICCUP)
    other = lay(tmp_path / "other", hiccup=SAID_PLEASE.replace('"said_please"', '"hiccup"'))
    plugins = Plugins((str(one), str(other)))
    assert "hiccup" in plugins.scenarios.names()
    assert "hiccup" in plugins.findings.names()


@pytest.mark.parametrize("name", ["test_it", "conftest", "_shared"])
def test_tests_beside_plug_ins_are_not_imported(tmp_path: Path, name: str) -> None:
    plugins = in_folder(tmp_path, hiccup=HICCUP, **{name: "1 / 0"})
    assert plugins.scenarios.names()[-1] == "hiccup"


def test_a_fault_may_be_a_name_over_a_mechanism_of_ours(tmp_path: Path) -> None:
    entry = "{'family': 'exchange', 'mechanism': 'http_error', 'fixed': {'status': 418},"
    text = f"sdk = 1\nCATALOGUE = {{'teapot': {entry} 'sees': 'A teapot.', 'example': {{}}}}}}"
    found = in_folder(tmp_path, kettle=text).faults.get("teapot")
    assert found.read({})["status"] == 418
    assert found.mechanism.name == "http_error"


WRONG = {
    "it raises": (
        "1 / 0",
        "it does not load: ZeroDivisionError: division by zero (line 1 of x.py)",
    ),
    "it ends the process": ("raise SystemExit(3)", "it does not load: SystemExit: 3"),
    "it is no Python": ("def", "it does not load: SyntaxError"),
    "it misses an import": ("import nowhere_at_all", "No module named 'nowhere_at_all'"),
    "no version": ("SCENARIO = 1", "it names no version of the SDK, expected sdk = 1"),
    "another version": ("sdk = 2", "it is for version 2 of the SDK, this is 1"),
    "a version that is none": ("sdk = True", "it is for version True of the SDK, this is 1"),
    "nothing in it": ("sdk = 1", "it exports nothing of: PROVIDER, SCENARIO, FAULT, FINDING"),
    "the wrong kind": ("sdk = 1\nSCENARIO = 1", "SCENARIO is a int, expected a Scenario"),
    "another name": (HICCUP, "SCENARIO is called 'hiccup', expected 'x'"),
    "a fault without names": (
        STAMPED.replace("CATALOGUE", "NAMES").replace('"stamped",', '"x",', 1),
        "its fault has no name for users, expected CATALOGUE = {name: entry}",
    ),
    "a mapping that is none": ("sdk = 1\nCATALOGUE = 3", "CATALOGUE: expected a mapping"),
    "an entry of ours": (
        "sdk = 1\nCATALOGUE = {'latency': {}}",
        "CATALOGUE: Reelmock has a fault latency of its own",
    ),
    "an entry without its parts": ("sdk = 1\nCATALOGUE = {'y': {}}", "y: Object missing required"),
    "an entry over nothing": (
        "sdk = 1\nCATALOGUE = {'y': {'family': 'media', 'sees': '', 'example': {}}}",
        "y: there is no mechanism 'x'",
    ),
    "an example that is none": (
        "sdk = 1\nCATALOGUE = {'y': {'family': 'media', 'sees': '', 'mechanism': 'latency',"
        " 'example': {'with': {'dely': 1}}}}",
        "did you mean 'delay'?",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_load_is_told_in_one_line_with_its_file(tmp_path: Path, what: str) -> None:
    text, told = WRONG[what]
    plugins = in_folder(tmp_path, x=text)
    with pytest.raises(BadInput) as raised:
        plugins.check()
    line = str(raised.value)
    assert line.startswith(f"plug-in {tmp_path / 'x.py'}: ")
    assert told in line
    assert "\n" not in line


@pytest.mark.parametrize("name", Plugins().scenarios.names())
def test_no_plug_in_hides_a_scenario_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=f"Reelmock has a scenario {name} of its own"):
        in_folder(tmp_path, **{name: HICCUP.replace('"hiccup"', f'"{name}"')}).check()


def test_no_plug_in_hides_another_one(tmp_path: Path) -> None:
    folders = [lay(tmp_path / name, hiccup=HICCUP) for name in ("one", "other")]
    with pytest.raises(
        BadInput, match=r"other/hiccup.py: .*one/hiccup.py brings a scenario hiccup"
    ):
        Plugins(tuple(map(str, folders))).check()


def test_two_files_cannot_have_one_name_for_their_faults(tmp_path: Path) -> None:
    entry = STAMPED.replace('"stamped",', '"later",', 1)
    with pytest.raises(BadInput, match=r"stamped.py: .*later.py brings a fault stamped too"):
        in_folder(tmp_path, later=entry, stamped=STAMPED).check()


def test_a_plug_in_that_was_refused_is_refused_again(tmp_path: Path) -> None:
    plugins = in_folder(tmp_path, x="1 / 0")
    for need in (plugins.check, plugins.scenarios.names, plugins.faults.all, plugins.check):
        with pytest.raises(BadInput, match="division by zero"):
            need()


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match="plugins: 'nowhere' is not valid, expected a folder"):
        Plugins(("nowhere",)).check()


def test_an_installed_package_brings_plug_ins_by_its_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, strangers_hiccup=HICCUP, strangers_stamp=STAMPED)
    site = install(
        tmp_path,
        "strangers",
        ("scenarios", "hiccup", "strangers_hiccup"),
        ("faults", "stamped", "strangers_stamp"),
        ("contracts", "hiccup", "nobody_imports_this_here"),
    )
    monkeypatch.syspath_prepend(site)
    plugins = Plugins()
    assert plugins.brought.where == {
        "scenario hiccup": "hiccup of the package strangers (strangers_hiccup)",
        "fault stamped": "stamped of the package strangers (strangers_stamp)",
        "fault name stamped": "stamped of the package strangers (strangers_stamp)",
    }
    assert plugins.scenarios.get("hiccup").name == "hiccup"


def test_of_a_package_that_is_there_twice_the_first_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path / "early", strangers_early=HICCUP)
    for site, module in (("late", "nowhere_at_all"), ("early", "strangers_early")):
        entry = ("scenarios", "hiccup", module)
        monkeypatch.syspath_prepend(install(tmp_path / site, "strangers", entry))
    assert list(Plugins().brought.where) == ["scenario hiccup"]


def test_an_entry_point_brings_what_it_is_for_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, strangers_finding=HICCUP)
    entry = ("findings", "hiccup", "strangers_finding")
    monkeypatch.syspath_prepend(install(tmp_path, "strangers", entry))
    told = r"hiccup of the package strangers \(strangers_finding\): it exports nothing of: FINDING"
    with pytest.raises(BadInput, match=told):
        Plugins().check()


def test_every_kind_has_a_list() -> None:
    plugins = Plugins()
    lists = (plugins.providers, plugins.scenarios, plugins.mechanisms, plugins.findings)
    for registry in some(lists):
        assert registry.constant in CONSTANTS
        assert registry.names()


PROVIDER = Template(files("mockserver.cli.plugin_templates").joinpath("provider.txt").read_text())


_LINES = {
    "hosts": "hosts=(),",
    "models": "models=tuple(MODELS.values()),",
    "phase": '"create", create',
}


def provider(name: str, **changes: str) -> str:
    """The text of a provider, with some of its lines changed."""
    text = PROVIDER.substitute(name=name, title=name.title())
    for old, new in changes.items():
        text = text.replace(_LINES[old], new)
    return text


BAD_PROVIDERS = {
    "openai": (provider("openai"), "no provider can be called openai"),
    "own": (provider("own", phase='"account", create'), "no operation of the call phase create"),
    "bare": (provider("bare", models="models=(),"), "its provider has no model"),
    "host": (
        provider("host", hosts='hosts=("api.kie.ai",),'),
        "the host api.kie.ai is that of kie",
    ),
    "Loud": (provider("Loud"), "'Loud' is no name, expected small letters"),
}


@pytest.mark.parametrize("name", BAD_PROVIDERS)
def test_a_provider_that_could_not_be_addressed_is_refused(tmp_path: Path, name: str) -> None:
    text, told = BAD_PROVIDERS[name]
    with pytest.raises(BadInput) as raised:
        in_folder(tmp_path, **{name: text}).check()
    assert told in str(raised.value)


def test_two_providers_of_strangers_cannot_have_one_host(tmp_path: Path) -> None:
    own = 'hosts=("api.example.com",),'
    texts = {name: provider(name, hosts=own) for name in ("one", "other")}
    with pytest.raises(BadInput, match=r"other.py: the host api.example.com is that of one"):
        in_folder(tmp_path, **texts).check()


def test_a_path_that_ours_have_too_stays_ours_without_a_prefix(tmp_path: Path) -> None:
    early = provider("aaa").replace("/v1/jobs", "/v1/videos")
    router = Router(in_folder(tmp_path, aaa=early).providers.all())
    found = router.find("POST", "localhost", "/v1/videos")
    assert found is not None
    assert found.provider.name == "apiyi"
    prefixed = router.find("POST", "localhost", "/aaa/v1/videos")
    assert prefixed is not None
    assert prefixed.provider.name == "aaa"


def test_a_package_that_is_installed_by_now_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plugins_in(())
    before.check()
    assert plugins_in(()) is before
    lay(tmp_path, strangers_later=HICCUP)
    entry = ("scenarios", "hiccup", "strangers_later")
    monkeypatch.syspath_prepend(install(tmp_path, "strangers", entry))
    assert list(plugins_in(()).brought.where) == ["scenario hiccup"]


def test_folders_of_a_settings_file_begin_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "project" / "reelmock.toml"
    file.parent.mkdir()
    file.write_text('plugins = ["own", "own", "../common"]')
    wanted = (str(file.parent / "own"), str(file.parent / "../common"))
    assert load_plugins((), {}, file) == wanted
    assert load_settings({}, {}, file).plugins == wanted
    given = {"REELMOCK_PLUGINS": "one,other"}
    assert load_plugins((), given, file) == (str(tmp_path / "one"), str(tmp_path / "other"))
    assert load_settings({}, given, file).plugins == load_plugins((), given, file)
    assert load_plugins(("flag",), given, file) == (str(tmp_path / "flag"),)
    assert load_plugins((), {}, tmp_path / "none.toml") == ()


@pytest.mark.parametrize("value", ["'own'", "[1]", "{}"])
def test_folders_that_are_no_list_are_refused(tmp_path: Path, value: str) -> None:
    file = tmp_path / "reelmock.toml"
    file.write_text(f"plugins = {value}")
    with pytest.raises(BadInput, match="expected a list of folders"):
        load_plugins((), {}, file)
    with pytest.raises(BadInput, match="expected a list of folders"):
        load_settings({}, {}, file)
