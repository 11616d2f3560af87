"""Repeats, swaps or turns back the progress of a stream."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, frames_of, indexes_of


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = list(frames_of(reply))
    ticks = indexes_of(tuple(frames), "progress", 3)
    middle = len(ticks) // 2
    first, second = ticks[middle - 1], ticks[middle]
    match hit.options["how"]:
        case "repeat":
            frames.insert(second, frames[first])
        case "swap":
            frames[first], frames[second] = (
                replace(frames[first], data=frames[second].data),
                replace(frames[second], data=frames[first].data),
            )
        case _:
            frames[second] = replace(frames[second], data=frames[ticks[0]].data)
    return replace(reply, body=tuple(frames))


FAULT = Fault(
    "reorder",
    "repeats, swaps or turns back the progress",
    "stream",
    {
        "how": Parameter(
            "choice",
            "what happens: a line comes twice, two lines change places, or the progress falls "
            "back to the first line",
            "swap",
            ("repeat", "swap", "back"),
        )
    },
    reply=_strike,
)
