"""The commands of the guides, typed as they stand, with things of the reader's own put in their places."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from mockserver.app import Running
from mockserver.cli.demo_steps.film import examine
from tests.integration.pages.cast import CLIENT, npm_package
from tests.support import needs
from tests.support.page_walk import walk
from tests.support.pages import ROOT, shown
from tests.support.serving import settings
from tests.support.some import some
from tests.support.strangers import laid_out


@pytest.fixture
def mock() -> Iterator[Running]:
    """A server that a page takes for granted, whose jobs take no time."""
    running = Running(settings(clock="auto"))
    yield running
    running.stop()


def typed_in(running: Running) -> dict[str, str]:
    """The variables that lead a page's commands to a server."""
    return {"REELMOCK_URL": running.base_url}


def test_the_page_about_faults(mock: Running, tmp_path: Path) -> None:
    rule = yaml.safe_load(shown("docs/guides/faults.md", "fault: http_error  "))
    more = yaml.safe_load(shown("docs/guides/faults.md", "- fault: stream_cut"))
    mine = {"summary": "Mine.", "faults": [rule, *more]}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(mine))
    walked = walk("docs/guides/faults.md", tmp_path, variables=typed_in(mock))
    assert "media_truncated" in walked.of("reelmock fault list")
    assert "hang_up" in walked.of("reelmock fault show hang_up")
    assert "http_error" in walked.of("reelmock fault rules")
    assert "callback_late" in walked.of("reelmock profile show flaky")
    assert "3 fault rules are set" in walked.of("reelmock profile set mine.yaml")


KEEPS = 'kept() { "$@" | tee printed; }'
SUBMITS = """\
curl -s $REELMOCK_URL/kie/api/v1/veo/generate -H "Authorization: Bearer $REELMOCK_KEY" \
  -H 'Content-Type: application/json' -d '{"prompt":"a cat"}' > reply
task=$(sed 's/.*"taskId":"//; s/".*//' reply)
"""


def test_the_page_about_time(mock: Running, tmp_path: Path) -> None:
    walked = walk(
        "docs/guides/time.md",
        tmp_path,
        before={
            "reelmock sandbox create": KEEPS,
            "reelmock clock advance": SUBMITS,
            "reelmock clock advance 90s": f"reelmock clock mode manual > mode; {SUBMITS}",
        },
        instead={
            "reelmock sandbox create": "kept reelmock sandbox create",
            "REELMOCK_KEY=…": "REELMOCK_KEY=$(sed -n 's/^api_key *//p' printed)",
            "--task ID": "--task $task",
        },
        variables=typed_in(mock),
    )
    assert "2030-01-01" in walked.of("reelmock clock show")
    assert "2030-06-01" in walked.of("reelmock clock advance --to 2030-06-01")


def test_the_page_about_the_guard(tmp_path: Path) -> None:
    (tmp_path / "my_client.py").write_text(CLIENT)
    npm_package(tmp_path, "${process.env.KIE_BASE_URL}/api/v1")
    walked = walk("docs/guides/guard.md", tmp_path)
    for typed in some(walked):
        assert "called" in typed.output


def test_the_page_about_plug_ins(tmp_path: Path) -> None:
    folder = tmp_path / "plug-ins"
    folder.mkdir()
    code = shown("docs/guides/plugins.md", "# plug-ins/hiccup.py")
    (folder / "hiccup.py").write_text(code)
    walked = walk("docs/guides/plugins.md", tmp_path)
    assert "hiccup" in walked.of("reelmock scenario set hiccup")


def test_the_page_about_ci(mock: Running, tmp_path: Path) -> None:
    test = shown("docs/guides/pytest.md", "The shortest test")
    (tmp_path / "test_first_video.py").write_text(test)
    walked = walk("docs/guides/ci.md", tmp_path, variables=typed_in(mock))
    assert "1 passed" in walked.of("pytest")
    assert len(httpx.get(f"{mock.base_url}/_mock/v1/sandboxes", trust_env=False).json()) >= 1


