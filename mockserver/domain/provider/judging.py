"""What findings and campaigns (the judges of clients) have to ask a provider.

A judge knows no provider's name, number or word: it asks this record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from mockserver.domain.job.ids import looks_unset
from mockserver.domain.reply.statuses import is_success


def json_of(body: bytes) -> Any:
    """A body as JSON; None for anything else."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def at(content: Any, *path: str | int) -> Any:
    """The value at a path of names and places in JSON; None if there is nothing."""
    for step in path:
        if isinstance(content, dict) and isinstance(step, str):
            content = content.get(step)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return None
    return content


def text_at(content: Any, *path: str | int) -> str:
    """The text at a path in JSON; empty if there is none."""
    found = at(content, *path)
    return found if isinstance(found, str) else ""


class Nested(Struct, frozen=True):
    """The parameters in an object of a call, for each value of the call's field `chosen_by`."""

    chosen_by: str
    known: Mapping[str, frozenset[str]]


class Parameters(Struct, frozen=True):
    """The parameters of one call that the documents list; None if no document lists them.

    Some parameters are often sent but ignored. For these, `instead` says what the provider uses, as
    a text after "`name` is ignored: ". `incidental` parameters do not change what the client asks
    for. `nested` has the parameters of those that are objects.
    """

    known: frozenset[str] | None
    instead: Mapping[str, str] = {}
    incidental: frozenset[str] = frozenset()
    nested: Mapping[str, Nested] = {}


def http_status(status: int, body: bytes) -> int:
    """The HTTP status, for providers whose bodies have no other status."""
    return status


def no_task(content: Any) -> str:
    """No task is named."""
    return ""


UNLISTED = Parameters(None)


class CannotJudge(Exception):
    """A provider could not answer a judge's question; the text says why."""


class Judging(Struct, frozen=True):
    """A provider's answers to the questions of judges.

    `status` gives the status that a client must act on, from the HTTP status and the body.
    `created_id` gives the id in the JSON reply to a creation, `callback_id` the id in the JSON of a
    callback; both are empty if there is none. `unset_id` says whether an id was never set, and
    `id_field` names the field of a body that may hold an id. `parameters` are by operation.
    `idempotency_header` makes a repeated creation the same job; it is empty if the provider has no
    such header.

    A provider must give the first three itself (`http_status` and `no_task` are for plain
    providers), because a usual answer cannot be told from a forgotten one. If a provider does not
    list the parameters of a call, judges do not judge them, and the report says so.
    """

    status: Callable[[int, bytes], int]
    created_id: Callable[[Any], str]
    callback_id: Callable[[Any], str]
    unset_id: Callable[[str], bool] = looks_unset
    id_field: str = ""
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    idempotency_header: str = ""

    def means_success(self, status: int, body: bytes) -> bool:
        """Whether a reply says that the call succeeded."""
        return is_success(self.status(status, body))
