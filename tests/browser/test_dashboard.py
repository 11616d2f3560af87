"""The dashboard in a real browser, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from mockserver.app import Running
from tests.browser.conftest import (
    CREATE,
    FULL,
    HERE,
    LATER_MS,
    NARROW,
    PLANTED,
    POLL,
    TOO_WIDE,
    USER_KEY,
    Opened,
    advance,
    lane,
    submit,
)
from tests.support.nested import ALONE
from tests.support.receiver import Receiver
from tests.support.serving import client_of, settings
from tests.support.some import some

UNSEEN = "\x07\x1b[31m\u202e"  # a bell, a colour of terminals, and a turn from right to left
SPELT_OUT = r"\u0007\u001b[31m\u202e"
PLAYS = """video => new Promise((played, failed) => {
  setTimeout(() => failed(new Error("it did not play")), 15000);
  video.addEventListener("timeupdate", () => video.currentTime > 0.1 && played(true));
  video.muted = true;
  video.play();
})"""


def test_the_first_job_appears_and_moves_on_while_one_looks(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    page = opened(own)
    expect(page.locator("#nothing")).to_contain_text("Each API key opens its own")
    submit(user, "a cat on a roof")
    expect(lane(page, "a cat on a roof")).to_have_attribute("data-phase", "queued")
    expect(page.locator("#sandboxes")).to_contain_text("1 running")
    advance(user, "40s")
    expect(lane(page, "a cat on a roof")).to_have_attribute("data-phase", "running")
    advance(user, "10m")
    expect(lane(page, "a cat on a roof")).to_have_attribute("data-phase", "succeeded")
    expect(page.locator("#sandboxes")).to_contain_text("1 job")


def test_a_fault_is_marked_where_it_struck_and_the_call_tells_why(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    rule = {"fault": "http_error", "with": {"status": 503}, "when": {"call_phase": "poll"}}
    assert user.post(f"{HERE}/faults", json=rule).status_code == 201
    task = submit(user, "a cat")
    page = opened(own)
    assert user.get(POLL, params={"taskId": task}).status_code == 503
    mark = lane(page, "a cat").locator(".mark[data-bad]")
    expect(mark).to_have_attribute(
        "aria-label",
        "GET record_info: 503, ⚡ http_error, fault http_error, rule rule-1: status 503 on purpose",
    )
    mark.dispatch_event("click")
    details = page.locator("#details")
    expect(details.locator(".why")).to_contain_text("status 503 on purpose")
    expect(details.locator(".rules")).to_contain_text("struck http_error rule-1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    details.get_by_role("button", name="Copy as curl").click()
    expect(page.locator("#told")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"curl -X GET '{own.base_url}{POLL}?taskId={task}'" in copied
    assert '"$REELMOCK_KEY"' in copied and USER_KEY not in copied
    expect(details.locator("section pre").last).to_have_text(copied)


def test_a_call_copied_as_a_test_runs_as_pasted_and_as_har_is_read(
    opened: Opened, own: Running, user: httpx.Client, tmp_path: Path
) -> None:
    user.post(CREATE, json={"model": "veo9", "prompt": "a cat"})
    page = opened(own)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lane(page, "Other calls").locator(".mark").dispatch_event("click")
    page.get_by_role("button", name="Copy as pytest test").click()
    expect(page.locator("#told")).to_contain_text("Copied")
    pasted = tmp_path / "test_pasted.py"
    pasted.write_text(page.evaluate("navigator.clipboard.readText()"))
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, str(pasted)]
    environment = {**os.environ, "REELMOCK_KEY": USER_KEY}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout
    first, again = user.get(f"{HERE}/journal").json()["entries"]
    assert again["code"] == first["code"] == 422
    page.get_by_role("button", name="Copy as HAR").click()
    expect(page.locator("#details pre").last).to_contain_text('"version": "1.2"')


def test_a_job_shows_plan_cost_last_answer_callbacks_and_its_video_plays(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    receiver = Receiver()
    task = submit(user, "a cat that plays", callBackUrl=receiver.url)
    advance(user, "10m")
    user.get(POLL, params={"taskId": task})
    page = opened(own)
    lane(page, "a cat that plays").locator(".title").click()
    details = page.locator("#details")
    expect(details).to_contain_text("60 credits")
    expect(details).to_contain_text("acknowledged")
    expect(details.locator("pre").first).to_contain_text('"successFlag": 1')
    assert user.get(f"{HERE}/journal", params={"call_phase": "download"}).json()["entries"] == []
    assert details.locator("video").evaluate(PLAYS)
    receiver.close()


def test_a_lost_server_shows_as_such_and_comes_back_by_itself(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "before the restart")
    page = opened(own)
    expect(lane(page, "before the restart")).to_be_visible()
    port = urlsplit(own.base_url).port
    own.stop()
    expect(page.locator("#link")).to_have_attribute("data-state", "lost")
    again = Running(settings(clock="manual", port=port))
    try:
        expect(page.locator("#link")).to_have_attribute("data-state", "live", timeout=LATER_MS)
        with client_of(again, USER_KEY) as later:
            submit(later, "after the restart")
        expect(lane(page, "after the restart")).to_be_visible()
        expect(lane(page, "before the restart")).to_have_count(0)
    finally:
        again.stop()


def test_nothing_that_a_client_or_a_receiver_sends_becomes_markup(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    page = opened(own)
    user.patch(HERE, json={"label": PLANTED})
    task = submit(user, f"cat {PLANTED}", callBackUrl=f"http://127.0.0.1:9/{PLANTED}")
    user.post(CREATE, json={"model": PLANTED, "prompt": "x"}, headers={"x-planted": PLANTED})
    user.get(f"{POLL}?taskId={PLANTED}")
    advance(user, "10m")
    user.get(POLL, params={"taskId": task})
    lane(page, "cat <img").locator(".title").click()
    expect(page.locator("#details h2")).to_have_text(f"cat {PLANTED}")
    _look_for_markup(page)
    marks = lane(page, "Other calls").locator(".mark")
    expect(marks).to_have_count(2)
    for index in range(2):
        marks.nth(index).dispatch_event("click")
        expect(page.locator("#details")).to_contain_text("Why")
        expect(page.locator("#details")).to_contain_text("img src=x")
        _look_for_markup(page)


def _look_for_markup(page: Page) -> None:
    assert page.locator("#planted").count() == 0
    assert page.title() == "Reelmock"


def test_control_characters_are_spelt_out_wherever_they_come_from(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, f"cat {UNSEEN}")
    assert user.patch(HERE, json={"label": f"mine {UNSEEN}"}).status_code == 200
    user.post(CREATE, json={"model": UNSEEN, "prompt": "x"})
    rule = {"scenario": {"name": "fail", "options": {"message": UNSEEN}}, "when": {"prompt": "x"}}
    assert user.put(f"{HERE}/scenario/rules", json={"rules": [rule]}).status_code == 200
    page = opened(own)
    for place in some(["#sandboxes strong", ".lane .name", ".lane .title"]):
        expect(page.locator(place).first).to_contain_text(SPELT_OUT)
    lane(page, "cat").locator(".title").click()
    expect(page.locator("#details h2")).to_have_text(f"cat {SPELT_OUT}")
    expect(page.locator("#details pre").last).to_contain_text(SPELT_OUT)
    page.get_by_role("button", name="Scenario").click()
    remove = page.locator("#details .rows button")
    expect(remove).to_have_attribute("aria-label", f"Remove fail message={SPELT_OUT}")
    lane(page, "Other calls").locator(".mark").dispatch_event("click")
    expect(page.locator("#details .deviation")).to_contain_text(SPELT_OUT)
    whole = page.evaluate("document.documentElement.outerHTML")
    assert not re.search("[\x07\x1b\u202e]", whole)


def test_what_a_receiver_answers_is_shown_as_text(
    opened: Opened, own: Running, user: httpx.Client, planted_receiver: str
) -> None:
    submit(user, "with a callback", callBackUrl=planted_receiver)
    advance(user, "10m")
    page = opened(own)
    lane(page, "with a callback").locator(".title").click()
    expect(page.locator("#details .callback").first).to_contain_text("<img src=x")
    _look_for_markup(page)


@pytest.mark.parametrize("size", [FULL, NARROW], ids=["full", "narrow"])
def test_nothing_is_wider_than_the_window(
    opened: Opened, own: Running, user: httpx.Client, size: tuple[int, int]
) -> None:
    submit(user, "a very long prompt " * 30)
    advance(user, "10m")
    page = opened(own, size)
    expect(lane(page, "a very long prompt")).to_be_visible()
    assert _too_wide(page) == []
    lane(page, "a very long prompt").locator(".title").click()
    expect(page.locator("#details h2")).to_be_visible()
    assert _too_wide(page) == []
    page.locator("#details .close").click()
    expect(page.locator("#details")).to_be_hidden()


def _too_wide(page: Page) -> list[str]:
    """The parts of the page in which something is wider than they are."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def test_all_of_it_works_by_keyboard(opened: Opened, own: Running, user: httpx.Client) -> None:
    task = submit(user, "first job")
    submit(user, "second job")
    user.get(POLL, params={"taskId": task})
    page = opened(own)
    page.keyboard.press("/")
    page.keyboard.type("second")
    expect(page.locator(".lane")).to_have_count(1)
    page.locator("#search").fill("")
    page.keyboard.press("Escape")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#details")).to_contain_text("record_info")
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Move among the jobs")


