"""The server's folder of tapes in the dashboard, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from mockserver.app import Running
from mockserver.proxy import RunningRecording, Taping
from tests.browser.conftest import CREATE, HERE, PLANTED, Opened, lane, submit
from tests.support.serving import client_of, settings

PLANTED_NAME = "<img src=x id=planted onerror=document.title=1>.har"
BODY = {"model": "veo3_fast", "prompt": PLANTED}
POLL = "/api/v1/veo/record-info"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A real tape whose name and prompt are markup, and a file that is no tape."""
    upstream = Running(settings(clock="manual"))
    path = tmp_path / PLANTED_NAME
    taped = RunningRecording(Taping("kie", path, f"{upstream.base_url}/kie"), settings())
    headers = {"authorization": "Bearer sk-taped"}
    with (
        client_of(upstream, "sk-taped") as behind,
        httpx.Client(base_url=taped.base_url, headers=headers, trust_env=False) as client,
    ):
        created = client.post("/api/v1/veo/generate", json=BODY).json()
        assert behind.post(f"{HERE}/clock/advance", json={"by": "10m"}).status_code == 200
        client.get(POLL, params={"taskId": created["data"]["taskId"]})
    taped.stop()
    upstream.stop()
    (tmp_path / "bad.har").write_text("no JSON")
    return tmp_path


@pytest.fixture
def own(folder: Path) -> Iterator[Running]:
    """A server with that folder."""
    running = Running(settings(clock="manual", tapes=str(folder)))
    yield running
    running.stop()


def test_a_tape_is_listed_opened_on_the_time_line_and_replayed(
    opened: Opened, own: Running, folder: Path
) -> None:
    with client_of(own, "sk-live") as user:
        submit(user, "a live job")
    page = opened(own)
    expect(lane(page, "a live job")).to_be_visible()
    rows = page.locator("#tapes button")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(PLANTED_NAME)
    expect(rows.nth(0)).to_contain_text("1 job")
    expect(rows.nth(1)).to_be_disabled()
    expect(rows.nth(1)).to_contain_text("No tape: expected a HAR file, which is JSON")
    rows.nth(0).click()
    expect(page.locator("#details h2")).to_have_text(PLANTED_NAME)
    expect(page.locator("#details pre")).to_have_text(f"reelmock replay '{folder / PLANTED_NAME}'")
    expect(lane(page, "a live job")).to_have_count(0)
    expect(page.locator("#controls")).to_be_hidden()
    page.get_by_role("button", name="Replay beside this server").click()
    link = page.locator("#details a")
    with client_of(own, "sk-replays") as user:
        replayed = user.post(f"{link.inner_text()}{CREATE}", json=BODY).json()
        refused = user.post(f"{link.inner_text()}{CREATE}", json=BODY | {"prompt": "a dog"})
    assert replayed["code"] == 200
    assert "nothing on the tape is like it" in refused.headers["x-mock-reason"]
    taped = lane(page, "<img src=x")
    expect(taped).to_have_attribute("data-phase", "succeeded")
    expect(taped.locator(".mark")).to_have_count(2)
    taped.locator(".title").click()
    expect(page.locator("#details h2")).to_contain_text("<img src=x")
    expect(page.locator("#details")).to_contain_text("POST /kie/api/v1/veo/generate · 200")
    taped.locator(".mark").nth(1).dispatch_event("click")
    expect(page.locator("#details h2")).to_have_text(f"GET /kie{POLL} · 200")
    assert page.locator("#planted").count() == 0
    assert page.title() == "Reelmock"
    page.locator("#sandboxes button").click()
    expect(lane(page, "a live job")).to_be_visible()
    expect(page.locator("#details")).to_be_hidden()
    expect(page.locator("#controls")).to_be_visible()


def test_a_server_without_a_folder_shows_no_list_of_tapes(opened: Opened, server: Running) -> None:
    page = opened(server)
    expect(page.locator("#tapes-title")).to_be_hidden()
