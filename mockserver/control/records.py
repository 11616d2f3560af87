"""What the control API answers, as its client gives it: frozen records. Times are virtual ms."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Struct

from mockserver.control.schemas import Count, said
from mockserver.domain.time.clock import Mode

SHOWN_ENTRIES = 6  # of the journal's numbers in one line


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


class Sandbox(Struct, frozen=True):
    """What is set for a sandbox. `keys` are hashes; `api_key` is known to its creator alone.

    `patience_ms` is how long a fault may hold one connection, in real time, None: without end;
    `outlasted` how many connections were held until that ended.
    """

    id: str
    label: str
    seed: str
    keys: list[str]
    opened_by_key: bool
    clock: Clock
    speed: float
    scenario: Choice
    scenario_rules: list[dict[str, Any]]
    dialect: dict[str, dict[str, str]]
    balances: dict[str, float]
    quotas: list[dict[str, Any]]
    has_webhook_key: bool
    tasks: int
    patience_ms: int | None = None
    outlasted: int = 0
    api_key: str = ""


class Task(Struct, frozen=True):
    """A task and how it stands now; the lists and `plan` are filled by `task()` alone.

    `scenario_struck`: something was really sent that the scenario `succeed` would not have given.
    `files` are its videos and their upgrades: `index`, `variant`, `url`, `content_type`,
    `size_bytes` and `sha256` of what the link sends once it is ready.
    """

    id: str
    ordinal: int
    provider: str
    operation: str
    model: str
    prompt: str
    scenario: str
    phase: str
    progress: float
    created_ms: int
    ends_ms: int | None
    price: float
    unit: str
    scenario_struck: bool = False
    failure: dict[str, Any] | None = None
    callback_url: str | None = None
    urls: list[str] = []
    files: list[dict[str, Any]] = []
    upgrades: list[dict[str, Any]] = []
    plan: dict[str, Any] = {}


class Body(Struct, frozen=True):
    """A recorded body, as text or base64; `truncated` where not all of it was kept."""

    size_bytes: int
    truncated: bool
    text: str = ""
    base64: str = ""


class Entry(Struct, frozen=True):
    """One journal entry. `status` is 0 where nothing was answered.

    `scenario` names the task's scenario where the reply or callback is another than `succeed` would
    have given; `scenario_struck` says that what differs was really sent. `undecided` are the
    scenario rules whose regular expression ran out of time: they were not applied.
    """

    seq: int
    kind: str
    real_ms: int
    virtual_ms: int
    provider: str
    operation: str
    call_phase: str
    method: str
    path: str
    query: str
    task_id: str
    status: int
    reason: str
    request_headers: list[tuple[str, str]]
    request_body: Body | None
    reply_headers: list[tuple[str, str]]
    reply_body: Body | None
    faults: list[dict[str, Any]]
    detail: dict[str, Any]
    scenario: str = ""
    scenario_struck: bool = False
    undecided: list[dict[str, Any]] = []


class JournalPage(Struct, frozen=True):
    """A stretch of the journal; `next` is the `after` of the following one."""

    entries: list[Entry]
    next: int | None
    dropped: int
    total: int


class Callback(Struct, frozen=True):
    """One line of the callback log; `due_ms` is None when no attempt is to come."""

    id: str
    task_id: str
    provider: str
    event: str
    url: str
    event_ms: int
    due_ms: int | None
    state: str
    note: str
    attempts: list[dict[str, Any]]


class Balance(Struct, frozen=True):
    """Money at one provider in its own unit; `limit` and `left` are None without a limit."""

    unit: str
    limit: float | None
    left: float | None
    spent: float
    spent_usd: float


class Found(Struct, frozen=True):
    """One thing that the client did wrong; `entries` are the numbers of the journal's that show it."""

    name: str
    severity: str
    title: str
    what: str
    why: str
    mend: str
    entries: list[int]
    task_id: str = ""

    @property
    def told(self) -> str:
        """What was done, and where the journal shows it; of many entries the first and the last."""
        numbers = [str(entry) for entry in self.entries]
        if len(numbers) > SHOWN_ENTRIES:
            numbers = [*numbers[:3], "…", f"{numbers[-1]}: {len(numbers)} entries"]
        where = ", ".join(numbers).replace("…, ", "… ")
        return f"{self.what} (journal {where})" if where else self.what


class Findings(Struct, frozen=True):
    """What was found, the worst first; `not_judged` gives a reason for each that could not be."""

    found: list[Found]
    not_judged: dict[str, str]
    counts: dict[str, int]


class Moment(Struct, frozen=True):
    """One thing on the time line; `after_ms` counts from the first, `entry` is the journal's number."""

    at_ms: int
    after_ms: int
    kind: str
    what: str
    task_id: str
    faults: list[str]
    entry: int
    bad: bool


class Timeline(Struct, frozen=True):
    """What happened in a sandbox, in the order of virtual time, and the seed that repeats it.

    `next` is the `after` of the page that follows; None behind the last, and of all pages together.
    """

    seed: str
    moments: list[Moment]
    next: str | None = None


class Scenario(Struct, frozen=True):
    """An entry of the catalogue; `breaks` names the law of the life cycle that it breaks."""

    name: str
    summary: str
    options: dict[str, str]
    lawful: bool
    breaks: str | None


class TaskPage(Struct, frozen=True):
    """A stretch of the tasks; `next` is the `after` of the following one."""

    tasks: list[Task]
    next: int | None
