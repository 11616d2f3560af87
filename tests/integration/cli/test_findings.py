"""`reelmock findings` as people and pipelines run it: what counts, what does not, and how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Any]
KEY = "sk-me"
NAME = "ignored_envelope_code"


def call(url: str, path: str, key: str = KEY) -> None:
    headers = {"authorization": f"Bearer {key}"}
    httpx.get(url + path, headers=headers, trust_env=False)


def go_wrong(url: str) -> None:
    """Asks for a job whose id was never set: an error among the findings."""
    call(url, "/apiyi/v1/videos/undefined")


@pytest.fixture
def url(serve: Serve) -> str:
    return str(serve().address["base_url"])


def test_a_key_that_has_no_sandbox_is_no_clean_bill(cli: Run, url: str) -> None:
    done = cli("findings", "--url", url, "--key", "sk-typo")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == ("reelmock: no sandbox has this key: no client has called with it yet\n")


def test_asking_for_findings_opens_no_sandbox(cli: Run, url: str) -> None:
    cli("findings", "--url", url, "--key", "sk-typo")
    assert httpx.get(f"{url}/_mock/v1/sandboxes", trust_env=False).json() == {"sandboxes": []}


@pytest.mark.parametrize("form", [(), ("--json",), ("--junit",)], ids=["text", "json", "junit"])
def test_a_sandbox_that_nobody_called_is_no_clean_bill(
    cli: Run, url: str, form: tuple[str, ...]
) -> None:
    made = httpx.post(f"{url}/_mock/v1/sandboxes", json={"label": "mine"}, trust_env=False)
    done = cli("findings", "--url", url, "--sandbox", made.json()["id"], *form)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no call of a client is in the journal" in done.stderr


def test_a_clock_that_was_turned_is_no_call_of_a_client(cli: Run, url: str) -> None:
    assert cli("clock", "mode", "manual", "--url", url, "--key", KEY).returncode == 0
    done = cli("findings", "--url", url, "--key", KEY)
    assert done.returncode == 2
    assert "no call of a client is in the journal" in done.stderr


def test_a_journal_that_was_emptied_is_no_clean_bill(cli: Run, url: str) -> None:
    go_wrong(url)
    assert cli("journal", "clear", "--url", url, "--key", KEY).returncode == 0
    assert cli("findings", "--url", url, "--key", KEY).returncode == 2


def test_the_one_sandbox_that_all_keys_share_is_judged_for_any_key(cli: Run, serve: Serve) -> None:
    url = serve("--keys", "shared").address["base_url"]
    go_wrong(url)
    done = cli("findings", "--url", url, "--key", "sk-another")
    assert done.returncode == 1, done.stderr


def test_a_client_that_called_is_judged(cli: Run, url: str) -> None:
    call(url, "/apiyi/v1/models")
    assert cli("findings", "--url", url, "--key", KEY).returncode == 0
    go_wrong(url)
    done = cli("findings", "--url", url, "--key", KEY)
    assert done.returncode == 1
    assert "1 of error" in done.stdout


def ignore(folder: Path, **values: str) -> None:
    pairs = ", ".join(f'{name} = "{value}"' for name, value in values.items())
    (folder / "reelmock.toml").write_text(f"ignore = [{{{pairs}}}]\n")


def test_what_the_settings_ignore_does_not_count_and_is_told(
    cli: Run, url: str, tmp_path: Path
) -> None:
    go_wrong(url)
    ignore(tmp_path, finding=NAME, reason="ticket 7", until="2999-12-31")
    done = cli("findings", "--url", url, "--key", KEY)
    assert done.returncode == 0, done.stdout
    assert f"does not count: {NAME} (1): ticket 7 (until 2999-12-31)" in done.stdout
    assert "0 of error" in done.stdout


def test_what_was_ignored_until_a_day_that_has_passed_counts_again(
    cli: Run, url: str, tmp_path: Path
) -> None:
    go_wrong(url)
    ignore(tmp_path, finding=NAME, reason="ticket 7", until="2020-01-01")
    done = cli("findings", "--url", url, "--key", KEY)
    assert done.returncode == 1
    assert f"ignored until 2020-01-01 and no longer: {NAME}" in done.stdout


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"finding": "ignored_envelope", "reason": "x"}, f"did you mean '{NAME}'"),
        ({"finding": NAME}, "missing required field reason"),
        ({"finding": NAME, "reason": ""}, f"why {NAME} does not count"),
        ({"finding": NAME, "reason": "x", "until": "soon"}, "ignore[0].until"),
        ({"finding": NAME, "reason": "x", "untill": "2999-01-01"}, "ignore[0].untill: "),
    ],
)
def test_a_rule_that_is_wrong_is_told_in_one_line(
    cli: Run, url: str, tmp_path: Path, values: dict[str, str], told: str
) -> None:
    go_wrong(url)
    ignore(tmp_path, **values)
    done = cli("findings", "--url", url, "--key", KEY)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert told in line


def test_a_server_takes_the_file_that_ignores_and_refuses_a_wrong_one(
    cli: Run, serve: Serve, tmp_path: Path
) -> None:
    ignore(tmp_path, finding=NAME, reason="ticket 7")
    assert serve().address["base_url"]
    ignore(tmp_path, finding=NAME)
    done = cli("serve", "--port", "0")
    assert done.returncode == 2
    assert "reelmock.toml: ignore[0]" in done.stderr


def test_what_is_ignored_is_skipped_in_junit(cli: Run, url: str, tmp_path: Path) -> None:
    go_wrong(url)
    failed = ElementTree.fromstring(cli("findings", "--junit", "--url", url, "--key", KEY).stdout)
    assert [case.get("name") for case in failed if case.find("failure") is not None] == [NAME]
    ignore(tmp_path, finding=NAME, reason="ticket 7")
    suite = ElementTree.fromstring(cli("findings", "--junit", "--url", url, "--key", KEY).stdout)
    (case,) = suite.findall(f"testcase[@name='{NAME}']")
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "ticket 7"
    assert suite.get("failures") == "0"
    assert int(str(suite.get("skipped"))) == len(suite.findall("testcase/skipped"))


def test_only_what_is_new_since_the_baseline_counts(cli: Run, url: str, tmp_path: Path) -> None:
    go_wrong(url)
    before = tmp_path / "before.json"
    before.write_text(cli("findings", "--json", "--url", url, "--key", KEY).stdout)
    again = ("findings", "--url", url, "--key", KEY, "--baseline", str(before))
    done = cli(*again)
    assert done.returncode == 0, done.stdout
    assert f"does not count: {NAME} (1): in the baseline" in done.stdout
    key_in_url = f"/apiyi/v1/models?api_key={KEY}"
    call(url, key_in_url)
    worse = cli(*again)
    assert worse.returncode == 1
    assert "key_in_url" in json.loads(cli(*again, "--json").stdout)["found"][0]["name"]


def test_a_baseline_made_under_a_baseline_still_holds(cli: Run, url: str, tmp_path: Path) -> None:
    go_wrong(url)
    before = tmp_path / "before.json"
    asked = ("findings", "--url", url, "--key", KEY, "--json")
    before.write_text(cli(*asked).stdout)
    before.write_text(cli(*asked, "--baseline", str(before)).stdout)
    assert json.loads(before.read_text())["found"] == []
    assert cli(*asked, "--baseline", str(before)).returncode == 0


COUNTED = '{"found": [], "aside": [{"finding": "submitted_twice", "count": "1_0"}]}'


@pytest.mark.parametrize("content", ["{}", "no json", '{"found": 1, "aside": []}', COUNTED, None])
def test_a_baseline_that_is_none_is_told_in_one_line(
    cli: Run, url: str, tmp_path: Path, content: str | None
) -> None:
    go_wrong(url)
    file = tmp_path / "before.json"
    if content is not None:
        file.write_text(content)
    done = cli("findings", "--url", url, "--key", KEY, "--baseline", str(file))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "baseline" in line
