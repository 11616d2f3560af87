"""Every call of the control API."""

from __future__ import annotations

from types import NoneType
from typing import Any

from mockserver.control.operation import Operation
from mockserver.control.records import Clock, ClockAdvanced
from mockserver.control.requests import (
    AdvanceBy,
    AdvanceGiven,
    AdvanceToLandmark,
    AdvanceToMoment,
    ClockChange,
)

_ONE = "/sandboxes/{sandbox}"

GET_CLOCK = Operation(
    "getClock",
    "GET",
    f"{_ONE}/clock",
    NoneType,
    Clock,
    "time",
    "Mode, rate and the virtual time",
    "The clock",
)
SET_CLOCK = Operation(
    "setClock",
    "PUT",
    f"{_ONE}/clock",
    ClockChange,
    Clock,
    "time",
    "Another mode, or another rate for mode real; time is continuous across the change",
    "The clock",
    limits={"minProperties": 1},
    examples=({"mode": "real", "rate": 10},),
)
ADVANCE_CLOCK = Operation(
    "advanceClock",
    "POST",
    f"{_ONE}/clock/advance",
    AdvanceGiven,
    ClockAdvanced,
    "time",
    "Moves the clock on; answers when every callback due by then has been tried",
    "The clock, and how far it went",
    shapes=(AdvanceBy, AdvanceToLandmark, AdvanceToMoment),
    examples=({"by": "3m"}, {"to": "task_done"}, {"to": "2030-01-01T00:00:00Z"}),
)

OPERATIONS: tuple[Operation[Any, Any], ...] = tuple(
    found for found in globals().values() if isinstance(found, Operation)
)
