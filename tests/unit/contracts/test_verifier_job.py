"""Which reply counts as the end of a job that a verifier follows."""

from types import SimpleNamespace

import pytest

from contracts.lifecycle import Observation
from contracts.verifier.checks.lifecycle import CHECKS
from contracts.verifier.job import Job
from contracts.verifier.target import Answer


def answers(count):
    return [Answer("GET", f"/{number}", 200, {}, b"") for number in range(1, count + 1)]


@pytest.mark.parametrize("before_the_end", [0, 1, 5])
def test_the_final_reply_is_the_first_that_showed_the_end_and_two_more_come_after_it(
    before_the_end,
):
    job = Job(answers(1)[0], "id", "completed", polls=answers(before_the_end + 3), terminal=True)
    assert job.final.path == f"/{before_the_end + 1}"


def test_a_job_that_did_not_end_has_no_final_reply():
    assert Job(answers(1)[0], "id", "completed", polls=answers(9)).final is None


def test_an_end_after_which_nothing_was_asked_any_more_is_no_final_reply():
    job = Job(answers(1)[0], "id", "completed", polls=answers(2), terminal=True)
    assert job.final is None


@pytest.mark.parametrize(
    ("words", "last"),
    [(["queued", "processing", "waiting"], "waiting"), ([], "no state at all")],
)
def test_of_a_job_that_did_not_end_the_last_state_is_told(words, last):
    history = [Observation(at_ms, word) for at_ms, word in enumerate(words)]
    job = Job(answers(1)[0], "id", "completed", polls=answers(3), history=history)
    session = SimpleNamespace(polled=lambda: job, deadline_ms=600_000)
    (ends,) = [check for check in CHECKS if check.id == "lifecycle.ends"]
    assert list(ends.run(session)) == [f"after 600 s the job was still: {last}"]
