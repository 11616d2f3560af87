"""A clock that is moved while the server stops: nothing is delivered any more, and that is said."""

from __future__ import annotations

from mockserver.app import Running
from tests.support.receiver import Receiver
from tests.support.serving import settings
from tests.support.struck import Struck


def test_a_clock_moved_over_a_callback_while_the_server_stops_is_a_503(key: str) -> None:
    running, receiver = Running(settings(clock="manual")), Receiver()
    struck = Struck(running, key)
    struck.kie_job(receiver.url, "a cat")
    callbacks = running.app.core.callbacks
    group, callbacks._group = callbacks._group, None  # as it is once its loop has ended
    moved = struck.http.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
    callbacks._group = group
    assert (moved.status_code, moved.headers["content-type"]) == (503, "application/problem+json")
    assert "the server is stopping" in moved.json()["detail"]
    assert receiver.received == []
    receiver.close()
    struck.close()
    running.stop()
