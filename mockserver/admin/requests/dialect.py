"""Dialect switches as people write them, null for the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.input.names import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.provider.provider import Provider


def merged_dialect(
    present: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Mapping[str, str | None] | None],
    providers: Mapping[str, Provider],
) -> dict[str, dict[str, str]]:
    """The switches that differ from the defaults, with those given over them. Raises BadInput."""
    merged = {name: dict(switches) for name, switches in present.items()}
    for name, switches in given.items():
        provider = providers[known(name, providers, "dialect")]
        if switches is None:
            merged.pop(name, None)
            continue
        own = merged.setdefault(name, {})
        for switch, value in switches.items():
            provider.check_dialect(
                switch, provider.defaults.get(switch) if value is None else value
            )
            if value is None:
                own.pop(switch, None)
            else:
                own[switch] = value
        if not own:
            del merged[name]
    return merged
