"""The state file: what it refuses, what it does when it cannot be written to, and how it is written."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.input.errors import BadInput, shown
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.archive import Archive, State
from mockserver.engine.earlier import SCHEMA
from mockserver.stores.database import KINDS
from mockserver.stores.kept import KeptStore
from mockserver.stores.rows import BYTES, ROWS, statements
from mockserver.stores.state_file import StateFile
from tests.support.state_file import records

PLAN = Plan((Step(0, "queued"), Step(5, "expired")), "seed", known_ms=0, content_ms=0, hd_ms=0)


def task(number: int, prompt: str = "a cat") -> Task:
    return Task(
        f"task_{number}", number, "kie", "generate", "k", "veo3", prompt, 0, PLAN, "http://h"
    )


async def submit(store: KeptStore, *numbers: int, prompt: str = "a cat") -> None:
    for number in numbers:
        found = await store.load("sb")
        assert found is not None
        changes = Changes(books=Books(number), tasks=(task(number, prompt),))
        assert await store.commit("sb", found.version, changes)


async def opened(path: Path) -> tuple[StateFile, KeptStore]:
    store = KeptStore()
    kept = StateFile(path, store, lambda archive: None)
    await kept.open()
    await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
    return kept, store


def written(path: Path) -> list[int]:
    """The ordinals of the tasks in a file that nobody has open."""
    return [each["ordinal"] for each in records(path, "task")]


def a_directory(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def other_text(path: Path) -> None:
    path.write_text("a shopping list")


def half_a_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def somebody_elses_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE purchases (milk)")


def a_state_with(statement: str) -> Callable[[Path], None]:
    """A state file to which somebody did something."""

    def make(path: Path) -> None:
        asyncio.run(keep_one_task(path))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            connection.commit()

    return make


async def keep_one_task(path: Path) -> None:
    kept, store = await opened(path)
    await submit(store, 1)
    await kept.close()


def a_damaged_state(path: Path) -> None:
    asyncio.run(keep_one_task(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))


@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_folder_by_a_name_that_is_none_of_its_own_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        StateFile(Path(name), KeptStore(), lambda archive: None)
    assert str(refused.value) == f"state: {name!r} is not valid, expected a file, which this is not"


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (a_directory, "a file, which this is not"),
        (a_pipe, "a file, which this is not"),
        (other_text, "a document that Reelmock wrote"),
        (half_a_database, "a state that Reelmock wrote (file is not a database)"),
        (a_damaged_state, "a state that Reelmock wrote (database disk image is malformed)"),
        (somebody_elses_database, "a state that Reelmock wrote (no such table: about)"),
        (
            a_state_with("UPDATE about SET schema = 99, written_by = '7.8'"),
            "at most 2: Reelmock 7.8 wrote it and reads it",
        ),
        (a_state_with("DELETE FROM about"), "a document that Reelmock wrote"),
        (a_state_with("DELETE FROM record WHERE kind = 'books'"), "field `books`"),
        (a_state_with("UPDATE record SET document = '{' WHERE kind = 'task'"), "a document that"),
        (a_state_with("UPDATE record SET document = x'80' WHERE kind = 'task'"), "a state that"),
        (
            a_state_with("UPDATE record SET kind = 'toast' WHERE kind = 'task'"),
            "kind: 'toast' is not valid",
        ),
    ],
)
def test_what_is_no_state_is_refused_in_one_line_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], complaint: str
) -> None:
    path = tmp_path / "state"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    for _ in range(2):  # the first refusal has let go of the lock
        with pytest.raises(BadInput) as refused:
            StateFile(path, KeptStore(), lambda archive: None)
        assert complaint in str(refused.value)
        assert str(refused.value).startswith(f"state: {shown(str(path))} is not valid")
        assert "\n" not in str(refused.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_state_that_this_server_cannot_serve_is_refused_before_it_is_written_to(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state"
    asyncio.run(keep_one_task(path))
    before = path.read_bytes()

    def refuse(archive: Archive) -> None:
        raise BadInput("fault", archive.sandbox.id, "one that is known here")

    for _ in range(2):  # the first refusal has let go of the lock
        with pytest.raises(BadInput, match="fault: 'sb' is not valid, expected one that is known"):
            StateFile(path, KeptStore(), refuse)
    assert path.read_bytes() == before


def test_a_file_that_somebody_looks_into_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    asyncio.run(keep_one_task(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("SELECT * FROM record").fetchall()
        with pytest.raises(BadInput, match="no other server keeps its state in"):
            StateFile(path, KeptStore(), lambda archive: None)


def moved_away(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    moved_away(path)
    path.write_text("something else")


@pytest.mark.parametrize("lose", [moved_away, replaced])
def test_a_file_that_is_lost_is_told_each_time_until_it_is_back(
    tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "state"

    async def scenario() -> None:
        kept, store = await opened(path)
        await submit(store, 1)
        await kept.save()
        lose(path)
        for number in (2, 3):
            await submit(store, number)
            with pytest.raises(BadInput, match="a file that can be written to"):
                await kept.save()
        assert not path.exists() or path.read_text() == "something else"
        path.with_name("elsewhere").rename(path)
        await kept.close()

    asyncio.run(scenario())
    assert written(path) == [1, 2, 3]


def test_a_file_that_is_gone_at_the_end_is_told_though_nothing_has_changed(tmp_path: Path) -> None:
    async def scenario() -> None:
        kept, _ = await opened(tmp_path / "state")
        await kept.save()
        (tmp_path / "state").unlink()
        with pytest.raises(BadInput, match="a file that can be written to"):
            await kept.close()

    asyncio.run(scenario())


def test_a_save_that_is_broken_off_is_made_up_for_by_the_next(tmp_path: Path) -> None:
    async def scenario() -> None:
        kept, store = await opened(tmp_path / "state")
        await submit(store, *range(1, 2 * ROWS))
        saving = asyncio.ensure_future(kept.save())
        first_piece = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(first_piece.set_result, None)
        await first_piece
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        await submit(store, 2 * ROWS)
        await kept.close()

    asyncio.run(scenario())
    assert written(tmp_path / "state") == list(range(1, 2 * ROWS + 1))


def test_only_what_has_changed_is_written() -> None:
    async def scenario() -> list[list[str]]:
        store = KeptStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        await submit(store, *range(1, 1000))
        store.take()
        await submit(store, 1000)
        return [
            row[:3] for _, rows in statements(store.take()) for row in msgspec.json.decode(rows)
        ]

    assert asyncio.run(scenario()) == [["sb", "books", "books"], ["sb", "task", 1000]]


@pytest.mark.parametrize(("prompt", "most"), [("a cat", ROWS), ("x" * 60_000, 7)])
def test_no_piece_of_a_save_is_large(prompt: str, most: int) -> None:
    async def scenario() -> list[tuple[int, int]]:
        store = KeptStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        await submit(store, *range(1, 250), prompt=prompt)
        pieces = [rows for _, rows in statements(store.take())]
        return [(len(msgspec.json.decode(rows)), len(rows)) for rows in pieces]

    pieces = asyncio.run(scenario())
    assert sum(rows for rows, _ in pieces) == 251  # sandbox and books, too
    assert max(rows for rows, _ in pieces) == most
    assert max(size for _, size in pieces) < BYTES + 70_000


def test_what_comes_and_goes_while_nothing_can_be_written_is_not_remembered() -> None:
    async def scenario() -> tuple[int, int]:
        store = KeptStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        await submit(store, 1)
        store.take()  # written
        for number in range(2, 500):
            await submit(store, number)
            await store.create(Sandbox(f"sb{number}", "seed", start_clock("manual", 0)))
            store.put_back(store.take())  # the disk is full
            await store.delete(f"sb{number}")
            await store.trim("sb", 10, 10)
        left = store.take()
        return len(left), len(left["sb"].tasks)

    assert asyncio.run(scenario()) == (1, 1)


def test_a_record_that_cannot_be_written_down_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        kept, store = await opened(tmp_path / "state")
        await submit(store, 1, prompt="half a pair: \ud800")
        for _ in range(2):
            with pytest.raises(BadInput, match="task: 'sb' is not valid, expected one that can be"):
                await kept.save()
        await submit(store, 1, prompt="whole")
        await kept.close()

    asyncio.run(scenario())
    assert written(tmp_path / "state") == [1]


def test_what_comes_too_late_for_a_deleted_sandbox_leaves_no_record(tmp_path: Path) -> None:
    path = tmp_path / "state"

    async def scenario() -> None:
        kept, store = await opened(path)
        await kept.save()
        late = Delivery("d", "task_1", "kie", "finished", "http://h/c", 0, None)
        await store.delete("sb")
        await store.settle("sb", late)
        await store.count("sb", "fault:rules")
        await store.clear("sb")
        await kept.close()

    asyncio.run(scenario())
    for kind in KINDS:
        assert records(path, kind) == []


def test_when_an_outage_began_is_known_after_a_restart(tmp_path: Path) -> None:
    path, found = tmp_path / "state", []

    async def scenario(value: int) -> None:
        kept, store = await opened(path)
        found.append(await store.set_once("sb", "fault:1:began_ms", value))
        await kept.close()

    for value in (5, 7):
        asyncio.run(scenario(value))
    assert found == [5, 5]


def test_a_state_of_the_last_version_is_converted_and_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "state"
    text = msgspec.json.encode(State(SCHEMA))
    path.write_bytes(text)
    for number in (1, 2):

        async def scenario(number: int = number) -> None:
            kept, store = await opened(path)
            await submit(store, number)
            await kept.close()

        asyncio.run(scenario())
    assert written(path) == [1, 2]
    found = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert found == dict.fromkeys(["state", "state.before", "state.lock"], 0o600)
    assert path.with_name("state.before").read_bytes() == text
