"""Which reply counts as the end of a job that a verifier follows."""

import pytest

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
