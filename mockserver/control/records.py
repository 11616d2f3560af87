"""The replies of the control API as records. Times are virtual ms.

A reply that is listed without all that a single one tells leaves out what has a default here.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from msgspec import Struct

from mockserver.control import parts
from mockserver.control.schemas import (
    ABSENT,
    ApiKey,
    Count,
    DeliveryState,
    EntryKind,
    EventKind,
    Hash,
    Mode,
    MomentKind,
    Ordinal,
    Orientation,
    Phase,
    Resolution,
    Severity,
)
from mockserver.domain.input.counted import counted
from mockserver.domain.input.said import said

SHOWN_ENTRIES = 6  # of the journal's numbers in one line


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why a call was refused."""

    type: Annotated[str, said(const="about:blank")]
    title: str
    status: Annotated[int, said(minimum=400)]
    detail: Annotated[str, said(minLength=1)]
    field: Annotated[str, said("Path of what is wrong")] = ""
    value: Annotated[Any, said("What was given, cut where it is long")] = None
    expected: str = ""


class Clock(Struct, frozen=True):
    """A sandbox's clock."""

    mode: Mode
    rate: Annotated[float, said("0 where the clock stands", minimum=0)]
    now_ms: int
    now: Annotated[str, said("now_ms as ISO 8601")]


class ClockAdvanced(Clock, frozen=True):
    """The clock, and how far it went."""

    advanced_ms: Count


class Choice(Struct, frozen=True):
    """A scenario with its options."""

    name: str
    options: dict[str, Any]


class Sandbox(Struct, frozen=True, kw_only=True):
    """What is set for a sandbox."""

    api_key: Annotated[str, ABSENT] = ""
    id: str
    label: str
    seed: str
    keys: Annotated[list[str], said("Hashes")]
    opened_by_key: bool
    created_real_ms: int
    clock: Clock
    speed: float
    scenario: Choice
    scenario_rules: list[parts.ScenarioRule]
    dialect: Annotated[dict[str, dict[str, str]], said("Switches that differ from their defaults")]
    balances: dict[str, float]
    quotas: list[parts.Quota]
    has_webhook_key: bool
    patience_ms: Annotated[
        int | None,
        said("How long a fault may hold one connection, in real time; null: without end"),
    ]
    tasks: int
    outlasted: Annotated[int, said("How many connections were held until patience ended")]


class SandboxShown(Sandbox, frozen=True, omit_defaults=True):
    """A sandbox without its key, which only its creator knows."""


class SandboxCreated(Sandbox, frozen=True, kw_only=True):
    """The sandbox; `api_key` is shown here and never again."""

    api_key: ApiKey


class Sandboxes(Struct, frozen=True):
    """All of them."""

    sandboxes: list[Sandbox]


class Keys(Struct, frozen=True):
    """Hashes; the keys themselves are never kept."""

    keys: list[Hash]


class Task(Struct, frozen=True, kw_only=True):
    """A task and its state now."""

    id: str
    ordinal: Ordinal
    provider: str
    operation: str
    model: str
    prompt: str
    scenario: str
    scenario_struck: Annotated[
        bool,
        said(
            "A reply or callback that differs from what `succeed` would have given was really sent"
        ),
    ]
    phase: Phase
    progress: Annotated[float, said("Percent")]
    since_ms: int
    failure: parts.Failure | None
    created_ms: int
    ends_ms: Annotated[int | None, said("null for a task that never ends")]
    orientation: Orientation
    resolution: Resolution
    videos: Ordinal
    price: float
    unit: str
    callback_url: str | None
    parent_id: str | None
    key: Annotated[str, ABSENT] = ""
    gif: Annotated[bool, ABSENT] = False
    params: Annotated[dict[str, Any], ABSENT] = {}
    urls: Annotated[list[str], ABSENT] = []
    urls_until_ms: Annotated[int | None, ABSENT] = None
    files: Annotated[list[parts.File], ABSENT] = []
    upgrades: Annotated[list[parts.UpgradeTold], ABSENT] = []
    plan: Annotated[parts.Plan, ABSENT] = cast("parts.Plan", {})


class TaskShown(Task, frozen=True, omit_defaults=True):
    """A task as it is listed."""


class WholeTask(Task, frozen=True, kw_only=True):
    """One task with its whole plan."""

    key: Annotated[str, said("Hash of the API key that submitted it")]
    gif: bool
    params: dict[str, Any]
    urls: list[str]
    urls_until_ms: int | None
    files: Annotated[
        list[parts.File],
        said("The videos and their upgrades, ready or not: what each link sends once it is ready"),
    ]
    upgrades: list[parts.UpgradeTold]
    plan: parts.Plan


class TaskPage(Struct, frozen=True):
    """A page; `next` is the `after` of the following one, or null."""

    tasks: list[Task]
    next: int | None
    total: Count


class Body(Struct, frozen=True):
    """A recorded body, as text or base64; `truncated` if not all of it was kept."""

    size_bytes: Ordinal
    truncated: bool
    text: str = ""
    base64: str = ""


class TextBody(Struct, frozen=True):
    """A body in UTF-8, as it was sent."""

    text: str
    size_bytes: int
    truncated: bool


class Base64Body(Struct, frozen=True):
    """A body that is not UTF-8."""

    base64: str
    size_bytes: int
    truncated: bool


AnyBody = Annotated[
    Body | None,
    said("As text, or base64 where it is no UTF-8", minProperties=3, maxProperties=3),
]


