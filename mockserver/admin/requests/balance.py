"""Balances as people write them: in the provider's own unit, null for no limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.control.requests import HIGHEST_BALANCE
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known
from mockserver.domain.provider.command import MICROS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.provider.provider import Provider


def merged_balances(
    set_micros: Mapping[str, int],
    given: Mapping[str, float | None],
    providers: Mapping[str, Provider],
    field: str = "",
) -> dict[str, int]:
    """The limits in micros with those given over them. Raises BadInput that names the path below `field`."""
    merged = dict(set_micros)
    for name, units in given.items():
        path = f"{field}.{name}" if field else name
        known(name, providers, path)
        if units is None:
            merged.pop(name, None)
        elif not 0 <= units <= HIGHEST_BALANCE:
            raise BadInput(
                path, units, f"a number from 0 to {HIGHEST_BALANCE:g}, or null for no limit"
            )
        else:
            merged[name] = round(units * MICROS)
    return merged
