"""axe-core finds nothing serious: in both schemes, widths and languages, in every view."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from mockserver.app import Running
from tests.browser.conftest import (
    CREATE,
    FULL,
    HERE,
    NARROW,
    POLL,
    Opened,
    advance,
    lane,
    stream,
    submit,
)
from tests.support import needs
from tests.support.serving import client_of, settings
from tests.support.some import some

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "recordings"
SERIOUS = ("serious", "critical")
LOOK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .flatMap(({id, impact, nodes}) => nodes.map(({html}) => [impact, id, html]))"""
# what opens each panel, and something of it that is seen only when it is there
PANELS = {
    "en": [
        ("Submit a job", "#details form .fields textarea[name=prompt]"),
        ("Scenario", "#details form legend"),
        ("Faults", "#details .rows li"),
        ("Balance", "#details form [name=kie]"),
        ("Findings", "#details .rows li"),
    ],
    "zh-CN": [
        ("提交任务", "#details form .fields textarea[name=prompt]"),
        ("场景", "#details form legend"),
        ("故障", "#details .rows li"),
        ("余额", "#details form [name=kie]"),
        ("问题", "#details .rows li"),
    ],
}
SUBMIT = {"en": "Submit a job", "zh-CN": "提交任务"}
VIEWS = pytest.mark.parametrize(
    ("scheme", "size", "locale"),
    [
        ("light", FULL, "en"),
        ("dark", NARROW, "en"),
        ("light", NARROW, "zh-CN"),
        ("dark", FULL, "zh-CN"),
    ],
)


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        needs.absent("axe-playwright-python is not installed")
    return Path(spec.origin).with_name("axe.min.js").read_text()


@pytest.fixture
def busy() -> Iterator[Running]:
    """A server with a job that succeeded, one that was refused, a rule that struck, and a finding."""
    running = Running(settings(clock="manual"))
    with client_of(running, "sk-seen-by-axe") as user:
        rule = {"fault": "http_error", "with": {"status": 503}, "times": 1}
        assert user.post(f"{HERE}/faults", json=rule).status_code == 201
        assert user.post(CREATE, json={"model": "veo3_fast", "prompt": "x"}).status_code == 503
        done = submit(user, "a cat", callBackUrl="http://127.0.0.1:9/nobody")
        advance(user, "10m")
        user.get(POLL, params={"taskId": done})  # and the video is never fetched: a finding
        advance(user, "10m")
        submit(user, "still running")
    yield running
    running.stop()


def serious(page: Page, axe: str) -> list[list[str]]:
    """What is found in the page as it stands now."""
    page.evaluate(axe)
    return [found for found in page.evaluate(LOOK) if found[0] in SERIOUS]


@VIEWS
def test_axe_finds_nothing_serious_in_any_view(
    opened: Opened,
    busy: Running,
    axe: str,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
    locale: str,
) -> None:
    page = opened(busy, size, locale, scheme=scheme)
    expect(lane(page, "a cat")).to_be_visible()
    assert serious(page, axe) == []
    lane(page, "a cat").locator(".title").click()
    expect(page.locator("#details h2")).to_have_text("a cat")
    assert serious(page, axe) == []
    page.locator("#details .close").click()
    page.locator(".mark.exchange[data-bad]").first.dispatch_event("click")
    expect(page.locator("#details .rules")).to_be_visible()
    assert serious(page, axe) == []
    expect(page.locator("#details .judged .badge").nth(1)).to_be_visible()  # the contract's verdict
    assert serious(page, axe) == []
    for panel, part in some(PANELS[locale]):
        page.locator("#details .close").click()
        page.get_by_role("button", name=panel, exact=True).first.click()
        expect(page.locator("#details h2")).to_have_text(panel)
        expect(page.locator(part).first).to_be_visible()
        assert serious(page, axe) == []
    page.locator("#details .close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page, axe) == []


@VIEWS
def test_axe_finds_nothing_serious_in_a_form_with_all_its_fields_and_its_answer(
    opened: Opened,
    busy: Running,
    axe: str,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
    locale: str,
) -> None:
    page = opened(busy, size, locale, scheme=scheme)
    page.get_by_role("button", name=SUBMIT[locale], exact=True).click()
    details = page.locator("#details")
    details.get_by_role("combobox").first.select_option(label="kie · generate")
    expect(details.locator("form")).to_have_attribute("aria-label", "kie · generate")
    details.locator("summary").click()
    expect(details.locator("[name=more]")).to_be_visible()
    details.get_by_role("button", name=SUBMIT[locale], exact=True).click()
    expect(details.locator("section pre")).to_contain_text("taskId")
    assert serious(page, axe) == []


@VIEWS
def test_axe_finds_nothing_serious_in_a_stream_with_its_chunks_and_the_fault_that_struck(
    opened: Opened,
    busy: Running,
    axe: str,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
    locale: str,
) -> None:
    with client_of(busy, "sk-seen-by-axe") as user:
        assert user.put(f"{HERE}/clock", json={"mode": "auto"}).status_code == 200
        rule = {"fault": "stream_malformed_event", "when": {"chunk": "video"}}
        assert user.post(f"{HERE}/faults", json=rule).status_code == 201
        stream(user, "told in pieces")
    page = opened(busy, size, locale, scheme=scheme)
    lane(page, "told in pieces").locator(".mark").first.dispatch_event("click")
    expect(page.locator("#details details[open] tr").last).to_be_visible()
    expect(page.locator("#details .judged .badge").first).to_be_visible()
    assert serious(page, axe) == []


@VIEWS
def test_axe_finds_nothing_serious_in_a_tape(
    opened: Opened,
    tmp_path: Path,
    axe: str,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
    locale: str,
) -> None:
    tape, name = next(iter(some(sorted(RECORDINGS.glob("*.har"))))), "a.har"
    shutil.copy(tape, tmp_path / name)
    (tmp_path / "bad.har").write_text("no JSON")
    running = Running(settings(clock="manual", tapes=str(tmp_path)))
    try:
        page = opened(running, size, locale, scheme=scheme)
        expect(page.locator("#tapes button")).to_have_count(2)
        assert serious(page, axe) == []
        page.locator("#tapes button", has_text=name).click()
        expect(page.locator("#details h2")).to_have_text(name)
        expect(page.locator(".lane .title").first).to_be_visible()
        assert serious(page, axe) == []
        page.locator("#details .close").click()  # it covers a narrow window
        page.locator(".lane .title").first.click()
        expect(page.locator("#details .badge").first).to_be_visible()
        assert serious(page, axe) == []
        page.locator(".mark").first.dispatch_event("click")
        expect(page.locator("#details h2")).to_be_visible()
        assert serious(page, axe) == []
    finally:
        running.stop()
