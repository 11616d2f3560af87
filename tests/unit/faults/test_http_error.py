"""An error in place of an answer: whose words it has, and under which status it comes."""

from __future__ import annotations

import pytest

from mockserver.domain.fault.fault import Hit
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import start_clock
from mockserver.faults.http_error import FAULT

USUAL = {"status": 500, "shape": "auto", "sent_as": None, "message": "", "retry_after": None}


def _refuse(refusal: Refusal) -> Reply:
    """Stands for a provider that says its errors under HTTP 200, as Kie does."""
    return Reply(200, (), f"{refusal.kind} {refusal.status}".encode())


def struck(**options: object) -> Reply:
    assert FAULT.reply is not None
    context = Context(0, "sb", "seed", start_clock("manual", 0), {})
    hit = Hit("rule", "http_error", USUAL | options, context, _refuse, ("rule",))
    return FAULT.reply(Reply(200, (), b"all is well"), hit)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "malformed"),
        (401, "unauthorized"),
        (402, "insufficient_balance"),
        (404, "not_found"),
        (429, "rate_limited"),
        (499, "malformed"),
        (500, "server_error"),
        (501, "server_error"),
    ],
)
def test_a_status_is_told_in_the_words_that_the_provider_has_for_it(status: int, kind: str) -> None:
    reply = struck(status=status)
    assert (reply.status, reply.body) == (status, f"{kind} {status}".encode())


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"shape": "provider"}, 500),
        ({"shape": "native"}, 200),
        ({"shape": "native", "sent_as": 418}, 418),
        ({"shape": "provider", "sent_as": 200}, 200),
        ({"shape": "html"}, 500),
        ({"shape": "empty", "sent_as": 204}, 204),
    ],
)
def test_an_error_comes_under_its_status_unless_it_is_native_or_sent_as_another(
    options: dict[str, object], status: int
) -> None:
    assert struck(**options).status == status


@pytest.mark.parametrize(
    ("options", "is_page"),
    [
        ({"status": 501}, False),
        ({"status": 502}, True),
        ({"status": 503}, True),
        ({"status": 504}, True),
        ({"status": 505}, False),
        ({"status": 502, "shape": "provider"}, False),
        ({"status": 502, "shape": "empty"}, False),
        ({"status": 400, "shape": "html"}, True),
    ],
)
def test_a_gateway_answers_with_its_page(options: dict[str, object], is_page: bool) -> None:
    reply = struck(**options)
    assert isinstance(reply.body, bytes)
    assert reply.body.startswith(b"<html>") == is_page
    assert ((b"content-type", b"text/html") in reply.headers) == is_page