def test_paused_it_stands_still_and_counts_what_comes(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "first job")
    page = opened(own)
    page.keyboard.press("p")
    submit(user, "second job")
    expect(page.locator("#pause")).to_have_text(re.compile(r"Go on · \d"))
    expect(page.locator(".lane")).to_have_count(1)
    page.keyboard.press("p")
    expect(page.locator(".lane")).to_have_count(2)


def test_a_chinese_browser_gets_a_chinese_page(opened: Opened, own: Running) -> None:
    page = opened(own, locale="zh-CN")
    expect(page.locator("nav h2")).to_have_text("沙箱")
    assert page.evaluate("document.documentElement.lang") == "zh"


def test_the_admin_token_is_asked_for_and_stays_out_of_every_url(opened: Opened) -> None:
    running = Running(settings(clock="manual", admin_token="the-secret-token"))
    try:
        page = opened(running, live=False)
        urls: list[str] = []
        page.on("request", lambda asked: urls.append(asked.url))
        for token in ("wrong", "the-secret-token"):
            page.get_by_label("Admin token").fill(token)
            page.get_by_role("button", name="Enter").click()
            if token == "wrong":
                expect(page.locator("#token .why")).to_have_text("That token is wrong.")
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
        assert any("/events" in url for url in urls)
        assert "secret" not in " ".join(urls)
    finally:
        running.stop()


