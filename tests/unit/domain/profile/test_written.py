"""A span without its unit is refused in a profile's file, as on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.support.some import some

SPANS = [
    ("scenario: {name: slow_queue, options: {for: 5}}", "slow_queue.for: 5 is not valid"),
    (
        "scenario_rules: [{scenario: {name: slow_queue, options: {for: 5}}}]",
        "slow_queue.for: 5 is not valid",
    ),
    ("faults: [{fault: latency, with: {delay: 5}}]", "delay: 5 is not valid"),
    ("faults: [{fault: latency, with: {delay: 0.5}}]", "delay: 0.5 is not valid"),
    ("faults: [{fault: http_error, lasts: 5}]", "lasts: 5 is not valid"),
    ("faults: [{fault: http_error, until: 5}]", "until: 5 is not valid"),
]
FINE = """
scenario: {name: slow_queue, options: {for: 5s}}
faults:
  - {fault: http_error, with: {status: 503}, times: 2, lasts: 5s}
  - {fault: hang_up, with: {at: 0.5}}
  - {fault: set_field, with: {field: a, value: 5}}
  - {fault: stream_heartbeats}
"""


@pytest.mark.parametrize(("text", "told"), SPANS)
def test_a_span_needs_its_unit_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (tmp_path / "own.yaml").write_text(text)
    assert run_line(["profile", "check", str(tmp_path / "own.yaml")]) == 2
    assert told in capsys.readouterr().err


def test_other_numbers_are_what_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(FINE)
    assert run_line(["profile", "check", str(tmp_path / "own.yaml")]) == 0
    assert "4 rules, all right" in capsys.readouterr().out


def test_a_file_that_is_sent_to_a_server_is_read_in_the_same_way(
    server: Running, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = ("--url", server.base_url, "--key", key)
    for text, told in some(SPANS):
        (tmp_path / "own.yaml").write_text(text)
        assert run_line(["profile", "set", str(tmp_path / "own.yaml"), *remote]) == 2
        assert told in capsys.readouterr().err
    (tmp_path / "own.yaml").write_text(FINE)
    assert run_line(["profile", "set", str(tmp_path / "own.yaml"), *remote]) == 0
