"""Receivers that hang, refuse, answer badly or call back in neither block others nor leak."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from mockserver.app import Running
from tests.support.patience import joined
from tests.support.raw_receiver import Arrived, raw_receiver
from tests.support.serving import settings
from tests.support.struck import Struck

ENDLESS = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@contextmanager
def listening(answer: bytes, piece: bytes = b"") -> Iterator[str]:
    """A server of raw bytes: an answer, and then a piece again and again, or silence."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        gone = threading.Event()

        def serve() -> None:
            while not gone.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(answer)
                    while piece and not gone.is_set():
                        connection.sendall(piece)
                    gone.wait(20)
                except OSError:
                    return  # the sender has had enough

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        gone.set()
        listener.shutdown(socket.SHUT_RDWR)
    joined(thread)


@contextmanager
def refusing() -> Iterator[str]:
    """A port at which nobody listens, and that nobody else can get meanwhile."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/hook"


def delivered_beside(struck: Struck, url: str) -> str:
    """Sends one callback to a bad receiver and one to a good one; the state of the bad one."""
    with raw_receiver() as good:
        bad_id = struck.kie_job(url)
        struck.kie_job(good.url)
        good.wait_for(1)
    struck.control.advance("1h")
    (bad,) = [c for c in struck.control.callbacks() if c.task_id == bad_id]
    return bad.state


def test_a_receiver_that_hangs_blocks_nobody(struck: Struck) -> None:
    with listening(b"") as url:
        assert delivered_beside(struck, url) == "given_up"


def test_a_receiver_that_refuses_is_given_up(struck: Struck) -> None:
    with refusing() as url:
        assert delivered_beside(struck, url) == "given_up"


def test_an_endless_answer_is_cut_and_counts_as_its_status(struck: Struck) -> None:
    with listening(ENDLESS, b"1000\r\n" + b"x" * 4096 + b"\r\n") as url:
        assert delivered_beside(struck, url) == "acknowledged"


def test_a_receiver_that_answers_500_is_tried_again(struck: Struck) -> None:
    with raw_receiver() as receiver:
        receiver.status = 500
        assert delivered_beside(struck, receiver.url) == "given_up"
        assert len(receiver.arrived) == 4  # docs: three retries


def test_a_redirect_is_not_followed(struck: Struck) -> None:
    with raw_receiver() as target:
        moved = f"HTTP/1.1 301 Moved\r\nlocation: {target.url}\r\ncontent-length: 0\r\n\r\n"
        with listening(moved.encode()) as url:
            assert delivered_beside(struck, url) == "given_up"
        assert target.arrived == []


def test_a_receiver_may_call_the_api_from_inside_its_handler(struck: Struck) -> None:
    seen: list[str] = []

    def ask(arrived: Arrived) -> None:
        task_id = arrived.json["data"]["taskId"]
        record = struck.http.get("/kie/api/v1/veo/record-info", params={"taskId": task_id})
        seen.append(record.json()["data"]["taskId"])

    with raw_receiver() as receiver:
        receiver.during = ask
        task_id = struck.kie_job(receiver.url)
        receiver.wait_for(1)
    assert seen == [task_id]


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://0.0.0.0:9/", "http://[ff02::1]/"]
)
def test_a_forbidden_address_is_never_called(struck: Struck, url: str) -> None:
    assert delivered_beside(struck, url) == "not_allowed"


@pytest.mark.parametrize("path", ["a\x01b", "a\x7fb"])
def test_a_url_that_is_none_for_the_client_library_stops_nobody_else(
    struck: Struck, path: str
) -> None:
    assert delivered_beside(struck, f"http://127.0.0.1:9/{path}") == "not_allowed"


def test_a_name_and_password_in_the_url_are_sent_as_basic_authorization(struck: Struck) -> None:
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url.replace("://", "://me:a%20b@"))
        (arrived,) = receiver.wait_for(1)
    assert arrived.headers["authorization"] == "Basic bWU6YSBi"
    assert "@" not in arrived.headers["host"]


def test_callbacks_to_one_receiver_share_a_connection(struck: Struck) -> None:
    with raw_receiver() as receiver:
        for number in range(1, 6):
            struck.kie_job(receiver.url)
            receiver.wait_for(number)
            struck.control.advance("1s")  # returns when the answer has been taken
        ports = [arrived.port for arrived in receiver.arrived]
    # A connection that was idle for 5 real seconds is given up: a machine that stands still does that.
    assert len(set(ports)) < len(ports)


def test_a_receiver_that_hangs_does_not_hold_up_what_is_due_meanwhile() -> None:
    answered = threading.Event()

    def hang(arrived: Arrived) -> None:
        if arrived.path == "/first":
            assert answered.wait(20)
        answered.set()

    running = Running(settings(clock="real", speed=200, callback_timeout="30s"))
    struck = Struck(running, "sk-hangs")
    with raw_receiver() as receiver:
        receiver.during = hang
        struck.kie_job(receiver.url.replace("/hook", "/later"), "a cat")
        struck.kie_job(receiver.url.replace("/hook", "/first"))
        arrived = [each.path for each in receiver.wait_for(2)]
    struck.close()
    running.stop()
    assert arrived == ["/later", "/first"]
