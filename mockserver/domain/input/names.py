"""Names in control calls: one that is not known is refused with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Collection


def known(name: str, names: Collection[str], field: str) -> str:
    """The name itself. Raises BadInput."""
    if name not in names:
        raise BadInput(field, name, f"one of: {', '.join(names)}{nearest(name, names)}")
    return name
