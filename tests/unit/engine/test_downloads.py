"""Which link the media host serves at which moment, and what it says of any other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.job.task import Task, media_until_ms
from mockserver.domain.reply.reply import Reply, reason_of
from mockserver.domain.time.clock import Mode
from tests.property.worlds import created_id
from tests.support.engine import Engine, asked, posted

KEY = "sk-download"
CREATES = {"apiyi": ("create", "veo-3.1"), "kie": ("generate", "veo3_fast")}
HOUR_MS = 3_600_000
NOT_FINISHED = "the video is not finished"
NO_VIDEO = "no such video; uploaded images are kept as hash, size and type only"


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(0, 0)
    yield engine
    engine.close()


class Job:
    """One job, and the media host's answers about it."""

    def __init__(self, engine: Engine, directive: str = "", provider: str = "apiyi") -> None:
        self.engine = engine
        operation, model = CREATES[provider]
        body = posted({"model": model, "prompt": f"a cat {directive}"})
        created = created_id(provider, engine.call(KEY, provider, operation, body))
        assert created is not None
        self.id = created

    @property
    def task(self) -> Task:
        found = self.engine.run(self.engine.store.load(self.engine.sandbox_id(KEY), self.id))
        assert found is not None
        assert found.task is not None
        return found.task

    def fetched(self, name: str = "{id}-0-720p.mp4") -> Reply:
        sandbox_id = self.engine.sandbox_id(KEY)
        return self.engine.download(f"/media/{sandbox_id}/{name.format(id=self.id)}")

    def at(self, virtual_ms: int, name: str = "{id}-0-720p.mp4") -> tuple[int, str]:
        """Status and reason, once it is that late."""
        self.engine.advance(KEY, virtual_ms - self.engine.now_ms(KEY))
        reply = self.fetched(name)
        return reply.status, reason_of(reply)


def test_a_link_lives_from_the_end_of_its_job_until_it_expires(engine: Engine) -> None:
    job = Job(engine)
    ends_ms, until_ms = job.task.plan.content_ms, media_until_ms(job.task)
    assert job.at(ends_ms - 1) == (404, NOT_FINISHED)
    assert job.at(ends_ms) == (200, "")
    assert job.at(until_ms - 1) == (200, "")
    assert job.at(until_ms) == (403, "the link has expired")


def test_a_fault_that_a_download_brings_and_nobody_knows_is_refused_by_name(
    engine: Engine,
) -> None:
    job = Job(engine)
    path = f"/media/{engine.sandbox_id(KEY)}/{job.id}-0-720p.mp4"
    refused = engine.download(path, ((b"x-mock-fault", b"hangup"),))
    assert refused.status == 400
    assert "did you mean 'hang_up'" in reason_of(refused)


def test_a_success_whose_content_is_late_has_no_video_before(engine: Engine) -> None:
    job = Job(engine, "[mock:content_late by=10s]")
    late_ms = job.task.plan.content_ms
    assert job.at(late_ms - 1) == (404, NOT_FINISHED)
    assert job.at(late_ms) == (200, "")


@pytest.mark.parametrize(
    ("directive", "reason"),
    [
        ("[mock:fail]", NOT_FINISHED),
        ("[mock:stall]", NOT_FINISHED),
        ("[mock:broken_url]", "this video was never made"),
    ],
)
def test_a_job_without_a_video_never_gets_one(engine: Engine, directive: str, reason: str) -> None:
    assert Job(engine, directive).at(HOUR_MS) == (404, reason)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.mp4", NO_VIDEO),
        ("no_such_task-0-720p.mp4", NO_VIDEO),
        ("{id}-1-720p.mp4", NO_VIDEO),
        ("{id}-0-1080p.mp4", "the video was not upgraded to 1080p"),
        ("{id}-0-1080p.gif", "pictures exist only in 720p"),
    ],
)
@pytest.mark.parametrize("mode", ["manual", "auto"])
def test_a_link_that_was_never_handed_out_names_nothing_and_moves_no_clock(
    engine: Engine, mode: Mode, name: str, reason: str
) -> None:
    job = Job(engine, "[mock:instant]")
    engine.run(
        engine.sandboxes.set_clock(
            engine.sandbox_id(KEY), lambda clock, real_ms: clock.with_mode(mode, real_ms)
        )
    )
    reply = job.fetched(name)
    assert (reply.status, reason_of(reply)) == (404, reason)
    assert engine.now_ms(KEY) == 0


def test_an_upgrade_is_there_once_it_is_ready_and_not_before(engine: Engine) -> None:
    job = Job(engine, provider="kie")
    engine.advance(KEY, job.task.plan.content_ms)
    engine.call(KEY, "kie", "get_1080p", asked(f"taskId={job.id}"))
    (upgrade,) = job.task.upgrades
    assert upgrade.ready_ms is not None
    better = "{id}-0-1080p.mp4"
    missing = (404, "the video was not upgraded to 1080p")
    assert job.at(upgrade.ready_ms - 1, better) == missing
    assert job.at(upgrade.ready_ms, better) == (200, "")
    assert job.at(upgrade.ready_ms, "{id}-0-4k.mp4") == (404, missing[1].replace("1080p", "4k"))
