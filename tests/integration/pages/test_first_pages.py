"""README and First steps, typed as they stand: every command works and shows what the page promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.cli.demo_steps.film import examine
from tests.integration.pages.cast import CLIENT, npm_package
from tests.support.page_walk import walk
from tests.support.pages import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the pages call the clone, with a client of the reader's own in it."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "tests").symlink_to(ROOT / "tests")
    (folder / "my_client.py").write_text(CLIENT)
    return folder


def test_the_readme_leads_where_it_says(clone: Path) -> None:
    npm_package(clone, "${process.env.MY_URL}")
    walked = walk(
        "README.md",
        clone,
        before={"reelmock callback list": "reelmock clock advance 1m"},
    )
    assert examine(clone / "cat.mp4").problem == ""
    assert "/api/v1/veo/generate" in walked.of("reelmock journal list")
    assert "called" in walked.of("reelmock run -- python")
    assert "called" in walked.of("reelmock run --env")
    assert "1 passed" in walked.of("(cd ../my-client")
    assert "kie conforms as far as it was checked" in " ".join(
        walked.of("reelmock verify kie").split()
    )
    assert "outage@create" in walked.of("reelmock campaign")
    assert "scenario fail" in walked.of("reelmock scenario set fail")
    assert "vanish" in walked.of("reelmock scenario list")
    assert "media_truncated" in walked.of("reelmock fault list")
    assert "flaky" in walked.of("reelmock profile set flaky")
    assert "0 of error" in walked.of("reelmock findings --over")


def test_the_first_steps_lead_where_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "my_client.py").write_text(CLIENT)
    walked = walk("docs/guides/first-steps.md", tmp_path)
    assert json.loads(walked.of("curl"))["code"] == 200
    before, after = (typed.output for typed in walked if typed.command == "reelmock task list")
    assert "succeeded" not in before
    assert "succeeded" in after
    assert "/api/v1/veo/generate" in walked.of("reelmock journal list")
    assert examine(tmp_path / "cat.mp4").problem == ""
    assert "never fetched the result" in walked.of("reelmock findings --over")
    assert "called" in walked.of("reelmock run")
