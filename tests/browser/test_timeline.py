"""The time line in a real browser: very many jobs, zoom, filters, and a world that changes under it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, expect

from mockserver.app import Running
from tests.browser.conftest import (
    CREATE,
    HERE,
    LATER_MS,
    POLL,
    Opened,
    advance,
    lane,
    stream,
    submit,
)
from tests.support.serving import settings

MANY = 1000
MOST_ELEMENTS = 4000  # of the whole page, however many jobs there are
CHAT = "/apiyi/v1/videos"
NO_STORAGE = (
    """Object.defineProperty(window, "sessionStorage", {get() { throw new Error("denied") }})"""
)


def axis(page: Page) -> list[str]:
    return page.locator("#axis text").all_text_contents()


def test_a_thousand_jobs_are_there_and_only_those_in_sight_are_drawn(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    for number in range(MANY):
        sent = user.post(CHAT, json={"model": "veo-3.1", "prompt": f"number {number} of many"})
        assert sent.status_code == 200
    page = opened(own)
    expect(lane(page, f"number {MANY - 1} of many")).to_be_visible()
    expect(page.locator(".lane").first).to_have_attribute("aria-setsize", str(MANY))
    assert page.locator("*").count() < MOST_ELEMENTS
    page.locator("section").evaluate("part => part.scrollTo(0, part.scrollHeight)")
    expect(lane(page, "number 0 of many")).to_be_visible()
    expect(lane(page, "number 0 of many").locator(".mark")).to_have_count(1)
    assert page.locator("*").count() < MOST_ELEMENTS
    page.locator("#search").fill("number 500 of")
    expect(page.locator(".lane")).to_have_count(1)


def test_one_zooms_in_moves_along_and_comes_back(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "looked at closely")
    advance(user, "10m")
    page = opened(own)
    whole = page.locator("#axis text").all_text_contents
    expect(page.locator("#axis text").first).to_be_visible()
    before = whole()
    page.get_by_role("button", name="zoom in").click()
    page.keyboard.press("+")
    expect(page.locator("#axis text").first).not_to_have_text(before[0])
    closer = whole()
    page.keyboard.press(">")
    expect(page.locator("#axis text").first).not_to_have_text(closer[0])
    box = page.locator(".track").first.bounding_box()
    assert box is not None
    moved = page.locator("#axis text").first.get_attribute("x")
    page.mouse.move(box["x"] + 200, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 2)
    page.mouse.up()
    expect(page.locator("#axis text").first).not_to_have_attribute("x", str(moved))
    page.keyboard.press("0")
    expect(page.locator("#axis text").first).to_have_text(before[0])
    assert axis(page) == before


def test_jobs_are_picked_by_provider_and_by_what_came_of_them(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    refused = submit(user, "asked about wrongly")
    user.post(CHAT, json={"model": "veo-3.1", "prompt": "of another provider"})
    rule = {"fault": "http_error", "with": {"status": 503}, "when": {"call_phase": "poll"}}
    assert user.post(f"{HERE}/faults", json=rule).status_code == 201
    assert user.get(POLL, params={"taskId": refused}).status_code == 503
    page = opened(own)
    expect(page.locator(".lane")).to_have_count(2)
    page.locator("#provider").select_option("apiyi")
    expect(page.locator(".lane")).to_have_count(1)
    expect(lane(page, "of another provider")).to_be_visible()
    page.locator("#provider").select_option("")
    page.locator("#filter").select_option("refused")
    expect(page.locator(".lane")).to_have_count(1)
    expect(lane(page, "asked about wrongly")).to_be_visible()


def test_jobs_are_picked_by_the_status_of_their_calls(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "well made")
    unlucky = submit(user, "asked about while it was down")
    user.post(CREATE, json={"model": "veo9", "prompt": "x"})  # HTTP 200, and 422 in the envelope
    rule = {"fault": "http_error", "with": {"status": 503}, "when": {"call_phase": "poll"}}
    assert user.post(f"{HERE}/faults", json=rule).status_code == 201
    assert user.get(POLL, params={"taskId": unlucky}).status_code == 503
    page = opened(own)
    expect(page.locator(".lane")).to_have_count(3)
    page.keyboard.press("s")
    page.keyboard.type("5xx")
    expect(page.locator(".lane")).to_have_count(1)
    down = lane(page, "asked about while it was down")
    expect(down.locator(".mark[data-aside]")).to_have_count(1)
    expect(down.locator(".mark:not([data-aside])")).to_have_attribute(
        "aria-label", re.compile("503")
    )
    field = page.get_by_label("Status of a call")
    field.fill("422")
    expect(page.locator(".lane")).to_have_count(1)
    expect(lane(page, "Other calls")).to_be_visible()
    field.fill("refused")
    expect(page.locator(".lane")).to_have_count(2)
    field.fill("many")
    expect(page.locator("#nothing")).to_have_text("No job fits the search.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("")
    expect(page.locator(".lane")).to_have_count(3)


def test_where_links_expire_stands_in_the_lane(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a link that ends")
    advance(user, "10m")
    page = opened(own)
    flag = lane(page, "a link that ends").locator(".expiry")
    expect(flag).to_have_attribute("d", "")
    for _ in range(40):
        page.keyboard.press("-")
    expect(flag).to_have_attribute("d", re.compile("^M"))


def test_a_sandbox_that_is_deleted_under_the_viewer_is_told_and_the_page_goes_on(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "soon gone")
    user.patch(HERE, json={"label": "doomed"})
    page = opened(own)
    lane(page, "soon gone").locator(".title").click()
    expect(page.locator("#details h2")).to_have_text("soon gone")
    assert user.delete(HERE).status_code == 204
    expect(page.locator("#told")).to_have_text("The sandbox doomed is there no more.")
    expect(page.locator("#details")).to_be_hidden()
    expect(page.locator("#nothing")).to_contain_text("No sandbox yet")
    submit(user, "in a new one")
    expect(lane(page, "in a new one")).to_be_visible()


def test_two_pages_that_edit_one_rule_are_told_and_agree(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a cat")
    rule = {"fault": "http_error", "with": {"status": 503}}
    assert user.post(f"{HERE}/faults", json=rule).status_code == 201
    first, second = opened(own), opened(own)
    for page in (first, second):
        page.get_by_role("button", name="Faults").click()
        expect(page.locator(".rows li")).to_have_count(1)
    second.locator("#details [name=times]").fill("2")  # a form that is filled in is left alone
    first.get_by_label("Remove rule-1").click()
    expect(first.locator(".rows li")).to_have_count(0)
    second.get_by_label("Remove rule-1").click()
    expect(second.locator("#told")).to_contain_text("rule-1")
    expect(second.locator(".rows li")).to_have_count(0)


def test_a_browser_without_storage_asks_for_the_token_and_works(opened: Opened) -> None:
    running = Running(settings(clock="manual", admin_token="the-secret-token"))
    try:
        page = opened(running, live=False, before=NO_STORAGE)
        page.get_by_label("Admin token").fill("the-secret-token")
        page.get_by_role("button", name="Enter").click()
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
    finally:
        running.stop()


def test_a_server_that_comes_back_with_another_state_is_told(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "before the restart")
    page = opened(own)
    lane(page, "before the restart").locator(".title").click()
    expect(page.locator("#details h2")).to_be_visible()
    port = urlsplit(own.base_url).port
    own.stop()
    again = Running(settings(clock="manual", port=port))
    try:
        expect(page.locator("#told")).to_contain_text("is there no more", timeout=LATER_MS)
        expect(page.locator("#details")).to_be_hidden()
        expect(page.locator("#nothing")).to_contain_text("No sandbox yet")
    finally:
        again.stop()


def test_each_chunk_of_a_stream_is_a_tick_and_a_fault_stands_where_it_struck(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    rule = {"fault": "stream_malformed_event", "when": {"chunk": "video"}}
    assert user.post(f"{HERE}/faults", json=rule).status_code == 201
    assert user.put(f"{HERE}/clock", json={"mode": "auto"}).status_code == 200
    page = opened(own)
    stream(user, "told in pieces")
    [sent] = user.get(f"{HERE}/journal", params={"kind": "sent"}).json()["entries"]
    ticks = lane(page, "told in pieces").locator(".chunks")
    drawn = re.compile(rf"^(M[\d.]+ 21v9){{{sent['detail']['chunks']}}}$")
    expect(ticks).to_have_attribute("d", drawn)
    places = re.findall(r"M([\d.]+) 21", str(ticks.get_attribute("d")))
    assert len(set(places)) > 10
    bolt = lane(page, "told in pieces").locator(".bolt").get_attribute("d")
    [struck] = sent["detail"]["struck_pieces"].values()
    assert str(bolt).startswith(f"M{float(places[struck - 1]) + 1:.1f} 0")
    page.reload()
    expect(ticks).to_have_attribute("d", drawn)
    lane(page, "told in pieces").locator(".mark").first.dispatch_event("click")
    rows = page.locator("#details details[open] tr")
    expect(rows).to_have_count(sent["detail"]["chunks"])
    expect(rows.nth(struck - 1)).to_contain_text("⚡ stream_malformed_event")
