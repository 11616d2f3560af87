"""The page of the reference client: each of its blocks runs against a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clientlib import Client, KieOptions, Pace
from tests.support.pages import shown

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def names(
    reelmock: Reelmock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """What the blocks take as given: a client, a prompt, and a folder with a picture."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat.png").write_bytes(PNG)
    where = {"base_url": reelmock.base_url("kie"), "api_key": reelmock.api_key}
    with Client("kie", **where, pace=Pace(0.01)) as client:
        yield {"client": client, "prompt": "a cat", "Path": Path, "KieOptions": KieOptions}


def test_a_job_of_the_jobs_api_is_taken_up_again(
    names: dict[str, Any], reelmock: Reelmock, tmp_path: Path
) -> None:
    first, _, resumes = shown("docs/guides/client.md", 'api="jobs"').rpartition("client.resume")
    exec(first, names)
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"
    names["task_id"] = names["job"].task_id
    exec(f"again = client.resume{resumes}", names)
    assert names["again"].refresh().status == "succeeded"
    reelmock.assert_called("kie.create_task", times=1)


def test_a_picture_is_uploaded_and_its_link_is_used(
    names: dict[str, Any], reelmock: Reelmock
) -> None:
    exec(shown("docs/guides/client.md", "client.upload(Path"), names)
    assert names["link"].startswith("http")
    assert reelmock.tasks[0].id == names["job"].task_id


@pytest.mark.parametrize(
    ("fault", "scenario", "caught"),
    [
        ("truncated_json", "succeed", "AmbiguousSubmission"),
        ("", "fail", "JobFailed"),
        ("", "stall", "DeadlineExceeded"),
        ("", "succeed", ""),
    ],
)
def test_each_error_of_the_page_is_the_one_that_comes(
    names: dict[str, Any],
    reelmock: Reelmock,
    tmp_path: Path,
    fault: str,
    scenario: str,
    caught: str,
) -> None:
    reelmock.scenario(scenario)
    if fault:
        reelmock.fault(fault, times=1, when={"call_phase": "create"})
    code = shown("docs/guides/client.md", "except AmbiguousSubmission")
    code = code.replace('download("cat.mp4")', 'download("cat.mp4", deadline=0.2)', 1)
    for error in ("AmbiguousSubmission", "JobFailed", "DeadlineExceeded"):
        head, _, rest = code.partition(f"except {error}")
        line, _, rest = rest.partition("    ...")
        code = f"{head}except {error}{line}    caught = {error!r}{rest}"
    exec(code, names)
    assert names.get("caught", "") == caught
    assert (tmp_path / "cat.mp4").exists() is (caught == "")


def test_a_receiver_hears_of_the_end(names: dict[str, Any], reelmock: Reelmock) -> None:
    reelmock.control.change_sandbox(reelmock.id, webhook_key="hush")
    code = shown("docs/guides/client.md", "receiver.listen")
    for own, ours in (
        ('host="0.0.0.0", port=8443', 'host="127.0.0.1", port=0'),
        ('"https://me.example/callback"', "url"),
    ):
        assert own in code
        code = code.replace(own, ours)
    exec(code, {**names, "webhook_hmac_key": "hush"})
    assert [callback.state for callback in reelmock.callbacks] == ["acknowledged"]
