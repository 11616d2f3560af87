"""axe-core finds nothing serious: in both schemes, widths and languages, in every view."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from mockserver.app import Running
from tests.browser.conftest import CREATE, FULL, HERE, NARROW, Opened, advance, lane, submit
from tests.support import needs
from tests.support.serving import client_of, settings
from tests.support.some import some

SERIOUS = ("serious", "critical")
LOOK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .flatMap(({id, impact, nodes}) => nodes.map(({html}) => [impact, id, html]))"""
PANELS = {"en": ["Scenario", "Faults", "Findings"], "zh-CN": ["场景", "故障", "问题"]}


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        needs.absent("axe-playwright-python is not installed")
    return Path(spec.origin).with_name("axe.min.js").read_text()


@pytest.fixture
def busy() -> Iterator[Running]:
    """A server with a job that succeeded, one that was refused and a fault rule that struck."""
    running = Running(settings(clock="manual"))
    with client_of(running, "sk-seen-by-axe") as user:
        rule = {"fault": "http_error", "with": {"status": 503}, "times": 1}
        assert user.post(f"{HERE}/faults", json=rule).status_code == 201
        assert user.post(CREATE, json={"model": "veo3_fast", "prompt": "x"}).status_code == 503
        submit(user, "a cat", callBackUrl="http://127.0.0.1:9/nobody")
        advance(user, "10m")
        submit(user, "still running")
    yield running
    running.stop()


def serious(page: Page, axe: str) -> list[list[str]]:
    """What is found in the page as it stands now."""
    page.evaluate(axe)
    return [found for found in page.evaluate(LOOK) if found[0] in SERIOUS]


@pytest.mark.parametrize(
    ("scheme", "size", "locale"),
    [
        ("light", FULL, "en"),
        ("dark", NARROW, "en"),
        ("light", NARROW, "zh-CN"),
        ("dark", FULL, "zh-CN"),
    ],
)
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
    for panel in some(PANELS[locale]):
        page.locator("#details .close").click()
        page.get_by_role("button", name=panel, exact=True).click()
        expect(page.locator("#details h2")).to_have_text(panel)
        assert serious(page, axe) == []
    page.locator("#details .close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page, axe) == []
