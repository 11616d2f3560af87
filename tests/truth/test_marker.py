"""The marker sees in a test what the table says: passed, failed, or skipped as not struck."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.nested import ALONE
from tests.truth import table

BECOMES = {"recovered": "passed", "not_struck": "skipped"}  # what else the table says: failed
# Clients and cases in one process: none that starts a server or threads, and what needs no campaign.
MARKED = {
    "kie_careful": (
        "http_error@poll reset@poll truncated_json@poll no_answer@poll media_corrupt@download "
        "media_forbidden@download http_error@create hang_up@create truncated_json@download "
        "media_range_ignored@download callback_never@callback fail@job no_url@job"
    ),
    "kie_plain": (
        "http_error@create latency@poll no_answer@create media_corrupt@download "
        "media_wrong_type@download truncated_json@download strange_word@job"
    ),
    "kie_exits_zero": "extra_field@poll http_error@poll fail@job media_corrupt@download",
    "kie_placeholder": "extra_field@poll http_error@create fail@job media_forbidden@download",
    "kie_starts_over": "http_error@poll hang_up@create outage@create rate_limit@create",
    "kie_leftovers": "media_truncated@download media_empty@download broken_url@job",
}
QUICK = ("kie_plain",)  # it has all three ends
CHOSEN = MARKED if os.environ.get("REELMOCK_TRUTH") == "all" else QUICK
CLIENTS = {client.name: client for client in table.read()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CHOSEN)
def test_the_marker_sees_what_the_table_says(name: str, tmp_path: Path) -> None:
    client, wanted = CLIENTS[name], MARKED[name].split()
    rows = {row.case: row for row in client.rows if row.case in wanted}
    assert list(rows) and set(rows) == set(wanted)
    became = _run(client, tmp_path, rows)
    should = {case: BECOMES.get(row.verdict, "failed") for case, row in rows.items()}
    assert {case: word for case, (word, _) in became.items()} == should, became


def _run(
    client: table.Client, folder: Path, cases: dict[str, table.Row]
) -> dict[str, tuple[str, str]]:
    """For each case what became of its test, and the message."""
    file, junit = table.HERE / "marked.py", folder / "junit.xml"
    ids = {case.removesuffix("@job"): case for case in cases}
    chosen = [f"{file}::test_the_client_makes_one_video[{end}]" for end in ids]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-o",
            "timeout=60",
            *ALONE,
            f"--junitxml={junit}",
            *chosen,
        ],
        env={**os.environ, "REELMOCK_TRUTH_CLIENT": str((table.HERE / client.file).resolve())},
        cwd=table.HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert junit.exists(), done.stdout + done.stderr
    return {ids[_end(test)]: _became(test) for test in ElementTree.parse(junit).iter("testcase")}


def _end(test: ElementTree.Element) -> str:
    return str(test.get("name")).partition("[")[2].removesuffix("]")


def _became(test: ElementTree.Element) -> tuple[str, str]:
    words = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    for element in test:
        if element.tag in words:
            return words[element.tag], str(element.get("message"))
    return "passed", ""
