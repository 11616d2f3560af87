"""Chromium, and pages that fail a test over any error of theirs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from mockserver.app import Running
from tests.support import needs
from tests.support.patience import PATIENCE_S, joined
from tests.support.quiet_server import QuietServer
from tests.support.serving import client_of, settings

Opened = Callable[..., Page]
CREATE = "/kie/api/v1/veo/generate"
POLL = "/kie/api/v1/veo/record-info"
HERE = "/_mock/v1/sandboxes/current"
LATER_MS = 15_000
USER_KEY = "sk-dashboard"
TOO_WIDE = """[...document.querySelectorAll("html, main > *")]
  .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.tagName)"""
FULL, NARROW = (1280, 800), (400, 800)
PLANTED = "<img src=x id=planted onerror=\"document.title='planted'\">"


def submit(client: httpx.Client, prompt: str, **more: object) -> str:
    """Submits a job at Kie; gives its id."""
    reply = client.post(CREATE, json={"model": "veo3_fast", "prompt": prompt, **more})
    return str(reply.json()["data"]["taskId"])


def stream(user: httpx.Client, prompt: str) -> None:
    """Reads the stream of a job at APIYI to its end."""
    messages = [{"role": "user", "content": prompt}]
    body = {"model": "veo-3.1", "stream": True, "messages": messages}
    assert user.post("/apiyi/v1/chat/completions", json=body).status_code == 200


def advance(client: httpx.Client, span: str) -> None:
    assert client.post(f"{HERE}/clock/advance", json={"by": span}).status_code == 200


def lane(page: Page, prompt: str) -> Locator:
    return page.locator(".lane", has_text=prompt)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It lasts one module: its loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        path = needs.program("chromium")
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def own() -> Iterator[Running]:
    """A server of the test's own: no other sandbox is there."""
    running = Running(settings(clock="manual"))
    yield running
    running.stop()


@pytest.fixture
def user(own: Running) -> Iterator[httpx.Client]:
    """Somebody whose calls the dashboard shows."""
    with client_of(own, USER_KEY) as client:
        yield client


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens the dashboard of a server. Errors of a page and calls to other hosts fail the test."""
    troubles: list[str] = []
    contexts = []

    def open_page(
        server: Running,
        size: tuple[int, int] = FULL,
        locale: str = "en",
        live: bool = True,
        scheme: Literal["light", "dark"] = "light",
        before: str = "",
    ) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, locale=locale, color_scheme=scheme)  # type: ignore[arg-type]
        context.add_init_script(before)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: _check_host(asked.url, server.base_url, troubles))
        page.on("console", lambda said: _check_console(said.type, said.text, troubles))
        page.goto(f"{server.base_url}/_mock/")
        if live:
            page.wait_for_selector("#link[data-state=live]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _check_host(url: str, base_url: str, troubles: list[str]) -> None:
    if not url.startswith(base_url):
        troubles.append(f"asked elsewhere: {url}")


def _check_console(kind: str, text: str, troubles: list[str]) -> None:
    if "Content Security Policy" in text or (kind == "error" and "Failed to load" not in text):
        troubles.append(text)


@pytest.fixture
def planted_receiver() -> Iterator[str]:
    """The URL of a receiver of callbacks that refuses each with markup."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(500)
            self.end_headers()
            self.wfile.write(PLANTED.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()
    joined(thread)
