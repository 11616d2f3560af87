"""Rate windows as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.control.requests import MOST_IN_WINDOW
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known
from mockserver.domain.input.quantity import span_ms
from mockserver.domain.provider.quota import Quota

if TYPE_CHECKING:
    from mockserver.control.requests import QuotaGiven
    from mockserver.engine.core import Core


def quota_from(given: QuotaGiven, core: Core, field: str) -> Quota:
    """The rate window. Raises BadInput."""
    if not given.name or len(given.name) > 64:
        raise BadInput(f"{field}.name", given.name, "1 to 64 characters")
    if not 0 <= given.limit <= MOST_IN_WINDOW:
        raise BadInput(f"{field}.limit", given.limit, f"a whole number from 0 to {MOST_IN_WINDOW}")
    window_ms = span_ms(given.window, f"{field}.window")
    if not window_ms:
        raise BadInput(f"{field}.window", given.window, "more than nothing")
    submitting = {
        operation.name
        for provider in core.providers.values()
        for operation in provider.operations
        if operation.call_phase in ("create", "stream", "upgrade")
    }
    for operation in given.operations:
        known(operation, sorted(submitting), f"{field}.operations")
    return Quota(given.name, given.limit, window_ms, frozenset(given.operations))
