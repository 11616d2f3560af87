"""How smoothly the dashboard draws: a thousand jobs, ten thousand calls, and 200 more each second.

python -m tests.benchmarks.frames
"""

from __future__ import annotations

import shutil
import sys
from statistics import median, quantiles
from threading import Event, Thread

import httpx
from playwright.sync_api import Page, sync_playwright

from mockserver.app import Running
from mockserver.settings import load_settings
from tests.benchmarks.exchanges import KEY, MODEL, VIDEOS
from tests.benchmarks.report import about, show, show_facts
from tests.support.serving import client_of

JOBS, CALLS, PER_S, SPAN_S = 1_000, 10_000, 200, 10
FRAMES = """span => new Promise((done) => {
  const waits = [];
  let last = performance.now();
  const until = last + span;
  const frame = (now) => {
    waits.push(now - last);
    last = now;
    if (now < until) requestAnimationFrame(frame);
    else done(waits.slice(1));
  };
  requestAnimationFrame(frame);
})"""


def _fill(client: httpx.Client) -> list[str]:
    """Makes the jobs and the calls; gives the ids."""
    ids = [
        client.post(VIDEOS, json={"model": MODEL, "prompt": f"job {number}"}).json()["id"]
        for number in range(JOBS)
    ]
    for number in range(CALLS - JOBS):
        client.get(f"{VIDEOS}/{ids[number % JOBS]}")
    return ids


def _calls(running: Running, ids: list[str], over: Event) -> None:
    """Asks about one job after the other, so many times a second."""
    with client_of(running, KEY) as client:
        number = 0
        while not over.wait(1 / PER_S):
            client.get(f"{VIDEOS}/{ids[-1 - number % 20]}")
            number += 1


def _row(name: str, page: Page) -> dict[str, object]:
    waits_ms = page.evaluate(FRAMES, SPAN_S * 1000)
    return {
        "while": name,
        "frames per s": round(1000 * len(waits_ms) / sum(waits_ms), 1),
        "median ms": round(median(waits_ms), 1),
        "p99 ms": round(quantiles(waits_ms, n=100)[98], 1),
        "longest ms": round(max(waits_ms), 1),
        "elements": page.locator("*").count(),
    }


def main() -> None:
    """Measures, and prints a table."""
    path = shutil.which("chromium")
    if path is None:
        sys.exit("frames: chromium is not on PATH")
    running, over = Running(load_settings({"port": 0}, {})), Event()
    with sync_playwright() as playwright, client_of(running, KEY) as client:
        ids = _fill(client)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{running.base_url}/_mock/")
        page.wait_for_selector(".lane")
        rows = [_row("nothing happens", page)]
        caller = Thread(target=_calls, args=(running, ids, over), daemon=True)
        caller.start()
        rows.append(_row(f"{PER_S} calls a second", page))
        over.set()
        caller.join()
        browser.close()
    running.stop()
    origin = about("tests.benchmarks.frames")
    show_facts("where these figures come from", origin | origin.pop("versions"))
    show("frames of the dashboard", rows)


if __name__ == "__main__":
    main()
