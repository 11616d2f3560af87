"""What is seen of one call and one job, and what is set by hand, in a real browser."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from mockserver.app import Running
from tests.browser.conftest import (
    CREATE,
    HERE,
    NARROW,
    PLANTED,
    POLL,
    Opened,
    advance,
    lane,
    submit,
)
from tests.support.receiver import Receiver

WIDE = (1440, 860)


def open_call(page: Page, lane_name: str, index: int = 0) -> None:
    """Opens a call of a lane."""
    lane(page, lane_name).locator(".mark").nth(index).dispatch_event("click")
    expect(page.locator("#details h2")).to_be_visible()


def test_a_call_shows_what_the_contract_says_with_the_source_quoted(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a cat")
    user.post(CREATE, json={"model": PLANTED, "prompt": "x"})
    page = opened(own)
    open_call(page, "a cat")
    judged = page.locator("#details .judged")
    expect(judged).to_have_count(2)
    expect(judged.nth(0)).to_contain_text("fits Request generate_request")
    expect(judged.nth(1)).to_contain_text("Source: ")
    open_call(page, "Other calls")
    expect(page.locator("#details")).to_contain_text("Reply: 200 · 422")
    deviation = page.locator("#details .deviation")
    expect(deviation).to_contain_text("/model expected")
    expect(deviation).to_contain_text("Source: docs: docs.kie.ai")
    expect(deviation).to_contain_text("<img src=x")
    assert page.locator("#planted").count() == 0


def test_a_call_tells_why_the_other_rules_let_it_pass(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a cat")
    page = opened(own)
    open_call(page, "a cat")
    expect(page.locator("#details")).to_contain_text("None is set besides.")
    user.post(f"{HERE}/faults", json={"fault": "http_error", "when": {"call_phase": "poll"}})
    open_call(page, "a cat")
    expect(page.locator("#details")).to_contain_text("call_phase was create, not poll")


def test_a_call_tells_when_it_came_and_how_long_a_stream_took(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    user.put(f"{HERE}/clock", json={"mode": "auto"})
    body = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a pig"}]}
    assert "[DONE]" in user.post("/apiyi/v1/chat/completions", json=body).text
    page = opened(own)
    open_call(page, "a pig")
    expect(page.locator("#details")).to_contain_text(
        re.compile(r"took [\d:.]+.* \(\d.* of real time\) · \d+ chunks")
    )


def test_a_job_shows_what_the_provider_would_say_now_though_nobody_asked(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "not polled")
    page = opened(own)
    lane(page, "not polled").locator(".title").click()
    details = page.locator("#details")
    expect(details).to_contain_text(f"GET /api/v1/veo/record-info?taskId={task} · 200")
    expect(details.locator("pre").first).to_contain_text('"successFlag": 0')
    advance(user, "10m")
    expect(details.locator("pre").first).to_contain_text('"successFlag": 1')
    assert user.get(f"{HERE}/journal", params={"kind": "exchange"}).json()["total"] == 2


def test_a_callback_to_come_is_given_up_by_hand(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    receiver = Receiver()
    submit(user, "not called back", callBackUrl=receiver.url)
    page = opened(own)
    lane(page, "not called back").locator(".title").click()
    details = page.locator("#details")
    details.get_by_role("button", name="Give it up").click()
    expect(details.locator(".callback")).to_contain_text("dropped by hand")
    expect(details.get_by_role("button", name="Give it up")).to_have_count(0)
    advance(user, "10m")
    assert receiver.received == []
    receiver.close()


def test_the_balance_is_shown_set_and_taken_away(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "paid for")
    page = opened(own)
    page.get_by_role("button", name="Balance").click()
    details = page.locator("#details")
    expect(details).to_contain_text("60 credits ($0.30) spent")
    details.locator("[name=kie]").fill("100")
    details.get_by_role("button", name="Set", exact=True).click()
    expect(details).to_contain_text("40 credits left")
    assert user.get(f"{HERE}/balance").json()["kie"]["limit"] == 100
    submit_again = user.post(CREATE, json={"model": "veo3_fast", "prompt": "too dear"})
    assert submit_again.json()["code"] == 402
    details.locator("[name=kie]").fill("")
    details.get_by_role("button", name="Set", exact=True).click()
    expect(details).not_to_contain_text("credits left")
    assert user.get(f"{HERE}/balance").json()["kie"]["limit"] is None


def test_rate_speed_and_link_expiry_are_reached_by_hand(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "expires")
    page = opened(own)
    expect(page.get_by_label("Rate", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Link expiry").click()
    expect(lane(page, "expires")).to_have_attribute("data-phase", "expired")
    page.get_by_label("Speed", exact=True).fill("20")
    page.get_by_label("Speed", exact=True).press("Enter")
    expect(page.locator("#told")).to_have_text("Done.")
    assert user.get(HERE).json()["speed"] == 20
    page.get_by_label("How time passes").select_option("real")
    page.get_by_label("Rate", exact=True).fill("5")
    page.get_by_label("Rate", exact=True).press("Enter")
    expect(page.locator("#clock")).to_contain_text("real ×5")
    page.get_by_label("Rate", exact=True).fill("-1")
    page.get_by_label("Rate", exact=True).press("Enter")
    expect(page.locator("#told")).to_contain_text("rate")
    assert user.get(f"{HERE}/clock").json()["rate"] == 5


def test_a_rule_with_seldom_conditions_is_set_and_what_is_typed_outlasts_what_happens(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "a cat")
    page = opened(own)
    page.get_by_role("button", name="Faults").click()
    details = page.locator("#details")
    details.get_by_text("More fields").click()
    details.locator("[name=attempt]").fill("2")
    details.locator("[name=attempt]").blur()
    assert user.get(POLL, params={"taskId": task}).status_code == 200
    expect(page.locator("#sandboxes")).to_contain_text("GET record_info")
    expect(lane(page, "a cat").locator(".mark")).to_have_count(2)
    details.get_by_label("Which", exact=True).select_option("http_error")
    details.locator("[name=call_phase]").select_option("poll")
    details.locator("[name=probability]").fill("1")
    details.get_by_role("button", name="Add").click()
    expect(details.locator(".rows")).to_contain_text("rule-1 http_error")
    [rule] = user.get(f"{HERE}/faults").json()["rules"]
    assert rule["when"] == {"call_phase": "poll", "attempt": 2}


def test_no_rule_label_or_answer_becomes_markup_in_any_panel(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    when = {"prompt": "<img src=x", "header": {"x-planted": "<img src=x"}}
    for rule in ({"when": when, "note": PLANTED}, {"with": {"status": 503}, "times": 1}):
        assert user.post(f"{HERE}/faults", json={"fault": "http_error", **rule}).status_code == 201
    rules = [{"scenario": "stall", "when": {"prompt": "<img src=x"}}]
    assert user.put(f"{HERE}/scenario/rules", json={"rules": rules}).status_code == 200
    user.post(CREATE, json={"model": "veo3", "prompt": "x"}, headers={"x-request-id": PLANTED})
    user.post(f"/kie/{PLANTED}?q={PLANTED}", content=PLANTED, headers={"x-planted": "a"})
    page = opened(own)
    for index in range(2):
        open_call(page, "Other calls", index)
        expect(page.locator("#details")).to_contain_text("Contract")
        for name in ("Copy as curl", "Copy as HAR", "Copy as pytest test"):
            page.get_by_role("button", name=name).click()
        expect(page.locator("#details pre").last).to_contain_text("import httpx")
    for panel in ("Scenario", "Faults", "Balance", "Findings", "Submit a job"):
        page.get_by_role("button", name=panel, exact=True).click()
        expect(page.locator("#details h2")).to_have_text(panel)
        if panel in ("Scenario", "Faults"):
            expect(page.locator("#details .rows")).to_contain_text("<img src=x")
    assert page.locator("#planted").count() == 0
    assert page.title() == "Reelmock"


def test_the_controls_that_lead_from_one_thing_to_another(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "polled")
    submit(user, "with a parameter that nobody knows", foo=1)
    user.get(POLL, params={"taskId": task})
    for name in ("http_error", "latency"):
        user.post(f"{HERE}/faults", json={"fault": name, "when": {"provider": "apiyi"}})
    page = opened(own)
    details = page.locator("#details")
    page.locator("#filter").select_option("ended")
    expect(page.locator("#nothing")).to_have_text("No job fits the search.")
    page.locator("#filter").select_option("all")
    page.locator("#span").select_option("60000")
    lane(page, "polled").locator(".title").click()
    details.locator(".calls button").first.click()
    expect(details.locator("h2")).to_have_text("generate")
    details.get_by_role("button", name="Job ").click()
    expect(details.locator("h2")).to_have_text("polled")
    page.get_by_role("button", name="Findings").click()
    details.locator(".entries button").first.click()
    expect(details).to_contain_text("Rules that did not match")
    page.get_by_role("button", name="Faults").click()
    details.get_by_role("button", name="Remove all rules").click()
    expect(details).to_contain_text("No rule is set.")
    page.get_by_role("button", name="Help").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_sandbox_is_given_a_name(opened: Opened, own: Running, user: httpx.Client) -> None:
    submit(user, "of the checkout")
    page = opened(own)
    page.get_by_label("Name", exact=True).fill("checkout tests")
    page.keyboard.press("Enter")
    expect(page.locator("#sandboxes strong")).to_have_text("checkout tests")
    assert user.get(HERE).json()["label"] == "checkout tests"


def test_a_plan_tells_how_far_a_phase_moves_on(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "planned")
    page = opened(own)
    lane(page, "planned").locator(".title").click()
    steps = page.locator("#details tr")
    expect(steps).to_have_text(
        [
            re.compile("queued0 %$"),
            re.compile("running0–100 %$"),
            re.compile("succeeded100 %$"),
            re.compile("expired100 %$"),
        ]
    )


def test_a_spent_rule_says_so_and_how_often_it_was_held_back(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "asked about")
    rule = {"fault": "http_error", "with": {"status": 503}, "when": {"call_phase": "poll"}}
    assert user.post(f"{HERE}/faults", json=rule | {"times": 1}).status_code == 201
    for _ in range(3):
        user.get(POLL, params={"taskId": task})
    page = opened(own)
    page.get_by_role("button", name="Faults").click()
    expect(page.locator("#details .rows .note")).to_have_text(
        ["matched / applied / struck: 3 / 1 / 1", "state: spent", "held back 2×: spent"]
    )


def test_the_lanes_stay_where_they_are_when_details_open_beside_them(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "pointed at")
    page = opened(own, size=WIDE)
    title = lane(page, "pointed at").locator(".title")
    before = title.bounding_box()
    assert before is not None
    title.click()
    expect(page.locator("#details h2")).to_have_text("pointed at")
    after = title.bounding_box()
    assert after is not None
    assert (after["x"], after["y"]) == (before["x"], before["y"])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_button_that_closes_covers_no_text(
    opened: Opened, own: Running, user: httpx.Client, size: tuple[int, int]
) -> None:
    submit(user, "a long prompt " * 10)
    page = opened(own, size)
    lane(page, "a long prompt").locator(".title").click()
    name = page.locator("#details h2").bounding_box()
    close = page.locator("#details .close").bounding_box()
    assert name is not None and close is not None
    assert name["x"] + name["width"] <= close["x"]
