"""From a prompt to a file in one call."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientlib import (
    JobFailed,
    MakeOptions,
    Price,
    Progress,
    Snapshot,
    Submitted,
    Transfer,
    UnsupportedRequest,
    make,
)
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, created, in_order, task
from tests.support.client_mp4 import video
from tests.support.client_wire import Script, Seen, reply, wire


def serving(end: int) -> object:
    polls = in_order(task("kie", 0), task("kie", 0))

    def handle(seen: Seen) -> Script:
        if seen.method == "POST":
            return created("kie")
        if seen.path == "/a.mp4":
            return reply(200, video())
        if not polled:
            polled.append(seen)
            return polls(seen)
        return task("kie", end, url=f"http://{seen.headers['host']}/a.mp4")

    polled: list[Seen] = []
    return handle


def test_a_prompt_becomes_a_file_and_progress_is_told(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Progress] = []
    with wire(serving(1)) as server:  # type: ignore[arg-type]
        monkeypatch.setenv("KIE_API_KEY", "sk-environment")
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        options = MakeOptions(
            "a cat on a skateboard",
            "kie",
            tmp_path / "cat.mp4",
            aspect="16:9",
            settings={"now": clock.now},
            sleep=clock.sleep,
        )
        assert make(options, told.append) == tmp_path / "cat.mp4"
    assert (tmp_path / "cat.mp4").read_bytes() == video()
    assert told[0] == Submitted(IDS["kie"], Price(60, "credits"))
    kinds = [type(progress) for progress in told]
    assert kinds == sorted(kinds, key=[Submitted, Snapshot, Transfer].index)
    assert kinds[-1] is Transfer


def test_a_failed_job_leaves_no_file(tmp_path: Path, clock: VirtualClock) -> None:
    with wire(serving(3)) as server:  # type: ignore[arg-type]
        options = MakeOptions(
            "a cat",
            "kie",
            tmp_path / "cat.mp4",
            api_key="k",
            base_url=server.url,
            settings={"now": clock.now},
            sleep=clock.sleep,
        )
        with pytest.raises(JobFailed):
            make(options)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_missing_is_found_out_before_credits_are_spent(
    tmp_path: Path,
) -> None:
    options = MakeOptions(
        "a cat", "kie", tmp_path / "no" / "cat.mp4", api_key="k", base_url="http://127.0.0.1:9"
    )
    with pytest.raises(UnsupportedRequest, match="out"):
        make(options)
