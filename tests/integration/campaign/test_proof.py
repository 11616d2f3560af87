"""A client recovered only with the video of a job of its own run; everything else is a lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.media.assets import catalogue, path_of
from tests.integration.campaign.conftest import Campaign, Run
from tests.support.some import some

FAILED = "http_error@create"


def evidence(run: Run, name: str) -> str:
    return "; ".join(run.case(name)["evidence"])


def test_a_video_of_its_own_job_is_what_recovered_rests_on(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll")
    assert run.verdicts == {"http_error@poll": "recovered"}
    assert "video.mp4 is the video of job" in evidence(run, "http_error@poll")


def test_a_whole_video_that_is_no_jobs_is_a_lie(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = next(asset for asset in catalogue().values() if asset.name.endswith(".mp4"))
    monkeypatch.setenv("PLACEHOLDER", str(path_of(shipped)))
    run = campaign("placeholder", "--only", FAILED)
    assert run.verdicts == {FAILED: "lied"}
    assert "video.mp4 is a whole video, but of no job of this run" in evidence(run, FAILED)


def test_the_video_of_the_run_without_a_fault_is_a_lie(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT", str(tmp_path / "kept.mp4"))
    run = campaign("keeps", "--only", FAILED, "--seed", "s1")
    assert run.verdicts == {FAILED: "lied"}
    assert "video.mp4 is the video of the run without a fault" in evidence(run, FAILED)


def test_leftovers_beside_a_whole_video_make_nobody_a_liar(campaign: Campaign) -> None:
    run = campaign("leftovers", "--only", "media_truncated@download")
    assert run.verdicts == {"media_truncated@download": "recovered"}


@pytest.mark.parametrize("manners", ["announces", "answers"])
def test_a_success_must_name_a_link_that_works(campaign: Campaign, manners: str) -> None:
    run = campaign(manners, "--only", f"http_error@poll,{FAILED},broken_url@job,slow@job")
    assert run.verdicts == {
        "http_error@poll": "lied",  # it gives up over one bad answer, and says that all is fine
        FAILED: "lied",
        "broken_url@job": "lied",
        "slow@job": "recovered",
    }
    assert "its output names no link" in evidence(run, FAILED)
    assert "does not work" in evidence(run, "broken_url@job")
    assert "names a link that works" in evidence(run, "slow@job")


def test_a_link_that_is_not_printed_any_more_is_missed(campaign: Campaign) -> None:
    run = campaign("announces", "--only", "no_url@job,empty_urls@job")
    assert set(run.verdicts.values()) == {"lied"}


def test_half_a_video_is_said_to_be_half(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "media_corrupt@download", "--times", "0")
    assert run.verdicts == {"media_corrupt@download": "lied"}
    assert "video.mp4 is not a whole video" in evidence(run, "media_corrupt@download")


def test_a_file_that_is_no_video_even_without_a_fault_is_told(campaign: Campaign) -> None:
    run = campaign("notes", "--only", "http_error@poll")
    doubt = "video.mp4 is not the video of its job, so that this file proves nothing in any case"
    assert doubt in run.content["control"]["evidence"]
    assert doubt in run.out
    assert doubt not in evidence(run, "http_error@poll")
    assert "the command itself shows nothing" in evidence(run, "http_error@poll")


def test_a_command_that_keeps_its_video_leaves_no_doubt(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll")
    assert not any("proves" in phrase for phrase in some(run.content["control"]["evidence"]))
