"""Every benchmark works: one short run of each, whose figures nobody judges."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

from tests.benchmarks.instructions import LISTENED, NO_RULES, REQUESTS, serve
from tests.benchmarks.peers.catalogue import PEERS, Call
from tests.benchmarks.peers.measure import compare
from tests.benchmarks.recorder import medians_ms
from tests.benchmarks.scale import RULES
from tests.support.some import some


@pytest.mark.timeout(300)
def test_a_short_run_of_every_benchmark_gives_figures_and_no_failed_request(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    small = ("--seconds", "1", "--rounds", "1", "--streams", "40", "--tasks", "100")
    few = ("--stored", "50", "--callbacks", "40", "--waiting", "30")
    command = [sys.executable, "-m", "tests.benchmarks", *small, *few]
    subprocess.run([*command, "--json", str(file)], check=True, stdout=subprocess.DEVNULL)
    figures = json.loads(file.read_text("utf-8"))
    assert len(figures["exchanges"]) == 5
    assert [row["failed"] for row in figures["exchanges"]] == [0] * 5
    assert all(row["ours_per_s"] > 0 for row in figures["exchanges"])
    assert all(row["p99_ratio"] > 0 for row in figures["exchanges"])
    assert figures["streams"]["complete"] == 40
    assert figures["day"]["callbacks"] == 100
    assert figures["callbacks"]["callbacks"] == 40
    layers = figures["layers"]
    assert layers[-1]["layer"] == "all" if isinstance(layers, list) else layers["problem"]
    assert figures["rules"][0]["rules"] == "none"
    assert all(row["status_us"] > 0 and row["create_us"] > 0 for row in figures["rules"])
    for name in ("memory", "waiting", "latency", "cold", "plugin"):
        assert all(value is not None for value in some(figures[name].values()))


def test_memory_is_measured_behind_requests_beyond_a_bound(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.bounds", "--share", "0.01"]
    command += ["--sandboxes", "2", "--json", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    figures = json.loads(file.read_text("utf-8"))
    assert [row["answered"] for row in figures["bounds"]] == ["431: 3", "413: 1", "200: 20"]
    assert all(row["resident_mb"] > 0 for row in (*figures["bounds"], figures["sandboxes"]))


def test_turns_are_measured_while_a_state_file_is_written(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.kept", "--tasks", "300", "--json", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    figures = json.loads(file.read_text("utf-8"))
    assert [row["turns"] > 0 for row in figures["turns"]] == [True] * 3
    assert figures["start"]["tasks"] > 300


def test_turns_of_a_server_that_fills_up_are_measured_by_cause(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.turns", "--tasks", "300", "--others", "3"]
    subprocess.run([*command, "--json", str(file)], check=True, stdout=subprocess.DEVNULL)
    rows = json.loads(file.read_text("utf-8"))["turns"]
    assert all(row["turns"] > 0 for row in some(rows))
    tasks = {row["while"]: row["tasks"] for row in rows}
    assert tasks["the store fills up"] > 300
    assert tasks["a scrape behind it"] > tasks["a reset"]


def test_peers_are_compared_as_far_as_they_are_installed(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    small = ("--seconds", "0.2", "--rounds", "1", "--streams", "10")
    command = [sys.executable, "-m", "tests.benchmarks.peers", *small, "--only", "reelmock", "moto"]
    subprocess.run([*command, "--json", str(file)], check=True, stdout=subprocess.DEVNULL)
    floor, ours, moto = json.loads(file.read_text("utf-8"))["peers"]
    assert floor["peer"] == "floor"
    assert ours["problems"] == []
    assert all(ours[case]["per_s"] > 0 for case in ("status", "create", "stream"))
    assert ours["paced"]["complete"] == 10
    assert moto["problems"] or moto["status"]["per_s"] > 0


def test_growth_is_measured_in_every_store_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--tasks", "20", "60"]
    subprocess.run(
        [*command, "--seconds", "0.2", "--json", str(file)], check=True, stdout=subprocess.DEVNULL
    )
    rows = json.loads(file.read_text("utf-8"))["growth"]
    with_redis = ["Redis, 1 worker", "Redis, 2 workers"] if which("redis-server") else []
    stores = ["memory", *with_redis]
    assert [row["store"] for row in rows] == [store for store in stores for _ in (20, 60)]
    assert all(row["failed"] == 0 and row["reads_per_s"] > 0 for row in rows)


def test_memory_is_measured_with_many_sandboxes(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--sandboxes", "3"]
    done = subprocess.run([*command, "--json", str(file)], check=True, capture_output=True)
    row = json.loads(file.read_text("utf-8"))["sandboxes"]
    assert (row["sandboxes"], row["tasks_each"]) == (3, 200)
    assert row["resident_mb"] > row["start_mb"] > 0
    table = [line for line in done.stdout.decode().splitlines() if line.startswith("|")]
    assert [line.count("|") for line in table] == [5, 5, 5]


def test_a_peer_that_answers_wrongly_is_reported_and_not_counted() -> None:
    ours = PEERS["reelmock"]
    lost = replace(ours, status=Call("GET", "/nowhere/{id}"), stream=None, paced=None)
    absent = replace(ours, command="no-such-program serve")
    peers = {"lost": lost, "absent": absent}
    _, wrong, missing = asyncio.run(compare(peers, [], seconds=0.1, rounds=1, streams=0))
    assert "status" not in wrong
    assert wrong["problems"][0].startswith("status: answered with 404")
    assert wrong["create"]["per_s"] > 0
    assert missing["problems"] == ["no-such-program is not installed"]


@pytest.mark.parametrize("rules", [NO_RULES, LISTENED, *RULES])
@pytest.mark.parametrize("case", REQUESTS)
def test_what_is_counted_in_instructions_is_served(case: str, rules: str) -> None:
    asyncio.run(serve(case, rules, 3))


def test_the_recorder_is_measured_beside_a_bare_pass_through() -> None:
    found = medians_ms(5)
    assert set(found) == {"bare", "recorder"}
    assert min(found.values()) > 0
