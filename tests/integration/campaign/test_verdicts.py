"""Five clients under the same faults: each is called what it is."""

from __future__ import annotations

import pytest

from mockserver.cli.campaigns.proof import Proof
from mockserver.cli.campaigns.seen import Paid
from mockserver.cli.campaigns.verdict import VERDICTS, Watched, checked, evidence, is_below, verdict
from mockserver.domain.input.errors import BadInput
from tests.integration.campaign.conftest import Campaign

ONE, TWO = Paid(1, 0.3), Paid(2, 0.6)
SEEN = Watched(
    exit_code=0,
    output="",
    calls=3,
    why_not_struck="",
    ending=Proof(True, "v.mp4 is the video of job 1"),
    paid=ONE,
    usual_paid=ONE,
)
NO_VIDEO = Proof(False, "there is no v.mp4")
PYTHON = "Traceback (most recent call last):\n  File"
NODE = "file:///app.mjs:3\nError: no\n    at main (file:///app.mjs:3:9)"


def seen(**changes: object) -> Watched:
    return Watched(**{name: getattr(SEEN, name) for name in SEEN.__struct_fields__} | changes)


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (seen(), "recovered"),
        (seen(exit_code=1, output="no video: 503"), "failed_cleanly"),
        (seen(exit_code=1, output=PYTHON), "failed_with_a_traceback"),
        (seen(exit_code=1, output=NODE), "failed_with_a_traceback"),
        (seen(exit_code=-11), "failed_with_a_traceback"),
        (seen(exit_code=None), "hung"),
        (seen(paid=TWO), "overspent"),
        (seen(paid=Paid(2, 0.3)), "overspent"),
        (seen(paid=TWO, exit_code=1), "overspent"),
        (seen(paid=TWO, exit_code=None), "hung"),
        (seen(ending=NO_VIDEO), "lied"),
        (seen(ending=NO_VIDEO, paid=TWO), "lied"),
        (seen(why_not_struck="no call came"), "not_struck"),
        (seen(why_not_struck="no call came", ending=NO_VIDEO), "not_struck"),
        (seen(why_not_struck="no call came", exit_code=None), "not_struck"),
        (seen(calls=0, exit_code=1), "not_reached"),
    ],
)
def test_a_run_is_called_what_it_is(watched: Watched, expected: str) -> None:
    assert verdict(watched) == expected


def test_a_verdict_is_below_every_better_one() -> None:
    for index, required in enumerate(VERDICTS):
        assert [is_below(word, required) for word in VERDICTS] == [
            place > index for place in range(len(VERDICTS))
        ]


def test_a_run_that_never_called_is_never_a_pass() -> None:
    assert is_below("not_reached", "lied")
    assert not is_below("not_struck", "recovered")


def test_a_required_verdict_is_written_as_people_write() -> None:
    assert checked("failed cleanly") == checked("failed-cleanly") == "failed_cleanly"
    with pytest.raises(BadInput, match="recovered"):
        checked("recoverd")


@pytest.mark.parametrize(
    ("watched", "told"),
    [
        (seen(), ["exit code 0", "v.mp4 is the video of job 1"]),
        (seen(ending=NO_VIDEO), ["exit code 0", "there is no v.mp4"]),
        (
            seen(ending=NO_VIDEO, paid=TWO),
            [
                "exit code 0",
                "there is no v.mp4",
                "2 jobs paid, $0.6; without the fault 1 job paid, $0.3",
            ],
        ),
        (
            seen(paid=TWO),
            ["2 jobs paid, $0.6; without the fault 1 job paid, $0.3", "exit code 0"],
        ),
        (seen(exit_code=1, output="a\nno video\n\n"), ["exit code 1, and it said last: no video"]),
        (seen(exit_code=1), ["exit code 1, and it said nothing"]),
        (seen(exit_code=-9), ["ended by signal 9"]),
        (seen(exit_code=None, waiting="still running"), ["still running"]),
        (seen(why_not_struck="no call came"), ["no call came"]),
        (seen(calls=0), ["no call reached the server"]),
    ],
)
def test_a_verdict_names_what_it_rests_on(watched: Watched, told: list[str]) -> None:
    assert evidence(watched) == told


def test_a_careful_client_recovers_or_fails_cleanly(campaign: Campaign) -> None:
    cases = "http_error@create,http_error@poll,truncated_json@create,media_truncated@download"
    run = campaign("careful", "--only", cases)
    assert run.verdicts == {
        "http_error@create": "failed_cleanly",
        "http_error@poll": "recovered",
        "truncated_json@create": "failed_cleanly",
        "media_truncated@download": "recovered",
    }
    assert run.code == 0
    assert run.case("http_error@poll")["struck"] == 1


def test_a_client_that_repeats_creations_overspends(campaign: Campaign) -> None:
    run = campaign("blind", "--only", "truncated_json@create")
    assert run.verdicts == {"truncated_json@create": "overspent"}
    assert run.code == 1
    found = [one["name"] for one in run.case("truncated_json@create")["findings"]]
    assert "submitted_twice" in found


def test_a_client_that_swallows_errors_lies(campaign: Campaign) -> None:
    run = campaign("swallows", "--only", "http_error@create,fail@job")
    assert set(run.verdicts.values()) == {"lied"}
    assert run.code == 1


def test_a_client_that_raises_fails_with_a_traceback(campaign: Campaign) -> None:
    run = campaign("raises", "--only", "http_error@create", "--require", "failed with a traceback")
    assert run.verdicts == {"http_error@create": "failed_with_a_traceback"}
    assert run.code == 0  # as was required


def test_a_client_without_a_deadline_hangs(campaign: Campaign) -> None:
    run = campaign("endless", "--only", "stall@job", "--deadline", "2s")
    assert run.verdicts == {"stall@job": "hung"}
    assert run.case("stall@job")["exit_code"] is None


def test_half_a_video_on_disk_is_a_lie(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "media_corrupt@download", "--times", "0")
    assert run.verdicts == {"media_corrupt@download": "lied"}
    found = [one["name"] for one in run.case("media_corrupt@download")["findings"]]
    assert "accepted_truncated_media" in found


def test_a_case_that_strikes_every_client_is_over_before_the_next_begins(
    campaign: Campaign,
) -> None:
    refused = [f"connection_refused@{phase}" for phase in ("create", "poll", "download")]
    run = campaign("raises", "--only", ",".join([*refused, "rate_limit@create"]))
    assert run.verdicts == dict.fromkeys([*refused, "rate_limit@create"], "failed_with_a_traceback")
    assert [run.case(name)["struck"] for name in refused] == [1, 1, 1]
