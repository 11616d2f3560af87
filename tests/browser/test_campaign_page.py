"""The page of a campaign in a browser: it needs nothing else, and fits a small screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from mockserver.cli.campaigns.page import page
from mockserver.control import Moment
from tests.browser.conftest import TOO_WIDE
from tests.integration.campaign.test_reports import outcome, record

JOB = "a" * 32
HTML = page(
    record(
        outcome(
            name="http_error@poll",
            fault="http_error",
            phase="poll",
            command=f"reelmock campaign -- python client.py {'x' * 200}",
            evidence=["the client asked once more " * 9],
            moments=[
                Moment(0, 0, "request", "POST /kie/api/v1/veo/generate 200", JOB, [], 1, False),
                Moment(0, 0, "state", f"task {JOB} queued", JOB, [], 0, False),
                Moment(5, 5, "state", f"task {JOB} running", JOB, [], 0, False),
                Moment(9, 9, "request", "GET /kie 503", JOB, ["http_error"], 2, True),
                Moment(75, 75, "state", f"task {JOB} succeeded", JOB, [], 0, False),
                Moment(80, 80, "callback", "callback 1 200", JOB, [], 3, False),
                Moment(100, 100, "request", "GET /kie/models 200", "", [], 4, False),
            ],
        ),
        *(outcome(name=f"f@{phase}", fault="f", phase=phase) for phase in ("create", "callback")),
        command=["python", "y" * 300],
    )
)


@pytest.mark.parametrize("width", [1280, 420])
def test_a_campaign_s_page_is_not_wider_than_the_window(browser: Browser, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.set_content(HTML)
    shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert shown.evaluate(TOO_WIDE) == []
    shown.close()


def test_a_case_has_a_lane_for_each_job_with_phases_calls_callbacks_and_faults(
    browser: Browser,
) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.set_content(HTML)
    lanes = shown.locator(".strip .lane")
    expect(lanes).to_have_count(2)
    bars = lanes.first.locator(".bar").evaluate_all("bars => bars.map((bar) => bar.className)")
    assert bars == ["bar queued", "bar running", "bar succeeded"]
    lefts, widths = (
        lanes.first.locator(".bar").evaluate_all(f"bars => bars.map((bar) => bar.style.{name})")
        for name in ("left", "width")
    )
    assert (lefts, widths) == (["1.5%", "6.35%", "74.25%"], ["4.85%", "67.9%", "24.25%"])
    for shape, count in ((".tick", 2), (".tick.wrong", 1), (".flash", 1), (".diamond", 1)):
        expect(lanes.first.locator(shape)).to_have_count(count)
    expect(lanes.last.locator(".tick")).to_have_count(1)
    shown.close()