class Entry(Struct, frozen=True, kw_only=True):
    """One journal entry. `status` is 0 where nothing was answered."""

    seq: Ordinal
    real_ms: int
    virtual_ms: int
    kind: EntryKind
    provider: str
    operation: str
    call_phase: str
    task_id: str
    status: int
    code: Annotated[int, said("The status that the provider's envelope says, or else `status`")]
    method: str
    path: str
    query: str
    key: Annotated[str, said("Hash of the API key")]
    model: str
    reason: str
    scenario: Annotated[
        str,
        said("The scenario of the task, where this differs from what `succeed` would have given"),
    ]
    request_headers: list[tuple[str, str]]
    request_body: AnyBody
    reply_headers: list[tuple[str, str]]
    reply_body: AnyBody
    faults: list[parts.Matched]
    scenario_struck: Annotated[bool, said("What differs was really sent")]
    undecided: list[parts.Undecided]
    detail: dict[str, Any]


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened, as listeners are told.

    `faults` of an exchange say what struck as far as it is known; the `sent` that follows says it
    of a reply that takes time.
    """

    kind: EventKind
    sandbox: str
    seq: Annotated[int, said("A number in the journal; 0 for phase, missed and gone")]
    of: Annotated[int, said("The number of the exchange that a sent or closed is about, or 0")]
    real_ms: int
    virtual_ms: int
    provider: str
    operation: str
    call_phase: str
    task_id: str
    model: str
    method: str
    path: str
    query: str
    status: Annotated[int, said("0 where nothing was answered")]
    code: Annotated[
        int, said("The status that the provider's envelope says; of a phase, the failure's code")
    ]
    took_ms: Annotated[
        int | None,
        said(
            "From the decision to the end of the reply; 0: at once; null: not known, or not ended"
        ),
    ]
    faults: list[parts.Matched]
    reason: str
    scenario: str
    phase: Annotated[str, said("The phase that the job has reached")]
    attempt: Annotated[int, said("Of a delivery; 0 if no attempt was made")]
    state: Annotated[str, said("Of the delivery after the attempt")]
    what: Annotated[str, said("In words, what has no field of its own")]
    missed: Annotated[int, said("How many entries the listener can get no more")]


class JournalPage(Struct, frozen=True):
    """A page; `dropped` counts the entries that the bounded journal has dropped."""

    entries: list[Entry]
    next: int | None
    dropped: Count
    total: Count


class Callback(Struct, frozen=True):
    """One line of the callback log."""

    id: str
    task_id: str
    provider: str
    event: str
    url: str
    event_ms: int
    due_ms: Annotated[int | None, said("null when no attempt is to come")]
    state: DeliveryState
    note: Annotated[str, said("Why it was not delivered")]
    attempts: list[parts.Attempt]


class Callbacks(Struct, frozen=True):
    """In the order of their events."""

    callbacks: list[Callback]


class Balance(Struct, frozen=True):
    """Money at one provider in its own unit."""

    unit: str
    limit: Annotated[float | None, said("null for no limit")]
    left: float | None
    spent: float
    spent_usd: float


class Found(Struct, frozen=True):
    """One thing that the client did wrong."""

    name: str
    severity: Severity
    title: str
    what: str
    why: str
    mend: str
    entries: Annotated[list[int], said("Numbers in the journal")]
    task_id: str = ""

    @property
    def told(self) -> str:
        """What was done, and where the journal shows it; of many entries the first and the last."""
        numbers = [str(entry) for entry in self.entries]
        if len(numbers) > SHOWN_ENTRIES:
            numbers = [
                *numbers[:3],
                "…",
                f"{numbers[-1]}: {counted(len(numbers), 'entry', 'entries')}",
            ]
        where = ", ".join(numbers).replace("…, ", "… ")
        return f"{self.what} (journal {where})" if where else self.what


class Findings(Struct, frozen=True):
    """What was found, the worst first."""

    found: list[Found]
    not_judged: Annotated[dict[str, str], said("What the evidence cannot show, and why")]
    counts: Annotated[dict[str, Count], said(required=["error", "warning", "info"])]


class FindingKinds(Struct, frozen=True):
    """The catalogue."""

    findings: list[parts.Finding]


class Moment(Struct, frozen=True):
    """One thing on the time line; `after_ms` counts from the first."""

    at_ms: int
    after_ms: int
    kind: MomentKind
    what: str
    task_id: str
    faults: list[str]
    entry: Annotated[int, said("A number in the journal, 0 for a state of a task")]
    bad: bool


class Timeline(Struct, frozen=True):
    """A page of what happened up to now; `next` is the `after` of the following one, or null."""

    seed: str
    moments: list[Moment]
    next: str | None


class ScenarioRules(Struct, frozen=True):
    """The rules."""

    rules: list[parts.ScenarioRule]


class Scenario(Struct, frozen=True):
    """An entry of the catalogue; `breaks` names the law of the life cycle that it breaks."""

    name: str
    summary: str
    options: dict[str, str]
    lawful: bool
    breaks: str | None


class Scenarios(Struct, frozen=True):
    """Every scenario; `breaks` names the law of the life cycle that it breaks."""

    scenarios: list[Scenario]


class Providers(Struct, frozen=True):
    """What is emulated."""

    providers: list[parts.Provider]


class FaultRules(Struct, frozen=True):
    """In the order in which they strike."""

    rules: list[parts.FaultTally]


class Faults(Struct, frozen=True):
    """The catalogue."""

    faults: list[parts.Fault]


class Profiles(Struct, frozen=True):
    """The profiles."""

    profiles: list[parts.Profile]
