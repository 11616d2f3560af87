"""Bodies that the control API takes. UNSET is what was not given."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from mockserver.control.schemas import Moment, Rate, Span, said
from mockserver.domain.sandbox.landmarks import Landmark
from mockserver.domain.time.clock import Mode


class ClockChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another mode, or another rate for mode real."""

    mode: Mode | UnsetType = UNSET
    rate: Rate | UnsetType = UNSET


class AdvanceGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A span (`by`), or a landmark or moment (`to`); `task` narrows a landmark to one task."""

    by: str | int | UnsetType = UNSET
    to: str | int | UnsetType = UNSET
    task: str | UnsetType = UNSET


class AdvanceBy(Struct, forbid_unknown_fields=True):
    """On by a span."""

    by: Span


class AdvanceToLandmark(Struct, forbid_unknown_fields=True):
    """On to what matters next."""

    to: Landmark
    task: Annotated[str, said("Whose landmark; any task's without it")] | UnsetType = UNSET


class AdvanceToMoment(Struct, forbid_unknown_fields=True):
    """On to a moment."""

    to: Moment
