"""Each kind of drift that is planted into a tape is found, and nothing else is."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from contracts.drift.main import Options, formats, run
from contracts.drift.seen import in_answers
from contracts.verifier.catalogue import find_subject
from contracts.verifier.target import Answer
from tests.support.some import some
from tests.unit.contracts.test_verifier_har import (
    DONE,
    FIXTURES,
    GENERATE,
    RECORD,
    RUNNING,
    entry,
    fixture,
)

ROOT = FIXTURES.parent
CREATED = fixture("kie", "responses/generated.json")
SENT = fixture("kie", "requests/generate_text.json")
Entries = list[dict[str, Any]]


def job() -> Entries:
    """A Kie job: created, polled seven times while it ran and twice when it was done."""
    polls = [entry("GET", RECORD, RUNNING) for _ in range(7)]
    polls += [entry("GET", RECORD, DONE) for _ in range(2)]
    made = [entry("POST", GENERATE, CREATED, sent=SENT), *polls]
    for number, one in enumerate(made):
        one["timings"] = {"wait": 100 + number}
        kind = {"name": "Content-Type", "value": one["response"]["content"]["mimeType"]}
        one["response"]["headers"] = [kind, {"name": "X-Frame-Options", "value": "DENY"}]
    return made


def body(one: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the JSON of a reply."""
    content = json.loads(one["response"]["content"]["text"])
    change(content)
    one["response"]["content"]["text"] = json.dumps(content)


def done(change: Callable[[dict[str, Any]], object]) -> Callable[[Entries], None]:
    """Changes the record of the finished job."""
    return lambda entries: [body(one, lambda c: change(c["data"])) for one in entries[-2:]] and None


def reply(field: str, value: object) -> Callable[[Entries], None]:
    """Changes the head of every reply about the finished job."""
    return lambda entries: [one["response"].update({field: value}) for one in entries[-2:]] and None


def kind(value: str) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        for one in entries[-2:]:
            one["response"]["content"]["mimeType"] = value

    return change


def header(names: list[str]) -> Callable[[Entries], None]:
    """The finished job's replies have these headers alone."""
    return reply("headers", [{"name": name, "value": "x"} for name in names])


def slow(entries: Entries) -> None:
    for one in entries[1:]:
        one["timings"]["wait"] = 900


def write(path: Path, entries: Entries) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return path


def compare(a: object, b: object, **given: Any) -> tuple[int, dict[str, Any], str]:
    written: list[str] = []
    complaints: list[str] = []
    options = {"provider": "kie", "reports": (("json", None),), **given}
    status = run(
        Options(str(a), str(b), write=written.append, complain=complaints.append, **options)
    )
    return status, json.loads(written[0]) if written else {}, "".join(complaints)