def test_time_is_moved_by_hand(opened: Opened, own: Running, user: httpx.Client) -> None:
    submit(user, "moved by hand")
    page = opened(own)
    job = lane(page, "moved by hand")
    page.get_by_role("button", name="+3 min").click()
    expect(job).to_have_attribute("data-phase", "succeeded")
    page.get_by_role("button", name="+30 s").click()
    page.get_by_label("How time passes").select_option("auto")
    expect(page.locator("#clock")).to_contain_text("auto")
    assert user.get(f"{HERE}/clock").json()["mode"] == "auto"


def test_the_next_event_is_reached_and_where_there_is_none_it_says_so(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "step by step")
    page = opened(own)
    page.get_by_role("button", name="Next event").click()
    expect(lane(page, "step by step")).to_have_attribute("data-phase", "running")
    user.post(f"{HERE}/reset")
    expect(page.locator(".lane")).to_have_count(0)
    page.get_by_role("button", name="Next event").click()
    expect(page.locator("#told")).to_contain_text("there is no next_event to come")


def test_a_fault_rule_is_picked_counted_and_removed(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "a cat")
    page = opened(own)
    page.get_by_role("button", name="Faults").click()
    details = page.locator("#details")
    details.get_by_label("Which", exact=True).select_option("http_error")
    details.locator("[name=status]").fill("503")
    details.locator("[name=call_phase]").select_option("poll")
    details.locator("[name=times]").fill("2")
    details.get_by_role("button", name="Add").click()
    expect(details.locator(".rows")).to_contain_text("rule-1 http_error")
    [rule] = user.get(f"{HERE}/faults").json()["rules"]
    assert (rule["with"], rule["when"], rule["times"]) == (
        {"status": 503},
        {"call_phase": "poll"},
        2,
    )
    assert user.get(POLL, params={"taskId": task}).status_code == 503
    expect(details.locator(".rows")).to_contain_text("1 / 1 / 1")
    details.get_by_label("Remove rule-1 http_error").click()
    expect(details).to_contain_text("No rule is set.")
    assert user.get(f"{HERE}/faults").json()["rules"] == []


