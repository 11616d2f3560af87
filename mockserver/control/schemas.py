"""Kinds of values in the control API: what each may be, as its document says it.

Nothing here is checked when a record is read. The server itself says what is wrong, in its own
words. A client accepts everything that a newer server sends, even words that this version does not
know.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from msgspec import Meta

from mockserver.domain.callback import delivery
from mockserver.domain.finding import finding, timeline
from mockserver.domain.input.said import said
from mockserver.domain.job import plan, task
from mockserver.domain.job.ids import KEY
from mockserver.domain.journal import event, journal
from mockserver.domain.time import clock
from mockserver.domain.time.clock import LAST_MS, MAX_RATE

REF = "#/components/schemas/{name}"


def referring(name: str, **schema: Any) -> Meta:
    """A dictionary with the schema of another record."""
    return Meta(extra_json_schema={"$ref": REF.format(name=name), **schema})


def one_of(words: Any) -> Meta:
    """A word out of a Literal. A reader sees a plain text."""
    return said(enum=list(get_args(words)))


# For a field that is in no reply. Python code finds its default there.
ABSENT = Meta(extra_json_schema={"not": {}})
HIGHEST_RATE = int(MAX_RATE)
Count = Annotated[int, said(minimum=0)]
Ordinal = Annotated[int, said(minimum=1)]
Hash = Annotated[str, said(pattern="^[0-9a-f]{12}$")]
Rate = Annotated[float, said(exclusiveMinimum=0, maximum=HIGHEST_RATE)]
Share = Annotated[float, said(minimum=0, maximum=1)]
ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
SandboxId = Annotated[str, said(pattern=f"^{ID}$")]
ApiKey = Annotated[str, said(pattern=f"^{KEY}$")]
Moment = Annotated[
    Annotated[int, said(minimum=0, maximum=LAST_MS)] | Annotated[str, said(pattern=r"^\d{4}")],
    said("An ISO time (UTC where it names no zone) or epoch milliseconds"),
]
MOST_ON_PAGE = 1000
LAST_NUMBER = 2**53  # what JSON readers keep exactly
HIGHEST_STATUS = 999
After = Annotated[
    int, said("The `next` of the page before", minimum=0, maximum=LAST_NUMBER, default=0)
]
Limit = Annotated[int, said(minimum=0, maximum=MOST_ON_PAGE, default=100)]
Place = Annotated[str, said(pattern=r"^(\d{1,16}(-\d{1,16}){3})?$")]
EventPlace = Annotated[
    str,
    said(
        "Begins behind this `id`, as `Last-Event-ID` does; that header wins",
        pattern=r"^\d{1,16}(,\d{1,16}:[A-Za-z0-9_-]+)*$",
    ),
]
EventKinds = Annotated[str, said("One kind of event, or some with commas between")]
EventLimit = Annotated[
    int, said("The stream ends after so many events", minimum=1, maximum=LAST_NUMBER)
]
Heartbeat = Annotated[
    str,
    said(pattern=r"^\s*\d+(\.\d+)?(ms|s|m)\s*$"),
    said("A comment comes when nothing happened for so long, 100ms to 5m [15s]"),
]
CALL_FORMS = ("curl", "har", "pytest")
CallForm = Annotated[
    str,
    said("A line for a shell, HAR 1.2, or a test", enum=list(CALL_FORMS), default="curl"),
]
Status = Annotated[int, said(minimum=0, maximum=HIGHEST_STATUS)]

Mode = Annotated[str, one_of(clock.Mode)]
Phase = Annotated[str, one_of(plan.Phase)]
Orientation = Annotated[str, one_of(task.Orientation)]
Resolution = Annotated[str, one_of(task.Resolution)]
EventKind = Annotated[str, one_of(event.EventKind)]
EntryKind = Annotated[str, one_of(journal.Kind)]
DeliveryState = Annotated[str, one_of(delivery.DeliveryState)]
Severity = Annotated[str, one_of(finding.Severity)]
MomentKind = Annotated[str, one_of(timeline.MomentKind)]
