"""The journal says when each piece of a stream really left, and which one a fault struck."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver.control import Entry
from mockserver.domain.reply.performed import MOST_PIECES
from tests.support.some import some
from tests.support.struck import Struck, chunks


def sent(struck: Struck) -> Entry:
    """What was sent of the only stream."""
    (found,) = struck.control.entries(kind="sent")
    return found


def plan_of(struck: Struck) -> dict[str, Any]:
    (task,) = struck.control.tasks()
    return struck.control.task(task.id).plan


def test_each_piece_has_the_moment_at_which_its_event_was_due(auto: Struck) -> None:
    whole = b"".join(auto.events("a cat"))
    pieces = sent(auto).detail["pieces"]
    assert all(whole[:sent_bytes].endswith(b"\n\n") for _, sent_bytes in some(pieces))
    assert pieces[-1][1] == len(whole)
    moments = [at_ms for at_ms, _ in pieces]
    queued, running, ended, *_ = plan_of(auto)["steps"]
    assert (moments[0], moments[-1]) == (queued["at_ms"], ended["at_ms"])
    assert running["at_ms"] in moments
    assert sorted(set(moments)) == moments
    assert len(moments) == sent(auto).detail["chunks"] > 10


def test_what_a_jump_of_the_clock_let_go_left_at_that_moment(struck: Struck) -> None:
    began_ms = struck.now_ms()
    struck.turning(lambda: struck.events("a cat"), step="10m")
    moments = {at_ms - began_ms for at_ms, _ in sent(struck).detail["pieces"]}
    assert moments == {0, 600_000}  # nothing left at the plan's own moments


def test_a_changed_event_struck_with_its_piece(auto: Struck) -> None:
    auto.set({"fault": "stream_malformed_event", "when": {"chunk": "video"}})
    events = b"".join(auto.events("a cat")).split(b"\n\n")
    (changed,) = [index for index, event in enumerate(events) if _is_malformed(event)]
    before_bytes = sum(len(event) + 2 for event in events[:changed])
    detail = sent(auto).detail
    before = sum(sent_bytes <= before_bytes for _, sent_bytes in detail["pieces"])
    assert detail["struck_pieces"] == {auto.rule()["id"]: before + 1}
    assert 0 < before < detail["chunks"] - 1


def _is_malformed(event: bytes) -> bool:
    try:
        chunks([event + b"\n\n"])
    except ValueError:
        return True
    return False


def test_a_cut_struck_behind_the_last_piece(auto: Struck) -> None:
    auto.set({"fault": "stream_cut", "when": {"chunk": "video"}})
    with pytest.raises(httpx.RemoteProtocolError):
        auto.events("a cat")
    entry = sent(auto)
    assert entry.detail["struck_pieces"] == {auto.rule()["id"]: entry.detail["chunks"] + 1}


def test_a_stall_struck_with_the_piece_that_came_late(struck: Struck) -> None:
    struck.set({"fault": "stream_stall", "with": {"for": "10m"}, "when": {"chunk": 2}})
    struck.turning(lambda: struck.events("a cat"), step="1m")
    detail = sent(struck).detail
    (first_ms, _), (second_ms, _), *_ = detail["pieces"]
    assert second_ms - first_ms >= 600_000
    assert detail["struck_pieces"] == {struck.rule()["id"]: 2}


def test_a_piece_that_a_fault_held_back_has_its_own_moment(struck: Struck) -> None:
    struck.set({"fault": "slow_body", "with": {"pieces": 2, "gap": "1m"}})
    struck.turning(struck.events, step="1m")
    moments = [at_ms for at_ms, _ in sent(struck).detail["pieces"]]
    assert moments[-1] - moments[0] >= 60_000


def test_a_fault_of_the_head_has_no_moment_inside(auto: Struck) -> None:
    auto.set({"fault": "wrong_content_type", "when": {"operation": "chat"}})
    auto.events("a cat")
    assert sent(auto).detail["struck"] == [auto.rule()["id"]]
    assert sent(auto).detail["struck_pieces"] == {}


def test_of_very_many_pieces_the_first_are_kept_and_all_are_counted(auto: Struck) -> None:
    auto.set({"fault": "stream_split_event", "with": {"bytes": 2}})
    auto.events("a cat")
    detail = sent(auto).detail
    assert detail["chunks"] > MOST_PIECES
    assert len(detail["pieces"]) == MOST_PIECES == 200


def test_a_stream_that_left_at_once_is_one_piece(struck: Struck) -> None:
    whole = b"".join(struck.events())
    detail = sent(struck).detail
    assert (detail["chunks"], detail["struck_pieces"]) == (1, {})
    assert detail["pieces"] == [[struck.now_ms(), len(whole)]]


def test_a_body_is_no_stream(struck: Struck) -> None:
    struck.set({"fault": "slow_body", "with": {"pieces": 3, "gap": "0s"}})
    struck.create()
    detail = sent(struck).detail
    assert (detail["chunks"], detail["pieces"]) == (3, [])


def test_the_time_line_has_each_chunk_at_its_moment_with_the_fault_that_struck_it(
    auto: Struck,
) -> None:
    auto.set({"fault": "stream_malformed_event", "when": {"chunk": "video"}})
    auto.events("a cat")
    detail = sent(auto).detail
    (task,) = auto.control.tasks()
    found = [moment for moment in auto.control.timeline().moments if moment.kind == "chunk"]
    assert [(one.at_ms, one.task_id) for one in found] == [
        (at_ms, task.id) for at_ms, _ in some(detail["pieces"])
    ]
    assert found[0].what == f"chunk 1 of {detail['chunks']}, {detail['pieces'][0][1]} bytes"
    (struck,) = detail["struck_pieces"].values()
    assert [number for number, one in enumerate(found, 1) if one.bad] == [struck]
    assert found[struck - 1].faults == ["stream_malformed_event"]


def test_the_time_line_tells_the_fault_that_ended_a_stream_at_its_end(auto: Struck) -> None:
    auto.set({"fault": "stream_cut", "when": {"chunk": "video"}})
    with pytest.raises(httpx.RemoteProtocolError):
        auto.events("a cat")
    (end,) = [one for one in auto.control.timeline().moments if one.kind == "reply"]
    assert (end.faults, end.bad) == (["stream_cut"], True)
