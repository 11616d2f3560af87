"""What judges of clients need to know of a provider, and no judge may know by itself.

A judge (a finding, a campaign) knows no provider's name, number or word: it asks this record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from mockserver.domain.ids import looks_unset


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
    """The parameters of one call that the documents list.

    `instead` says of some that are often sent and ignored what the provider goes by, as a text
    behind "`name` is ignored: ". `incidental` ones do not change what is asked for.
    """

    known: frozenset[str]
    instead: Mapping[str, str] = {}
    incidental: frozenset[str] = frozenset()


def _http_status(status: int, body: bytes) -> int:
    return status


def _no_task(content: Any) -> str:
    return ""


class Judging(Struct, frozen=True):
    """A provider's answers to what judges ask.

    `status` gives the status that a client must act on, from the HTTP status and the body;
    `created_id` the id that the JSON reply to a creation names, `callback_id` the one that the
    JSON of a callback names, both empty where there is none. `unset_id` says whether an id was
    never set, and `id_field` in which field of a body one may stand. `parameters` are by operation.
    `idempotency_header` makes a repeated creation the same job; empty where the provider has no
    such header.
    """

    status: Callable[[int, bytes], int] = _http_status
    created_id: Callable[[Any], str] = _no_task
    callback_id: Callable[[Any], str] = _no_task
    unset_id: Callable[[str], bool] = looks_unset
    id_field: str = ""
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    idempotency_header: str = ""

    def means_success(self, status: int, body: bytes) -> bool:
        """Whether a reply says that the call did what it was to do."""
        return 200 <= self.status(status, body) < 300
