"""What reelmock.toml ignores does not count in a campaign, and every report says so."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.campaign.conftest import Campaign, Run

LEAKS = Path(__file__).parents[2] / "truth" / "clients" / "kie_leaks_key.py"
CASE = "extra_field@poll"
TOLD = "does not count: key_to_media_host (2): ticket 7"


def run(campaign: Campaign, *options: str) -> Run:
    """A client that leaks its key to the media host, without a fault and with a harmless one."""
    client = (sys.executable, str(LEAKS), "{tmp}/video.mp4", "media")
    reports = ("--jobs", "1", "--junit", "c.xml", "--html", "c.html")
    return campaign("", "--only", CASE, *reports, *options, command=client)


def ignoring(name: str, more: str = "") -> None:
    rule = f'{{ finding = "{name}", reason = "ticket 7"{more} }}'
    Path("reelmock.toml").write_text(f"ignore = [{rule}]\n")


def test_without_settings_the_finding_counts(campaign: Campaign) -> None:
    found = run(campaign)
    assert [one["name"] for one in found.case(CASE)["findings"]] == ["key_to_media_host"]
    assert "recovered !" in found.out


def test_an_ignored_finding_is_set_aside_in_every_report(campaign: Campaign) -> None:
    ignoring("key_to_media_host")
    found = run(campaign)
    assert found.case(CASE)["findings"] == found.content["control"]["findings"] == []
    assert "recovered !" not in found.out
    assert TOLD in found.out
    assert found.content["aside"] == [
        {"finding": "key_to_media_host", "count": 2, "why": "ticket 7"}
    ]
    suite = ElementTree.parse("c.xml").getroot()
    (told,) = suite.findall("properties/property[@name='does_not_count']")
    assert told.get("value") == TOLD
    assert f"<p>{TOLD}" in Path("c.html").read_text()


@pytest.mark.parametrize(
    ("name", "more", "note"),
    [
        ("key_to_media_host", ", until = 2020-01-31", "ignored until 2020-01-31 and no longer"),
        ("key_in_url", "", "ignored, but not found: key_in_url"),
    ],
)
def test_what_has_run_out_or_meets_nothing_sets_nothing_aside(
    campaign: Campaign, name: str, more: str, note: str
) -> None:
    ignoring(name, more)
    found = run(campaign)
    assert [one["name"] for one in found.case(CASE)["findings"]] == ["key_to_media_host"]
    assert found.content["aside"] == []
    assert note in found.out


def test_a_finding_that_does_not_exist_is_told_before_anything_runs(campaign: Campaign) -> None:
    ignoring("key_to_media_hots")
    found = campaign("", "--only", CASE, command=("sh", "-c", "touch ran"))
    assert found.code == 2
    assert "key_to_media_host" in found.err
    assert not Path("ran").exists()


def test_another_settings_file_stands_in_the_command_that_repeats_a_case(
    campaign: Campaign,
) -> None:
    ignoring("key_to_media_host")
    Path("reelmock.toml").rename("other.toml")
    found = run(campaign, "--config", "other.toml")
    assert TOLD in found.out
    assert "--config other.toml" in found.case(CASE)["command"]
