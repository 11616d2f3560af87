"""The campaigns of the guides: each command runs, with one case of all, and shows what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.campaign.test_page import SECTIONS, WORDS
from tests.integration.pages.cast import NAIVE_PROGRAM
from tests.support import needs
from tests.support.page_walk import walk
from tests.support.pages import ROOT, assert_shown, shown
from tests.support.some import some


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a program that believes all that it is told, under both names of the page."""
    app = tmp_path / "my_app"
    app.write_text(NAIVE_PROGRAM)
    app.chmod(0o755)
    (tmp_path / "my_app.py").write_text(
        "import os, sys\nos.execv('./my_app', ['./my_app', *sys.argv[1:]])\n"
    )
    return tmp_path


ONE, OTHER = "--only media_truncated@download", "--only http_error@poll"


def test_the_page_about_campaigns(project: Path) -> None:
    walked = walk(
        "docs/guides/campaigns.md",
        project,
        instead={
            'campaign -- python my_app.py "a prompt"': f"campaign {OTHER} -- python my_app.py x",
            "--jobs 4": f"--jobs 4 {ONE}",
            "--faults stream,media": "--faults media_empty",
            "--times 0": f"--times 0 {OTHER}",
            "junit.xml": f"junit.xml {OTHER}",
            "--require recovered": f"--require recovered {OTHER}",
            "known.json": f"now.json {OTHER}",
        },
        ends={
            "reelmock campaign --jobs 4": 1,
            "reelmock campaign --faults": 1,
            "reelmock campaign --require": 1,
        },
    )
    assert_shown(shown("docs/guides/campaigns.md", "not a whole video"), walked[1].output)
    assert (project / "report.html").stat().st_size > 0
    assert (project / "junit.xml").stat().st_size > 0


CASES = {
    "node tests/examples/naive_kie_client.mjs": "null_field@create",
    "python tests/examples/openai_sdk_client.py": "hang_up@create",
    "node tests/examples/naive_xcompute_client.mjs": "http_error@create",
    "python tests/examples/reference_client.py": "media_truncated@download",
}


def test_the_page_about_naive_clients(tmp_path: Path) -> None:
    needs.program("node")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    walked = walk(
        "docs/guides/what-naive-clients-do.md",
        tmp_path,
        instead={f"-- {program}": f"--only {case} -- {program}" for program, case in CASES.items()},
        ends={
            "reelmock campaign": 1,
            "reelmock campaign --seed docs -- python tests/examples/reference_client.py": 0,
        },
    )
    page = "docs/guides/what-naive-clients-do.md"
    assert_shown(
        shown("docs/guides/what-naive-clients-do.md", "null_field@create (field"), walked[0].output
    )
    assert_shown(
        shown("docs/guides/what-naive-clients-do.md", "hang_up@create (at"), walked[1].output
    )
    for section, typed, case in some(zip(SECTIONS, walked, CASES.values(), strict=True)):
        assert "no fault: recovered" in typed.output
        fault, _, phase = case.partition("@")
        cell = section.cells[fault][section.phases.index(phase)].replace("*", "")
        assert f"{WORDS[cell.split()[0]]}" in typed.output, (page, typed.output)
