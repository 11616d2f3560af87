"""What a campaign calls a case, when it takes one for hung, and what its table says: by example."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress

from mockserver.cli.campaigns.deadline import (
    allowed_s,
    left_s,
    waited_as_told_ms,
    waited_for,
    waiting,
)
from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.progress import Bar
from mockserver.cli.campaigns.proof import Proof
from mockserver.cli.campaigns.seen import Paid
from mockserver.cli.campaigns.table import label, markdown
from mockserver.cli.campaigns.verdict import (
    MEANING,
    VERDICTS,
    Watched,
    evidence,
    has_traceback,
    in_words,
    is_below,
    verdict,
)
from mockserver.control import Entry, Moment
from tests.unit.cli.entries import entry

FINE = Watched(
    exit_code=0,
    output="",
    calls=3,
    why_not_struck="",
    ending=Proof(True, "the file is there"),
    paid=Paid(1, 0.15),
    usual_paid=Paid(1, 0.15),
)
NO_VIDEO = Proof(False, "there is no file")


@pytest.mark.parametrize(
    ("seen", "called"),
    [
        ({}, "recovered"),
        ({"exit_code": 1}, "failed_cleanly"),
        ({"exit_code": 1, "ending": NO_VIDEO}, "failed_cleanly"),
        ({"exit_code": 128}, "failed_cleanly"),
        ({"exit_code": 129}, "failed_with_a_traceback"),
        ({"exit_code": 192}, "failed_with_a_traceback"),  # 128 and the highest signal
        ({"exit_code": 193}, "failed_cleanly"),
        ({"exit_code": 255}, "failed_cleanly"),  # what `exit(-1)` gives
        ({"exit_code": -11}, "failed_with_a_traceback"),
        ({"exit_code": 1, "output": "panic: no"}, "failed_with_a_traceback"),
        ({"exit_code": None}, "hung"),
        ({"exit_code": None, "paid": Paid(2, 0.3)}, "hung"),
        ({"ending": NO_VIDEO}, "lied"),
        ({"ending": NO_VIDEO, "paid": Paid(2, 0.3)}, "lied"),
        ({"paid": Paid(2, 0.15)}, "overspent"),
        ({"paid": Paid(1, 0.16)}, "overspent"),
        ({"paid": Paid(1, 0.1500001)}, "recovered"),
        ({"paid": Paid(0, 0.0)}, "recovered"),
        ({"exit_code": 1, "paid": Paid(2, 0.3)}, "overspent"),
        ({"calls": 0, "exit_code": None}, "not_reached"),
        ({"calls": 0, "why_not_struck": "no such call"}, "not_reached"),
        ({"why_not_struck": "no such call", "exit_code": 1}, "not_struck"),
    ],
)
def test_a_verdict_by_example(seen: dict[str, Any], called: str) -> None:
    assert verdict(replace(FINE, **seen)) == called


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, ["exit code 0", "the file is there"]),
        ({"ending": NO_VIDEO}, ["exit code 0", "there is no file"]),
        ({"exit_code": 2}, ["exit code 2, and it said nothing"]),
        ({"exit_code": 2, "output": "a\n b \n\n"}, ["exit code 2, and it said last: b"]),
        ({"exit_code": 2, "output": "b\n +-----\n"}, ["exit code 2, and it said last: b"]),
        ({"exit_code": 2, "output": " +-----\n"}, ["exit code 2, and it said last: +-----"]),
        ({"exit_code": -9}, ["ended by signal 9"]),
        ({"exit_code": None, "waiting": "still running"}, ["still running"]),
        ({"calls": 0}, ["no call reached the server"]),
        ({"why_not_struck": "no such call"}, ["no such call"]),
        (
            {"paid": Paid(2, 0.3)},
            ["2 jobs paid, $0.3; without the fault 1 job paid, $0.15", "exit code 0"],
        ),
        (
            {"paid": Paid(2, 0.3), "ending": NO_VIDEO},
            [
                "exit code 0",
                "there is no file",
                "2 jobs paid, $0.3; without the fault 1 job paid, $0.15",
            ],
        ),
    ],
)
def test_a_verdict_names_what_it_rests_on(seen: dict[str, Any], said: list[str]) -> None:
    assert evidence(replace(FINE, **seen)) == said


@pytest.mark.parametrize(
    ("output", "crashed"),
    [
        ("Traceback (most recent call last):\n  File", True),
        ("said: Traceback (most recent call last):", False),
        ("TypeError: x\n    at main (/app/a.js:3:5)", True),
        ("goroutine 1 [running]:", True),
        ("it will panic: no", False),
        ("  + Exception Group Traceback (most recent call last):\n  |   File", True),
        ("the job has no Exception Group Traceback (most recent call last):", False),
        ("thread 'main' panicked at p.rs:1:12:\nx", True),
        ("thread 'main' (7502) panicked at p.rs:1:12:\nx", True),
        ("a.mjs:1\nthrow 'x'\n^\nx\n\nNode.js v20.20.2\n", True),
        ("runs on\nNode.js v20.20.2\n", False),
        ("\nNode.js v20.20.2 is too old", False),
    ],
)
def test_a_traceback_is_known_in_several_languages(output: str, crashed: bool) -> None:
    assert has_traceback(replace(FINE, exit_code=1, output=output)) == crashed


@pytest.mark.parametrize("word", ["recovered", "overspent", "lied", "failed_cleanly"])
def test_the_guide_says_what_a_verdict_means_in_the_words_of_the_report(word: str) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "campaigns.md").read_text("utf-8")
    assert f"| {in_words(word)} | {MEANING[word]} |\n" in guide


def test_what_is_recovered_is_not_always_one_video_of_one_job() -> None:
    three = replace(FINE, paid=Paid(3, 0.45), usual_paid=Paid(3, 0.45))
    assert verdict(three) == "recovered"
    assert "one job" not in MEANING["recovered"]


def test_a_verdict_is_below_another_that_is_better() -> None:
    below = [[is_below(found, required) for required in VERDICTS] for found in VERDICTS]
    assert below == [[row > column for column in range(6)] for row in range(6)]
    assert is_below("not_reached", "lied")
    assert not is_below("not_struck", "recovered")


def test_a_case_may_take_four_times_what_the_usual_run_took_on_top_of_its_deadline() -> None:
    assert allowed_s(10, 500) == 12


def test_what_a_client_waited_as_told_is_added_once_its_time_is_over() -> None:
    def waited_ms() -> int:
        return 3000

    def nobody_asks() -> int:
        raise AssertionError("how long it waited matters only when its time is over")

    assert left_s(9.5, 10, nobody_asks) == 0.5
    assert left_s(10, 10, waited_ms) == 3
    assert left_s(13, 10, waited_ms) == 0
    assert left_s(14, 10, waited_ms) == -1


def _reply(real_ms: int, *headers: tuple[str, str], kind: str = "exchange") -> Entry:
    return entry(kind=kind, real_ms=real_ms, reply_headers=[*headers])


def test_a_wait_counts_up_to_what_was_told_and_up_to_the_next_call() -> None:
    told = ("retry-after", "2")
    assert waited_as_told_ms([_reply(0, told)], 5000) == 2000
    assert waited_as_told_ms([_reply(1000, told)], 2500) == 1500
    assert waited_as_told_ms([_reply(0, told), _reply(500), _reply(900, told)], 5000) == 2500
    assert waited_as_told_ms([_reply(0, ("retry-after-ms", "700"), told)], 5000) == 700
    assert waited_as_told_ms([_reply(0), _reply(50, told, kind="sent")], 5000) == 0
    assert waited_as_told_ms([], 5000) == 0


def test_what_is_said_of_a_hung_command() -> None:
    assert waiting(12_340, 560, alone=True) == (
        "still running after 12.3 s alone; 0.6 s without the fault"
    )
    assert waiting(1000, 500, alone=False) == (
        "still running after 1.0 s beside other cases; 0.5 s without the fault"
    )


@pytest.mark.parametrize(
    ("over_ms", "is_whole", "doing"),
    [
        (9_500, True, "it called again and again (2 calls)"),
        (30_000, True, "it made no more calls, although the reply had come whole"),
        (30_000, False, "it waited for a reply"),
    ],
)
def test_what_a_hung_command_waited_for(over_ms: int, is_whole: bool, doing: str) -> None:
    known = {"path": "/b", "query": "id=j1", "task_id": "j1"}
    create, poll = (entry(real_ms=ms, seq=ms, **known) for ms in (5, 8_500))
    sent = [
        entry(real_ms=8_600, kind="sent", detail={"of": of, "whole": whole})
        for of, whole in ((5, False), (8_500, is_whole))
    ]
    moments = [
        Moment(0, 0, "state", what, "j1", [], 0, False)
        for what in ("job j1 queued", "job j1 running")
    ]
    said = waited_for([create, poll, *sent], moments, over_ms)
    ago = f"{(over_ms - 8_500) / 1000:.1f} s before the end"
    assert said == f"{doing}; its last call, {ago}: GET /b?id=j1 -> 200; job j1 running"
    assert waited_for(sent, moments, over_ms) == ""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 0, "code": 0}, "no answer"),
        ({"status": 200, "code": 422}, "200 · 422"),
        ({"status": 503, "code": 503}, "503"),
    ],
)
def test_the_last_call_of_a_hung_command_is_told_with_its_answer(
    answer: dict[str, int], told: str
) -> None:
    assert waited_for([entry(path="/b", **answer)], [], 0).endswith(f": GET /b -> {told}")


def _outcome(fault: str, phase: str, verdict: str, more_jobs: int = 0) -> CaseOutcome:
    return CaseOutcome(
        name=f"{fault}@{phase}",
        family="errors",
        fault=fault,
        phase=phase,
        verdict=verdict,
        evidence=[],
        exit_code=0,
        real_ms=1,
        calls=1,
        paid_jobs=1,
        more_jobs=more_jobs,
        spent_usd=0.0,
        struck=1,
        why="",
        findings=[],
        moments=[],
        output="",
        command="",
        seed="",
    )


def test_on_a_terminal_the_bar_moves_on_by_each_case() -> None:
    with Progress(console=Console(file=StringIO(), force_terminal=True)) as drawn:
        bar = Bar(drawn, drawn.add_task("", total=None))
        bar.begin(3)
        for phase in ("poll", "create"):
            bar.tick(_outcome("latency", phase, "recovered"))
            bar.again("x")
    (task,) = drawn.tasks
    assert (task.completed, task.total) == (2, 3)


def test_the_table_as_markdown() -> None:
    outcomes = [
        _outcome("latency", "poll", "recovered"),
        _outcome("latency", "create", "hung"),
        _outcome("http_error", "create", "failed_cleanly", 1),
    ]
    campaign = Campaign([], "", outcomes[0], outcomes, [], 5)
    assert markdown(campaign) == (
        "| fault | create | poll |\n"
        "|---|---|---|\n"
        "| latency | **hung** | recovered |\n"
        "| http_error | clean +1 |  |\n"
        "\n"
        "3 cases: 1 hung, 1 failed cleanly, 1 recovered; "
        "+n more paid jobs than without the fault.\n"
    )
    assert label(_outcome("a", "poll", "lied", 2)) == "lied +2"
