"""Five clients under the same faults: each is called what it is."""

from __future__ import annotations

import pytest

from mockserver.cli.campaigns.seen import Seen
from mockserver.cli.campaigns.verdict import VERDICTS, Watched, checked, is_below, verdict
from mockserver.domain.errors import BadInput
from tests.integration.campaign.conftest import Campaign

SEEN = Watched(
    exit_code=0, output="", calls=3, struck=True, complete=True, spent=0.3, usual_spent=0.3
)
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
        (seen(spent=0.6), "overspent"),
        (seen(spent=0.6, exit_code=1), "overspent"),
        (seen(complete=False), "lied"),
        (seen(complete=False, spent=0.6), "lied"),
        (seen(struck=False), "not_struck"),
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
    ("jobs", "phases", "expected"),
    [
        (1, ("create", "poll"), 1),
        (2, ("poll",), 2),  # so many polls that the journal has forgotten the creations
        (0, ("create",), 1),  # it was refused
        (0, ("poll", "content"), 0),
    ],
)
def test_a_scenario_strikes_every_job_and_what_it_refuses(
    jobs: int, phases: tuple[str, ...], expected: int
) -> None:
    nothing = dict.fromkeys(("on_disk", "downloaded", "streamed", "told", "submitted"), False)
    run = Seen(calls=3, phases=phases, jobs=jobs, spent_usd=0.3, fields={}, **nothing)
    assert run.submissions == expected


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
    assert run.case("http_error@poll")["fired"] == 1


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