def test_a_wrong_value_is_told_in_the_words_of_the_server(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a cat")
    page = opened(own)
    page.get_by_role("button", name="Faults").click()
    details = page.locator("#details")
    details.get_by_label("Which", exact=True).select_option("http_error")
    details.locator("[name=status]").fill("many")
    details.get_by_role("button", name="Add").click()
    expect(page.locator("#told")).to_contain_text("'many' is not valid")
    expect(details.locator("[name=status]")).to_have_value("many")


def test_a_scenario_is_set_for_all_jobs_or_for_some(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "a cat")
    page = opened(own)
    page.get_by_role("button", name="Scenario").click()
    details = page.locator("#details")
    details.get_by_label("Which", exact=True).select_option("fail")
    details.locator("[name=at]").fill("60%")
    details.get_by_role("button", name="Set").click()
    expect(details).to_contain_text("Now: fail at=60%")
    details.get_by_label("Which", exact=True).select_option("stall")
    details.locator("[name=prompt]").fill("dog")
    details.get_by_role("button", name="Set").click()
    expect(details.locator(".rows")).to_contain_text("prompt: dog")
    assert user.get(f"{HERE}/scenario").json()["name"] == "fail"
    [rule] = user.get(f"{HERE}/scenario/rules").json()["rules"]
    assert (rule["scenario"]["name"], rule["when"]) == ("stall", {"prompt": "dog"})
    details.get_by_label("Remove stall").click()
    expect(details.locator(".rows li")).to_have_count(0)


def test_a_callback_is_sent_once_more(opened: Opened, own: Running, user: httpx.Client) -> None:
    receiver = Receiver()
    submit(user, "called back", callBackUrl=receiver.url)
    advance(user, "10m")
    page = opened(own)
    lane(page, "called back").locator(".title").click()
    page.get_by_role("button", name="Send once more").click()
    receiver.wait_for(2)
    expect(page.locator("#details .callback")).to_contain_text("Attempt 2: 200")
    receiver.close()


def test_a_reset_asks_first_and_findings_are_shown(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    task = submit(user, "polled too fast")
    for _ in range(12):
        user.get(POLL, params={"taskId": task})
    page = opened(own)
    page.get_by_role("button", name="Findings").click()
    expect(page.locator("#details h2")).to_have_text("Findings")
    expect(page.locator("#details")).to_contain_text("What the evidence cannot show")
    answers = ["dismiss", "accept"]
    page.on("dialog", lambda asked: getattr(asked, answers.pop(0))())
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Reset").click()
    assert user.get(f"{HERE}/tasks").json()["total"] == 1
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".lane")).to_have_count(0)


def test_what_happens_while_a_sandbox_is_read_is_not_lost(
    opened: Opened, own: Running, user: httpx.Client
) -> None:
    submit(user, "before the reading")
    with client_of(own, "sk-of-another") as other:
        submit(other, "somebody else's")
    page = opened(own)
    expect(lane(page, "somebody else's")).to_be_visible()
    held: list[str] = []

    def hold(route: Route) -> None:
        reply = route.fetch()
        if not held:  # the journal has been read, and its reply is still on its way
            held.append(submit(user, "meanwhile"))
            assert user.get(POLL, params={"taskId": held[0]}).status_code == 200
            page.evaluate("fetch('v1/sandboxes').then(() => 0)")
        route.fulfill(response=reply)

    page.route("**/journal?after=*", hold)
    page.locator("#sandboxes button").nth(1).click()
    expect(lane(page, "meanwhile").locator(".mark")).to_have_count(2)
    assert held
