"""What only its provider knows of a provider holds for a guest as it does for ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.control import Control
from tests.support.guest_providers import Serve, Serving, written

VEO = "/api/v1/veo"
KEY = {"authorization": "Bearer sk-guest-0123456789"}
# Kie's calls with one of its own decoders replaced.
EXTENDING_ALWAYS = """operations=tuple(
    replace(each, decode=lambda inbound, context, read=each.decode: replace(
        read(inbound, context), parent_unless=()
    ))
    if each.name == "extend" else each
    for each in KIE.operations
)"""


def get(serving: Serving, path: str, **query: str) -> httpx.Response:
    return httpx.get(serving.url + path, params=query, headers=KEY, trust_env=False)


def post(serving: Serving, path: str, **body: Any) -> httpx.Response:
    return httpx.post(serving.url + path, json=body, headers=KEY, trust_env=False)


def finished(serving: Serving) -> str:
    """The id of a job that has succeeded."""
    task = str(post(serving, f"{VEO}/generate", prompt="a cat").json()["data"]["taskId"])
    advance(serving, "10m")
    return task


def advance(serving: Serving, by: str) -> None:
    with Control(serving.base_url) as control:
        (sandbox,) = control.sandboxes()
        control.advance(by, sandbox=sandbox.id)


@pytest.mark.parametrize(("life", "dead_after"), [("60_000", "61s"), ("20 * 60_000", "21m")])
def test_a_fresh_link_lives_as_long_as_its_provider_says(
    serve: Serve, life: str, dead_after: str
) -> None:
    guest = serve(f"fresh_link_ms={life}")
    record = get(guest, f"{VEO}/record-info", taskId=finished(guest)).json()
    (url,) = record["data"]["response"]["resultUrls"]
    fresh = post(guest, "/api/v1/common/download-url", url=url).json()["data"]
    assert httpx.get(fresh, trust_env=False).status_code == 200
    later = re.sub(r"until-(\d+)", lambda found: f"until-{int(found[1]) + 60_000}", fresh)
    assert httpx.get(later, trust_env=False).status_code == 403, "it is made up"
    advance(guest, dead_after)
    assert httpx.get(fresh, trust_env=False).status_code == 403


def test_an_original_that_was_upgraded_can_be_extended_where_the_provider_says_so(
    serve: Serve,
) -> None:
    codes = {}
    for provider, changes in (("kie", "unit='credits'"), ("guest", EXTENDING_ALWAYS)):
        serving = serve(changes)
        task = finished(serving)
        assert get(serving, f"{VEO}/get-1080p-video", taskId=task).json()["code"] == 200
        extended = post(serving, f"{VEO}/extend", taskId=task, prompt="on it goes")
        codes[provider] = extended.json()["code"]
    assert codes == {"kie": 422, "guest": 200}


def test_a_refusal_names_the_id_as_the_provider_calls_it(serve: Serve) -> None:
    reasons = []
    for changes in ("unit='credits'", "judging=replace(KIE.judging, id_field='job')"):
        serving = serve(changes)
        task = str(post(serving, f"{VEO}/generate", prompt="a cat").json()["data"]["taskId"])
        refused = get(serving, f"{VEO}/get-1080p-video", taskId=task)
        reasons.append(refused.headers["x-mock-reason"])
    expected = "the original is queued, expected succeeded"
    assert reasons == [f"taskId: {expected}", f"job: {expected}"]


def test_a_command_finds_the_sdk_that_speaks_to_the_guest(tmp_path: Path) -> None:
    plugins = written(tmp_path, "sdks={'lumensdk': '/v9', 'openai': '/v9'}")
    shown = "import os; print(*[os.environ[name] for name in os.environ if 'SDK_BASE' in name])"
    shown += "; print(os.environ['OPENAI_BASE_URL'])"
    run = [sys.executable, "-m", "mockserver", "run", "--plugins", str(plugins)]
    run += ["--allow-no-calls", "--", sys.executable, "-c", shown]
    out = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.search(r"^http://127.0.0.1:\d+/guest/v9$", out, re.MULTILINE)
    assert re.search(r"^http://127.0.0.1:\d+/apiyi/v1$", out, re.MULTILINE), "ours comes first"


def test_progress_moves_in_the_ticks_of_its_provider(serve: Serve) -> None:
    guest = serve("ticks=Ticks(3, 20.0, 80.0)")
    with Control(guest.base_url) as control:
        sandbox = control.create_sandbox()
        headers = {"authorization": f"Bearer {sandbox.api_key}"}
        made = {"json": {"prompt": "a cat"}, "headers": headers, "trust_env": False}
        reply = httpx.post(f"{guest.url}{VEO}/generate", **made)
        task_id, seen = reply.json()["data"]["taskId"], []
        for _ in range(200):
            control.advance("1s", sandbox=sandbox.id)
            seen.append(control.task(task_id, sandbox.id).progress)
    moved = list(dict.fromkeys(seen))
    assert (moved[0], moved[1], moved[-2], moved[-1]) == (0.0, 20.0, 80.0, 100.0)
    assert len(moved) == 5
    assert 20.0 < moved[2] < 80.0
