"""What the sender of callbacks says of a message that did not get through."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from mockserver.domain.callback.delivery import Message
from mockserver.engine.ports import Answer
from mockserver.outbound.sender import HttpSender

URL = "http://receiver.example:8080/hook"


class Nameless(asyncio.SelectorEventLoop):
    """A loop for which no name has an address."""

    async def getaddrinfo(self, *arguments: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def test_a_name_without_an_address_is_no_answer_and_may_have_one_later() -> None:
    async def send() -> Answer:
        sender = HttpSender(allow_public=False)
        try:
            return await sender.send(URL, Message((), b"{}"), timeout_ms=5000)
        finally:
            await sender.close()

    with asyncio.Runner(loop_factory=Nameless) as runner:
        answer = runner.run(send())
    assert answer.status is None
    assert answer.problem.startswith("receiver.example cannot be resolved (")
    assert (answer.timed_out, answer.head_sent, answer.sent_bytes) == (False, False, 0)
