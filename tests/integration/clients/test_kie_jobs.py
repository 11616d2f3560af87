"""Clients of Kie's jobs API, written from its pages: fetch, curl and httpx, unchanged but for the host."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from mockserver.cli.demo_steps.film import examine
from tests.integration.clients.conftest import DRIVERS, execute, node
from tests.support import needs

Instantly = Callable[[str], str]


def test_fetch_creates_asks_and_downloads(instantly: Instantly, key: str, tmp_path: Path) -> None:
    file = tmp_path / "dog.mp4"
    task = node("kie_jobs_fetch.mjs", f"{instantly(key)}/kie", key, str(file))
    assert (task["state"], task["creditsConsumed"]) == ("success", 60)
    film = examine(file)
    assert (film.problem, film.width, film.height) == ("", 1280, 720)


def test_curl_uploads_an_image_and_makes_a_video_of_it(
    instantly: Instantly, key: str, tmp_path: Path
) -> None:
    image, file = tmp_path / "cat.png", tmp_path / "cat.mp4"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 12)
    needs.program("curl")
    script = [needs.program("bash"), str(DRIVERS / "kie_jobs.sh")]
    record = execute([*script, f"{instantly(key)}/kie", key, str(image), str(file)])
    assert json.loads(record)["data"]["creditsConsumed"] == 35
    film = examine(file)
    assert (film.problem, film.width, film.height) == ("", 1080, 1920)


def test_httpx_extends_a_video_and_fetches_it_in_4k(
    instantly: Instantly, key: str, tmp_path: Path
) -> None:
    driver = [sys.executable, str(DRIVERS / "kie_jobs.py")]
    told = json.loads(execute([*driver, f"{instantly(key)}/kie", key, str(tmp_path)]))
    assert told == [
        {"model": "veo-3-1", "credits": 60, "state": "success"},
        {"model": "veo/extend", "credits": 60, "state": "success"},
        {"model": "veo/get-4k-video", "credits": 120, "state": "success"},
    ]
    films = {path.stem: examine(path) for path in tmp_path.iterdir()}
    assert {name: (film.problem, film.width) for name, film in films.items()} == {
        "original": ("", 1280),
        "longer": ("", 1280),
        "large": ("", 3840),
    }
