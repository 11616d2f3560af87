"""Replicas are killed and Redis is restarted under load: what was acknowledged is there, once.

Clients create jobs with callbacks through two replicas. Meanwhile one replica after the other is ended
with SIGKILL and started anew, and Redis is stopped and started again on what it had written. At the
end each acknowledged job must succeed, each of its callbacks must have come at least once, and no
job may be there that nobody asked for.
"""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.soak.report import Check, check
from tests.support.receiver import Receiver
from tests.support.redis_server import RedisProcess
from tests.support.replicas import Replica

# So many that no key meets the provider's rate limit: what is refused was not tried.
KEYS = [f"sk-soak-{number}" for number in range(200)]
CLIENTS = 4
PAUSE_S = 1.5  # between two blows
SETTLE_S = 60
PAGE = 1000


class _Fleet:
    """Two replicas on one Redis, either of which may just be gone."""

    def __init__(self, redis: RedisProcess) -> None:
        self._redis = redis
        self.replicas = [self._started(), self._started()]

    def _started(self) -> Replica:
        return Replica("--store", self._redis.url, "--speed", "600", "--callback-timeout", "1s")

    def kill(self, place: int) -> None:
        """Ends one with SIGKILL, and starts another in its place."""
        self.replicas[place].end(brutally=True)
        self.replicas[place] = self._started()

    def restart_redis(self) -> None:
        """Stops Redis in an orderly way and starts it on what it had written."""
        assert self._redis.process is not None
        self._redis.process.terminate()
        self._redis.process.wait()
        self._redis.start()

    def end(self) -> None:
        for replica in self.replicas:
            replica.end()


class _Creators:
    """Clients that create jobs until they are stopped, and remember what was acknowledged."""

    def __init__(self, fleet: _Fleet, callback_url: str) -> None:
        self._fleet, self._callback_url = fleet, callback_url
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.acknowledged: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self.asked = 0
        self._threads = [threading.Thread(target=self._create, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> _Creators:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _create(self, number: int) -> None:
        body = {"prompt": "a cat", "callBackUrl": self._callback_url}
        turn = number * len(KEYS) // CLIENTS
        while not self._over.wait(0.01):
            turn += 1
            key = KEYS[turn % len(KEYS)]
            with self._lock:
                self.asked += 1
            try:
                with self._fleet.replicas[turn % 2].client(key) as client:
                    reply = client.post("/kie/api/v1/veo/generate", json=body)
            except httpx.HTTPError:
                self._over.wait(0.1)  # killed in the midst of it: nothing was promised
                continue
            if reply.status_code == 200 and reply.json()["code"] == 200:
                with self._lock:
                    self.acknowledged.append((key, reply.json()["data"]["taskId"]))
            elif reply.status_code != 503:  # while Redis is away nothing can be promised
                with self._lock:
                    self.refused.append(f"{reply.status_code}: {reply.text}")


def run(kills: int, restarts: int) -> tuple[dict[str, Any], list[Check]]:
    """So many blows, spread evenly; figures, and what was checked."""
    with TemporaryDirectory() as folder:
        redis = RedisProcess("--appendonly", "yes", "--dir", folder, "--appendfilename", "soak.aof")
        receiver = Receiver()
        fleet = _Fleet(redis)
        try:
            with _Creators(fleet, receiver.url) as creators:
                _strike(fleet, kills, restarts)
            return _checked(fleet, creators, receiver, Path(folder), kills, restarts)
        finally:
            fleet.end()
            receiver.close()
            redis.stop()


def _strike(fleet: _Fleet, kills: int, restarts: int) -> None:
    pause = threading.Event()
    every = max(1, kills // (restarts + 1))
    for blow in range(kills):
        pause.wait(PAUSE_S)
        fleet.kill(blow % 2)
        if restarts and (blow + 1) % every == 0 and (blow + 1) // every <= restarts:
            pause.wait(PAUSE_S)
            fleet.restart_redis()
    pause.wait(PAUSE_S)


def _checked(
    fleet: _Fleet,
    creators: _Creators,
    receiver: Receiver,
    folder: Path,
    kills: int,
    restarts: int,
) -> tuple[dict[str, Any], list[Check]]:
    acknowledged = {task_id for _, task_id in creators.acknowledged}
    phases, told = _settled(fleet, acknowledged, receiver)
    figures = {
        "kills": kills,
        "restarts of Redis": restarts,
        "creations tried": creators.asked,
        "acknowledged": len(acknowledged),
        "stored": len(phases),
        "callbacks": sum(told.values()),
        "callbacks that came again": sum(count - 1 for count in told.values()),
    }
    unknown = [task_id for task_id in told if task_id not in phases]
    missing = [task_id for task_id in acknowledged if phases.get(task_id) != "succeeded"]
    silent = [task_id for task_id in acknowledged if task_id not in told]
    return figures, [
        check("something was acknowledged", [] if acknowledged else ["nothing was"]),
        check("nothing was refused but while Redis was away", creators.refused),
        check("each acknowledged job has succeeded", missing),
        check("each acknowledged job's callback came", silent),
        check("no callback is about a job that is not stored", unknown),
        check(
            "no more jobs are stored than were asked for",
            [] if len(phases) <= creators.asked else [f"{len(phases)} of {creators.asked}"],
        ),
    ]


def _settled(
    fleet: _Fleet, acknowledged: set[str], receiver: Receiver
) -> tuple[dict[str, str], Counter[str]]:
    """The phase of each job and the callbacks about it, once all have ended, or after a minute."""
    pause = threading.Event()
    for _ in range(SETTLE_S):
        phases = {task["id"]: task["phase"] for key in KEYS for task in _tasks(fleet, key)}
        told = Counter(body["data"]["taskId"] for body in tuple(receiver.received))
        under_way = [t for t in acknowledged if phases.get(t) in ("queued", "running")]
        if not under_way and acknowledged <= told.keys():
            break
        pause.wait(1)
    return phases, told


def _tasks(fleet: _Fleet, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with fleet.replicas[0].client(key) as client:
        while True:
            after = found[-1]["ordinal"] if found else 0
            path = f"/_mock/v1/sandboxes/current/tasks?after={after}&limit={PAGE}"
            page: list[dict[str, Any]] = client.get(path).raise_for_status().json()["tasks"]
            if not page:
                return found
            found += page
