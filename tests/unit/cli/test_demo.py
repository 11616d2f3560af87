"""The demo calls nothing a success that is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clientlib import VideoError
from mockserver.app import Running
from mockserver.cli.demo import run_take
from mockserver.cli.demo_steps.jobs import Take
from mockserver.cli.demo_steps.studio import Studio
from mockserver.media.assets import catalogue, path_of

Drive = Callable[[Take, Studio], None]


def video(name: str) -> bytes:
    return path_of(catalogue()[name]).read_bytes()


def saving(content: bytes) -> Drive:
    """A job that ends with a file of this content."""

    def drive(take: Take, studio: Studio) -> None:
        path = take.file(studio)
        path.write_bytes(content)
        take.files.append(path)

    return drive


def failing(take: Take, studio: Studio) -> None:
    raise VideoError("the provider said no")


def driven(server: Running, folder: Path, mode: str, drive: Drive) -> Take:
    """A job after its run."""
    take = Take("kie", mode, drive)
    run_take(take, Studio(server.base_url, folder, 1.0, 0.0, lambda: 0.0))
    return take


def test_a_whole_video_of_the_right_size_is_a_success(server: Running, tmp_path: Path) -> None:
    take = driven(server, tmp_path, "polling", saving(video("landscape-720p.mp4")))
    assert take.problem == ""
    assert [(film.width, film.height) for film in take.films] == [(1280, 720)]


@pytest.mark.parametrize(
    ("mode", "drive", "problem"),
    [
        ("polling", saving(video("landscape-720p.mp4")[:-1000]), "ends at"),
        ("polling", saving(b""), "only 0 bytes"),
        ("polling", saving(video("landscape.gif")), "no MP4"),
        ("1080p", saving(video("landscape-720p.mp4")), "1280x720"),
        ("polling", failing, "the provider said no"),
        ("polling", lambda take, studio: None, "no file"),
    ],
)
def test_anything_else_is_a_failure_with_its_reason(
    server: Running, tmp_path: Path, mode: str, drive: Drive, problem: str
) -> None:
    assert problem in driven(server, tmp_path, mode, drive).problem