def told(report: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """Each difference: kind, severity, form and field."""
    return {(d["kind"], d["severity"], d["message"], d["pointer"]) for d in report["differences"]}


DONE_FORM = "record_succeeded"
PLANTS: dict[str, tuple[Callable[[Entries], None], set[tuple[str, str, str, str]], set[Any]]] = {
    # what is planted: (how, against another tape, against the contract)
    "a field that nobody documents": (
        done(lambda data: data.update(queuePosition=3)),
        {("added", "additive", DONE_FORM, "/data/queuePosition")},
        {("added", "additive", DONE_FORM, "/data/queuePosition")},
    ),
    "a field inside an object": (
        done(lambda data: data["response"].update(hasAudio=True)),
        {("added", "additive", DONE_FORM, "/data/response/hasAudio")},
        {("added", "additive", DONE_FORM, "/data/response/hasAudio")},
    ),
    "a required field that is gone": (
        done(lambda data: data.pop("completeTime")),
        {("removed", "breaking", DONE_FORM, "/data/completeTime")},
        {("removed", "breaking", DONE_FORM, "/data/completeTime")},
    ),
    "a field that may be gone": (
        done(lambda data: data.pop("fallbackFlag")),
        {("removed", "cosmetic", DONE_FORM, "/data/fallbackFlag")},
        set(),
    ),
    "a field of another type": (
        done(lambda data: data.update(fallbackFlag="no")),
        {("type changed", "breaking", DONE_FORM, "/data/fallbackFlag")},
        {("type changed", "breaking", DONE_FORM, "/data/fallbackFlag")},
    ),
    "another status": (
        reply("status", 206),
        {("status changed", "breaking", DONE_FORM, "")},
        {("status changed", "breaking", DONE_FORM, "")},
    ),
    "another content type": (
        kind("text/plain"),
        {("header changed", "breaking", DONE_FORM, "")},
        {("header changed", "breaking", DONE_FORM, "")},
    ),
    "a header more": (
        header(["Content-Type", "X-Frame-Options", "X-Quota-Left"]),
        {("header changed", "cosmetic", DONE_FORM, "")},
        set(),
    ),
    "a header less": (
        header(["Content-Type"]),
        {("header changed", "cosmetic", DONE_FORM, "")},
        set(),
    ),
    "a header of one connection": (
        header(["Content-Type", "X-Frame-Options", "Date", "CF-Ray", "Set-Cookie"]),
        set(),
        set(),
    ),
    "replies that take longer": (slow, {("slower", "cosmetic", "", "")}, set()),
    "nothing": (lambda entries: None, set(), set()),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_is_found_and_nothing_else(tmp_path: Path, plant: str) -> None:
    change, between_tapes, to_contract = PLANTS[plant]
    entries = copy.deepcopy(job())
    change(entries)
    before, now = write(tmp_path / "a.har", job()), write(tmp_path / "b.har", entries)
    status, report, complaint = compare(before, now)
    assert complaint == ""
    assert told(report) == between_tapes
    assert status == any(severity == "breaking" for _, severity, _, _ in between_tapes)
    if not between_tapes:  # nor is there anything seen from the other side
        assert compare(now, before)[1]["differences"] == []
    status, report, _ = compare("contract", now)
    assert told(report) == to_contract
    assert status == any(severity == "breaking" for _, severity, _, _ in to_contract)


def test_a_word_that_no_document_lists_is_a_new_enum_value(tmp_path: Path) -> None:
    entries = job()
    for one in entries[1:8]:
        body(one, lambda content: content["data"].update(successFlag=7))
    before, now = write(tmp_path / "a.har", job()), write(tmp_path / "b.har", entries)
    for side in (before, "contract"):
        status, report, _ = compare(side, now)
        assert status == 1
        [drift] = [d for d in report["differences"] if d["pointer"] == "/data/successFlag"]
        assert (drift["kind"], drift["severity"], drift["b"]) == ("new enum value", "breaking", "7")


def test_a_difference_names_where_it_was_seen_and_who_says_otherwise(tmp_path: Path) -> None:
    entries = job()
    done(lambda data: data.pop("completeTime"))(entries)
    _, report, _ = compare("contract", write(tmp_path / "b.har", entries))
    [drift] = report["differences"]
    assert "seed 001" in drift["source"]
    assert "entry 8" in drift["source"]


def test_the_contract_as_the_second_side_turns_the_difference_round(tmp_path: Path) -> None:
    entries = job()
    done(lambda data: data.update(queuePosition=3))(entries)
    status, report, _ = compare(write(tmp_path / "a.har", entries), "contract")
    assert told(report) == {("removed", "breaking", DONE_FORM, "/data/queuePosition")}
    assert status == 1


def test_a_form_that_only_one_side_has_is_a_note_and_no_difference(tmp_path: Path) -> None:
    before, now = write(tmp_path / "a.har", job()), write(tmp_path / "b.har", job()[:3])
    status, report, _ = compare(before, now)
    assert (status, report["differences"]) == (0, [])
    assert "only A has getRecordInfo record_succeeded" in report["notes"]


def test_what_is_not_compared_is_named_once_with_the_reason(tmp_path: Path) -> None:
    elsewhere = [entry("GET", "https://cdn.example/cat.png", "x") for _ in range(3)]
    now = write(tmp_path / "b.har", [*job(), *elsewhere])
    [note] = compare("contract", now)[1]["notes"]
    assert "not checked (3 entries, the first is 10): GET cdn.example/cat.png" in note


def test_a_callback_on_a_tape_is_compared(tmp_path: Path) -> None:
    good = {
        "code": 200,
        "msg": "Veo3.1 video generated successfully.",
        "data": {
            "taskId": "veo_task_abcdef123456",
            "info": {"resultUrls": ["http://a.example/a.mp4"], "resolution": "720p"},
            "fallbackFlag": False,
        },
    }

    def called(content: object) -> dict[str, Any]:
        one = entry("POST", "http://127.0.0.1:9/hook", "", sent=content)
        return one | {"_reelmock": {"kind": "callback", "provider": "kie"}}

    changed = copy.deepcopy(good)
    changed["data"]["info"]["expiresIn"] = 60  # type: ignore[index]
    before = write(tmp_path / "a.har", [*job(), called(good)])
    now = write(tmp_path / "b.har", [*job(), called(changed)])
    wanted = {("added", "additive", "callback_succeeded", "/data/info/expiresIn")}
    assert told(compare(before, now)[1]) == wanted
    assert told(compare("contract", now)[1]) == wanted
    assert told(compare("contract", before)[1]) == set()


def test_a_stream_is_compared_event_by_event(tmp_path: Path) -> None:
    stream = (FIXTURES / "apiyi" / "streams" / "chat_n2.sse").read_text("utf-8")
    url = "http://127.0.0.1:8080/apiyi/v1/chat/completions"
    changed = stream.replace('"object":', '"service_tier": "default", "object":')
    assert changed != stream
    before = write(tmp_path / "a.har", [entry("POST", url, stream, kind="text/event-stream")])
    now = write(tmp_path / "b.har", [entry("POST", url, changed, kind="text/event-stream")])
    _, report, complaint = compare(before, now, provider="apiyi")
    assert complaint == ""
    assert {d["pointer"] for d in some(report["differences"])} == {"/service_tier"}
    assert compare(before, before, provider="apiyi")[1]["differences"] == []


def test_the_provider_is_read_off_a_tape_of_ours(tmp_path: Path) -> None:
    entries = job()
    entries[0]["_reelmock"] = {"provider": "kie"}
    tape = write(tmp_path / "a.har", entries)
    assert compare(tape, "contract", provider=None)[1]["provider"] == "kie"
    other = write(tmp_path / "b.har", job())
    assert "--provider" in compare(other, "contract", provider=None)[2]


@pytest.mark.parametrize(
    ("a", "b", "given", "said"),
    [
        ("contract", "contract", {}, "both sides are the contract"),
        ("contract", "none.har", {}, "cannot read none.har"),
        ("contract", "http://127.0.0.1:9", {"key": "sk-x"}, "cannot reach 127.0.0.1:9"),
        ("contract", "http://192.0.2.1", {"environment": {}}, "no key"),
        ("contract", "mock", {}, "there is no mock here"),
        ("contract", "mock", {"provider": "nobody"}, "unknown provider 'nobody'"),
        ("contract", "mock", {"reports": (("pdf", None),)}, "unknown report format 'pdf'"),
    ],
)
def test_what_could_not_be_compared_ends_with_2_and_one_line(
    a: str, b: str, given: dict[str, Any], said: str
) -> None:
    status, report, complaint = compare(a, b, **given)
    assert (status, report) == (2, {})
    assert said in complaint
    assert complaint.count("\n") == 1


def test_a_har_of_an_unknown_version_is_named(tmp_path: Path) -> None:
    tape = tmp_path / "a.har"
    tape.write_text('{"log":{"version":"2.0","entries":[]}}', "utf-8")
    assert 'is HAR "2.0", expected 1.1 or 1.2' in compare("contract", tape)[2]


def test_the_contracts_change_is_a_patch_that_fits_and_names_the_tape(tmp_path: Path) -> None:
    entries = job()
    done(lambda data: data.update(queuePosition=3))(entries)
    done(lambda data: data["response"].update(hasAudio=True))(entries)
    tape, patch = write(tmp_path / "drift.har", entries), tmp_path / "contract.patch"
    assert compare("contract", tape, update=patch)[0] == 0
    copied = tmp_path / "contracts" / "kie" / "schemas"
    copied.mkdir(parents=True)
    name = "record_succeeded.json"
    (copied / name).write_bytes((ROOT / "contracts" / "kie" / "schemas" / name).read_bytes())
    subprocess.run(
        ["git", "apply", "-p1", str(patch)],
        cwd=tmp_path,
        check=True,
        timeout=20,
        capture_output=True,
    )
    data = json.loads((copied / name).read_text("utf-8"))["properties"]["data"]["properties"]
    assert data["queuePosition"] == {"type": "number", "x-source": "recorded: drift.har"}
    inner = data["response"]["properties"]["hasAudio"]
    assert inner == {"type": "boolean", "x-source": "recorded: drift.har"}


def test_a_patch_leaves_to_people_what_it_cannot_say(tmp_path: Path) -> None:
    entries = job()
    done(lambda data: data.pop("completeTime"))(entries)
    tape, patch = write(tmp_path / "drift.har", entries), tmp_path / "contract.patch"
    status, report, _ = compare("contract", tape, update=patch)
    assert status == 1
    assert patch.read_text("utf-8") == ""
    assert any("leaves this to you: removed" in note for note in report["notes"])


def test_a_patch_needs_the_contract_as_its_first_side(tmp_path: Path) -> None:
    tape = write(tmp_path / "a.har", job())
    status, _, complaint = compare(tape, tape, update=tmp_path / "p")
    assert (status, "side A must be `contract`" in complaint) == (2, True)


def test_every_report_tells_what_breaks(tmp_path: Path) -> None:
    entries = job()
    done(lambda data: data.pop("completeTime"))(entries)
    now = write(tmp_path / "b.har", entries)
    files = {name: tmp_path / name for name in formats()}
    assert set(files) == {"console", "github", "json", "junit"}
    compare("contract", now, reports=tuple(files.items()))
    said = {name: path.read_text("utf-8") for name, path in files.items()}
    assert all("/data/completeTime" in text for text in said.values())
    assert "1 breaking, 0 additive, 0 cosmetic" in said["console"]
    assert said["github"].startswith("::error title=kie%3A removed (breaking)::")
    suite = Xml.fromstring(said["junit"])
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert json.loads(said["json"])["counts"]["breaking"] == 1


def test_a_report_without_a_difference_says_so(tmp_path: Path) -> None:
    tape = write(tmp_path / "a.har", job())
    files = {name: tmp_path / name for name in formats()}
    assert compare(tape, tape, reports=tuple(files.items()))[0] == 0
    assert "no difference" in files["console"].read_text("utf-8")
    suite = Xml.fromstring(files["junit"].read_text("utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_of_the_answers_of_a_host_those_of_known_calls_are_compared() -> None:
    headers = {"content-type": "application/json"}
    paths = ("/api/v1/veo/record-info?taskId=a", "/somewhere/else", "/api/v1/chat/credit")
    answers = [Answer("GET", path, 200, headers, b'{"code":200}') for path in paths]
    seen = list(in_answers(find_subject("kie"), answers))
    assert [(one.operation, one.where) for one in seen] == [
        ("getRecordInfo", "answer 0"),
        ("getCredit", "answer 2"),
    ]
