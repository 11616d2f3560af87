"""The JavaScript of the source documents, as node drivers that make the same calls."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.web.tls import Certificate
from tests.integration.clients.conftest import DRIVERS, node
from tests.support import needs
from tests.support.patience import next_line

Instantly = Callable[[str], str]


def test_the_kie_class_generates_and_downloads(
    instantly: Instantly, key: str, tmp_path: Path
) -> None:
    found = node("kie_class.mjs", f"{instantly(key)}/kie", key, str(tmp_path / "cat.mp4"))
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"
    assert found["successFlag"] == 1


def test_the_kie_class_downloads_over_https(
    secure: Running, certificate: Certificate, key: str, tmp_path: Path
) -> None:
    found = node(
        "kie_class.mjs",
        f"{secure.base_url}/kie",
        key,
        str(tmp_path / "cat.mp4"),
        NODE_EXTRA_CA_CERTS=str(certificate.ca),
    )
    assert found["url"].startswith("https://")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"


def test_the_1080p_call_finds_a_better_version(instantly: Instantly, key: str) -> None:
    found = node("kie_1080p.mjs", f"{instantly(key)}/kie", key)
    assert found["code"] == 200
    assert found["data"]["resultUrl"].endswith(".mp4")


def test_the_fetch_calls_of_apiyi_go_from_prompt_to_video(instantly: Instantly) -> None:
    found = node("apiyi_fetch.mjs", f"{instantly('sk-your-api-key')}/apiyi", "sk-your-api-key")
    assert found["created"]["id"].startswith("video_")
    assert found["status"]["status"] == "completed"
    assert found["content"]["resolution"] == "720x1280"
    assert found["brand"] == "ftyp"


def test_the_fetch_call_of_xcompute_submits(instantly: Instantly) -> None:
    found = node("xcompute_fetch.mjs", f"{instantly('<token>')}/xcompute", "<token>")
    assert found["code"] == 200
    assert found["data"][0]["status"] == "submitted"


@pytest.fixture
def receiver() -> Iterator[subprocess.Popen[str]]:
    """The callback handler, running."""
    command = [needs.program("node"), str(DRIVERS / "kie_receiver.mjs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("scenario", "code", "answered"), [("instant", 200, 500), ("fail", 400, 200)]
)
def test_the_callback_handler_hears_what_became_of_the_job(
    server: Running,
    key: str,
    receiver: subprocess.Popen[str],
    scenario: str,
    code: int,
    answered: int,
) -> None:
    url = next_line(receiver).strip()
    with Control(server.base_url, key=key) as control:
        control.change_sandbox(webhook_key="secret", scenario=scenario)
        import httpx

        body = {"prompt": "a cat", "callBackUrl": url}
        headers = {"authorization": f"Bearer {key}"}
        path = f"{server.base_url}/kie/api/v1/veo/generate"
        task = httpx.post(path, json=body, headers=headers, trust_env=False).json()["data"]
        control.advance("10m")
        heard = json.loads(next_line(receiver))
        assert heard["body"]["code"] == code
        assert heard["body"]["data"]["taskId"] == task["taskId"]
        assert heard["signed"] is True
        assert heard["status"] == answered
        # A handler that answers 500 has heard of the job all the same: nothing is lost by it.
        assert control.tasks()[0].phase == ("succeeded" if code == 200 else "failed")
