"""What judges of clients need to know of a provider, and no judge may know by itself.

A judge (a finding, a campaign) knows no provider's name, number or word: it asks this record.
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
    """What stands at a path of names and places in JSON; None where nothing does."""
    for step in path:
        if isinstance(content, dict) and isinstance(step, str):
            content = content.get(step)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return None
    return content


def text_at(content: Any, *path: str | int) -> str:
    """The text at a path in JSON; empty where none is."""
    found = at(content, *path)
    return found if isinstance(found, str) else ""


class Parameters(Struct, frozen=True):
    """The parameters of one call that the documents list, None where none does.

    `instead` says of some that are often sent and ignored what the provider goes by, as a text
    behind "`name` is ignored: ". `incidental` ones do not change what is asked for.
    """

    known: frozenset[str] | None
    instead: Mapping[str, str] = {}
    incidental: frozenset[str] = frozenset()


def http_status(status: int, body: bytes) -> int:
    """The HTTP status: nothing in the body says another."""
    return status


def no_task(content: Any) -> str:
    """No task is named."""
    return ""


UNLISTED = Parameters(None)


class Judging(Struct, frozen=True):
    """A provider's answers to what judges ask.

    `status` gives the status that a client must act on, from the HTTP status and the body;
    `created_id` the id that the JSON reply to a creation names, `callback_id` the one that the
    JSON of a callback names, both empty where there is none. `unset_id` says whether an id was
    never set, and `id_field` in which field of a body one may stand. `parameters` are by operation.
    `idempotency_header` makes a repeated creation the same job; empty where the provider has no
    such header.

    A provider gives the first three itself (`http_status` and `no_task` are for plain ones), for
    nobody can tell a usual answer from one that was forgotten. A call whose parameters it does not
    list is not judged by them, and the report says so.
    """

    status: Callable[[int, bytes], int]
    created_id: Callable[[Any], str]
    callback_id: Callable[[Any], str]
    unset_id: Callable[[str], bool] = looks_unset
    id_field: str = ""
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    idempotency_header: str = ""

    def means_success(self, status: int, body: bytes) -> bool:
        """Whether a reply says that the call did what it was to do."""
        return is_success(self.status(status, body))