def test_the_page_about_a_provider_of_ones_own(tmp_path: Path) -> None:
    site = laid_out(ROOT / "tests" / "examples" / "lumen", tmp_path / "site")
    walked = walk(
        "docs/guides/emulate-your-own-provider.md",
        tmp_path,
        before={"reelmock verify lumen": "reelmock serve"},
        variables={"PYTHONPATH": str(site)},
    )
    assert "aurora conforms" in walked.of("reelmock verify aurora")
    assert "lumen conforms" in walked.of("reelmock verify lumen")
    assert examine(tmp_path / "video.mp4").problem == ""


def test_the_entry_points_on_the_page_are_those_of_the_example() -> None:
    page = tomllib.loads(shown("docs/guides/emulate-your-own-provider.md", "reelmock.contracts"))
    lumen = tomllib.loads((ROOT / "tests/examples/lumen/pyproject.toml").read_text("utf-8"))
    assert page["project"]["entry-points"] == lumen["project"]["entry-points"]


def test_the_page_about_javascript(tmp_path: Path) -> None:
    needs.program("npm")
    for file in (ROOT / "tests" / "examples" / "javascript").glob("*.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tests = sum(file.read_text().count("\ntest(") for file in tmp_path.glob("*.test.mjs"))
    walked = walk("docs/guides/javascript.md", tmp_path)
    for runs in some([typed for typed in walked if typed.command.startswith("reelmock run")]):
        assert f"# pass {tests}" in runs.output
        assert "0 errors, 0 warnings" in runs.output
    assert json.loads((tmp_path / "kie.json").read_bytes())["openapi"]


def test_the_page_about_recordings(mock: Running, tmp_path: Path) -> None:
    (tmp_path / "my_client.py").write_text(CLIENT)
    films = "KIE_BASE_URL=$REELMOCK_URL KIE_API_KEY=sk-real python my_client.py"
    walked = walk(
        "docs/guides/recordings.md",
        tmp_path,
        before={
            "reelmock replay": f"{films}; kill -INT $server; wait $server",
            "reelmock serve --tapes": f"rm cat.mp4; reelmock clock mode auto --key sk-real; {films}"
            "; mkdir recordings; cp job.har recordings",
            "reelmock calibrate": "curl -s $REELMOCK_URL/_mock/v1/tapes > tapes.json"
            "; cp job.har monday.har; cp job.har tuesday.har",
            "reelmock redact": "cp job.har browser.har",
            "reelmock diff old": "cp job.har old.har; cp job.har new.har; echo sk-real > kie.key",
        },
        instead={
            "--budget 60": "--budget 60 --upstream $MOCK",
            "https://api.kie.ai": "$MOCK",
        },
        variables={"MOCK": f"{mock.base_url}/kie"},
    )
    assert examine(tmp_path / "cat.mp4").problem == ""
    (tape,) = json.loads((tmp_path / "tapes.json").read_bytes())["tapes"]
    assert tape["name"] == "job.har"
    assert (tmp_path / "browser.redacted.har").stat().st_size > 0
    assert (tmp_path / "drift.xml").stat().st_size > 0
    assert walked.of("reelmock diff contract")


def test_the_page_about_scale(redis_url: str, tmp_path: Path) -> None:
    walked = walk(
        "docs/guides/scale.md",
        tmp_path,
        before={"pip": ""},
        instead={
            "redis://127.0.0.1:6379/0": redis_url,
            "redis://cache.internal:6379/0": redis_url,
            "--host 0.0.0.0": "--host 127.0.0.1",
        },
        variables={"TOKEN": "a-token-of-16-characters"},
    )
    assert len(walked) == 2


def test_the_page_about_watching(mock: Running, tmp_path: Path) -> None:
    submits = (
        "export REELMOCK_KEY=sk-watched; curl -s $REELMOCK_URL/kie/api/v1/veo/generate"
        " -H 'Authorization: Bearer sk-watched' -H 'Content-Type: application/json'"
        """ -d '{"prompt":"a cat"}' > reply; task=$(sed 's/.*"taskId":"//; s/".*//' reply)"""
    )
    walked = walk(
        "docs/guides/watch.md",
        tmp_path,
        before={"reelmock task show": submits},
        instead={"5098f871": "${task:0:8}"},
        variables=typed_in(mock),
    )
    assert "generate 200" in walked.of("reelmock task show")
    assert "/api/v1/veo/generate" in walked.of("reelmock journal list")
