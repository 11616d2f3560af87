"""Each law of a task's life, broken once."""

import pytest
from msgspec.structs import replace

from mockserver.domain.job.lifecycle import LAWS, broken_laws
from mockserver.domain.job.plan import Failure, Plan, Results, Step

CAUSE = Failure("cause", 500, "it broke")
QUEUED = Step(0, "queued")
RUNNING = Step(10, "running", 0.0, 100.0)
DONE = Step(20, "succeeded", 100.0)
GONE = Step(30, "expired")
LIFE = Plan((QUEUED, RUNNING, DONE, GONE), "seed", known_ms=0, content_ms=20, hd_ms=25)

BROKEN = {
    "phases_follow_edges": replace(LIFE, steps=(RUNNING, QUEUED, DONE, GONE)),
    "terminal_is_final": replace(
        LIFE, steps=(QUEUED, DONE, Step(25, "failed", failure=CAUSE), GONE)
    ),
    "progress_never_goes_back": replace(
        LIFE, steps=(QUEUED, Step(10, "running", 50.0, 20.0), DONE, GONE)
    ),
    "known_from_the_start": replace(LIFE, known_ms=5),
    "content_with_success": replace(LIFE, content_ms=21),
    "words_are_documented": replace(
        LIFE, steps=(QUEUED, replace(RUNNING, word="thinking"), DONE, GONE)
    ),
    "success_has_its_videos": replace(LIFE, results=Results(urls="empty")),
    "poll_and_callback_agree": replace(LIFE, results=Results(contradict_callback=True)),
    "upgrade_comes": replace(LIFE, hd_ms=None),
    "failure_has_a_cause": replace(LIFE, steps=(QUEUED, RUNNING, Step(20, "failed"), GONE)),
}


def test_a_usual_life_breaks_no_law() -> None:
    assert broken_laws(LIFE) == ()


def test_a_record_that_vanishes_was_not_known_all_its_life() -> None:
    assert broken_laws(replace(LIFE, vanish_ms=15)) == ("known_from_the_start",)


@pytest.mark.parametrize("law", LAWS)
def test_every_law_can_be_broken_and_is_noticed(law: str) -> None:
    assert law in broken_laws(BROKEN[law])
