"""Documents that earlier versions wrote are read: nothing that they say is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import mockserver
from mockserver.domain.input.errors import BadInput
from mockserver.engine.archive import SCHEMA, Archive, State, read_archive, read_state
from tests.support.some import some

EARLIER = Path(__file__).parents[3] / "fixtures" / "earlier"
VERSIONS = sorted(path.name for path in EARLIER.iterdir() if path.is_dir())


def written(version: str, name: str) -> bytes:
    return (EARLIER / version / name).read_bytes()


def the_same(before: Any, after: Any, path: str = "") -> list[str]:
    """Where `after` lacks or changes what `before` says; further fields are fine."""
    if isinstance(before, dict):
        return [
            complaint
            for name, value in before.items()
            for complaint in (
                the_same(value, after[name], f"{path}.{name}")
                if name in after
                else [f"{path}.{name} is gone"]
            )
        ]
    if isinstance(before, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [c for at, (one, other) in pairs for c in the_same(one, other, f"{path}[{at}]")]
    return [] if before == after else [f"{path}: {before} is now {after}"]


def flags_taken_out(tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Provider and flag of each failure: schema 1 kept a number that Kie knows by its name."""
    steps = [(task["provider"], step) for task in tasks for step in task["plan"]["steps"]]
    failures = [(name, step["failure"]) for name, step in steps if step["failure"]]
    return [(name, failure.pop("flag")) for name, failure in failures]


def assert_first_schema_is_kept(before: dict[str, Any], archive: Archive) -> None:
    """All of a document of schema 1 is there, under the names of today."""
    after = json.loads(msgspec.json.encode(archive))
    assert (before.pop("schema"), after["schema"]) == (1, SCHEMA)
    counters = before.pop("counters")
    assert counters == {
        "fault:rules": 2,
        "fault:1:matched": 1,
        "fault:1:passed": 1,
        "fault:1:fired": 1,
    }
    windows = before["books"].pop("windows")
    assert [len(times) for times in windows.values()] == [5, 1]
    hits = {name: [[at_ms, 0] for at_ms in times] for name, times in windows.items()}
    assert after["books"]["hits"] == hits
    assert flags_taken_out(before["tasks"]) == [("apiyi", 3)]
    assert the_same(before, after) == []
    plans = [plan for task in archive.tasks for plan in (task.plan, task.usual) if plan]
    assert {plan.ticks for plan in some(plans)} == {(10, 9.0, 90.2)}
    counters["fault:1:applied"] = counters.pop("fault:1:fired")
    assert archive.counters == counters


def test_there_is_something_of_every_earlier_schema() -> None:
    found = {json.loads(written(version, "archive.json"))["schema"] for version in VERSIONS}
    assert found == set(range(1, SCHEMA))


def test_an_archive_of_the_first_schema_is_read_whole() -> None:
    text = written("0.1.0", "archive.json")
    assert_first_schema_is_kept(json.loads(text), read_archive(text))


def test_a_state_file_of_the_first_schema_is_read_whole() -> None:
    text = written("0.1.0", "state.json")
    state = read_state(text)
    assert state.schema == SCHEMA
    (before,), (archive,) = json.loads(text)["sandboxes"], state.sandboxes
    assert_first_schema_is_kept(before, archive)


@pytest.mark.parametrize("name", ["archive.json", "state.json"])
def test_what_is_converted_is_written_in_the_present_schema_and_read_again(name: str) -> None:
    read = read_archive if name == "archive.json" else read_state
    once: Archive | State = read(written("0.1.0", name))
    assert read(msgspec.json.encode(once)) == once
    assert once.written_by == mockserver.__version__


@pytest.mark.parametrize(
    ("fault", "given", "kept"),
    [
        ("hang_up", {"at": "head", "for": "10s"}, {"at": "head"}),
        ("reset", {"for": "10s"}, {}),
        ("no_answer", {"for": "10s"}, {"for": "10s"}),
    ],
)
def test_a_rule_of_the_first_schema_keeps_every_option_that_did_something(
    fault: str, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    document = json.loads(written("0.1.0", "archive.json"))
    rule = {"fault": fault, "id": "more", "with": given, "serial": 3}
    document["sandbox"]["rules"] = [*document["sandbox"]["rules"], rule]
    read = read_archive(json.dumps(document).encode())
    assert [dict(one.with_) for one in read.sandbox.rules if one.id == "more"] == [kept]


NO_DOCUMENT = "a document that Reelmock wrote"
UNREADABLE = [
    ({"schema": 99, "written_by": "7.8"}, "at most 2: Reelmock 7.8 wrote it and reads it"),
    ({"schema": 99}, "at most 2: a later Reelmock wrote it and reads it"),
    ({"schema": 99, "written_by": "evil\nline"}, "at most 2: a later Reelmock wrote it"),
    ({"schema": 0}, NO_DOCUMENT),
    ({"schema": "1"}, NO_DOCUMENT),
    ({}, NO_DOCUMENT),
    ([], NO_DOCUMENT),
]


@pytest.mark.parametrize(
    ("read", "document", "expected"),
    [
        *[(read, *case) for case in UNREADABLE for read in (read_archive, read_state)],
        (read_archive, {"schema": 1}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {}, "counters": 3}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {"windows": 3}}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {"windows": {"kie": 3}}}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {}, "sandbox": 3}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {}, "sandbox": {"rules": [3]}}, NO_DOCUMENT),
        (read_archive, {"schema": 1, "books": {}, "sandbox": {"rules": [{}]}}, NO_DOCUMENT),
        (read_state, {"schema": 1, "sandboxes": 3}, NO_DOCUMENT),
        (read_state, {"schema": 1, "sandboxes": [3]}, NO_DOCUMENT),
        (read_state, {"schema": 1, "sandboxes": [{"schema": 99}]}, "at most 2"),
        (read_state, {"schema": 2, "sandboxes": [{"schema": 99}]}, NO_DOCUMENT),
    ],
)
def test_what_nobody_here_can_read_is_refused_in_one_line(
    read: Any, document: object, expected: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(json.dumps(document).encode())
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)
