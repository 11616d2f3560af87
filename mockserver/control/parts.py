"""Parts of replies that the Python client returns as plain dictionaries."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from mockserver.control.schemas import (
    HIGHEST_RATE,
    Count,
    Hash,
    Mode,
    Ordinal,
    Phase,
    Resolution,
    SandboxId,
    Severity,
    Share,
    referring,
)
from mockserver.domain.input.said import said
from mockserver.domain.time.clock import LAST_MS

Options = dict[str, Any]
Auth = Annotated[str, said(enum=["bearer", "raw_or_bearer", "other"])]
GivenFaultRule = Annotated[dict[str, Any], referring("FaultRule")]
KeptFaultRule = Annotated[dict[str, Any], referring("FaultRule", required=["id", "fault"])]
GivenFaultWhen = Annotated[dict[str, Any], referring("FaultWhen")]


class Choice(TypedDict):
    """A scenario with its options, as a part of others."""

    name: str
    options: Options


class When(TypedDict, total=False):
    """The submissions that a scenario rule applies to."""

    provider: str
    model: str
    prompt: Annotated[str, said("A regular expression")]


class ScenarioRule(TypedDict):
    """The scenario for the submissions that `when` matches."""

    scenario: Choice
    when: When
    probability: NotRequired[Annotated[Share, said("1 where it is absent")]]


class Quota(TypedDict):
    """A rate window; without operations it counts every submission."""

    name: str
    limit: int
    window_ms: int
    operations: list[str]


class Failure(TypedDict):
    """Our name of a failure with the provider's own code and words."""

    name: str
    code: int | str
    message: str


class Step(TypedDict):
    """One phase: its progress runs from `progress` to `progress_to`, in percent."""

    at_ms: int
    phase: Phase
    progress: float
    progress_to: float
    failure: Failure | None
    word: Annotated[str, said("A status word that no document lists")]


class Plan(TypedDict):
    """A task's whole future."""

    steps: list[Step]
    known_ms: int
    content_ms: int
    vanish_ms: int | None
    hd_ms: int | None
    expires_ms: int
    urls: Annotated[str, said(enum=["all", "absent", "empty", "broken", "signed"])]
    failed_videos: list[int]


class File(TypedDict):
    """What a link sends once it is ready. Every job has bytes of its own."""

    index: Count
    variant: Resolution
    url: str
    content_type: Annotated[str, said(enum=["video/mp4", "image/gif"])]
    size_bytes: int
    sha256: Annotated[str, said(pattern="^[0-9a-f]{64}$")]


class UpgradeTold(TypedDict):
    """A better version of one video; `ready_ms` is null when it never comes."""

    variant: Resolution
    index: int
    asked_ms: int
    ready_ms: int | None
    failure: Failure | None


class Matched(TypedDict):
    """A fault rule that matched: whether it was applied and struck, and the cause or why not."""

    rule: str
    fault: str
    applied: Annotated[bool, said("It changed the reply")]
    struck: Annotated[bool, said("The place at which the reply differs was really reached")]
    fired: Annotated[bool, said("The old word for applied", deprecated=True)]
    why: str


class Deviation(TypedDict):
    """Where a body deviates from the contract, and who says what was expected."""

    pointer: Annotated[str, said("An RFC 6901 pointer; empty for the whole body")]
    expected: str
    got: str
    source: str


class Judged(TypedDict):
    """What the contract says of one body."""

    fits: Annotated[list[str], said("The messages of the contract that it fits")]
    source: Annotated[str, said("The source of these messages")]
    problems: list[Deviation]
    unchecked: Annotated[list[str], said("The parts that cannot be judged, and why")]


class Passed(TypedDict):
    """A fault rule that is set now and did not match a call."""

    rule: str
    fault: str
    why: Annotated[str, said("What in the call is not as the rule wants it")]


class JobAnswer(TypedDict):
    """What the provider would answer to one call about a job."""

    operation: str
    method: str
    path: Annotated[str, said("Below the provider's base URL")]
    status: int
    headers: list[tuple[str, str]]
    text: Annotated[str, said("The body")]


class Undecided(TypedDict):
    """A scenario rule that was skipped, because its match took too long to decide."""

    rule: int
    scenario: str
    applied: Annotated[bool, said(const=False)]
    why: str


class Attempt(TypedDict):
    """One attempt to deliver a callback."""

    number: Ordinal
    at_ms: int
    ended_ms: int
    real_ms: int
    status: Annotated[int | None, said("null when no answer came")]
    problem: str
    answer: str


class Profile(TypedDict):
    """A profile with its name, in the form in which it can be set again."""

    name: str
    summary: str
    scenario: Choice | None
    scenario_rules: list[ScenarioRule]
    faults: list[GivenFaultRule]


_Named = TypedDict(
    "_Named",
    {
        "with": NotRequired[Options],
        "from": NotRequired[int | str | None],
    },
)


class FaultTally(_Named):
    """A fault rule and its counts."""

    id: str
    fault: str
    when: NotRequired[GivenFaultWhen]
    times: NotRequired[int | None]
    skip: NotRequired[int]
    probability: NotRequired[float]
    until: NotRequired[int | str | None]
    lasts: NotRequired[str | None]
    note: NotRequired[str]
    state: Annotated[str, said("active, or why it can strike nothing now")]
    matched: Count
    applied: Count
    struck: Count
    fired: Annotated[Count, said("The old word for applied", deprecated=True)]
    held_back: Annotated[
        dict[str, int], said("How often it matched and was not applied, by reason")
    ]
    nearest: Annotated[
        str,
        said(
            "Of a rule that was never applied, which call came nearest and what differed, "
            "or that fewer calls or attempts came than it means"
        ),
    ]


class Parameter(TypedDict):
    """A parameter of a fault."""

    kind: str
    summary: str
    default: Any
    choices: NotRequired[list[str]]


class Fault(TypedDict):
    """What a fault does, where it strikes, its parameters, and an example of a rule."""

    name: str
    family: str
    mechanism: str
    stage: str
    sees: Annotated[str, said("What the client will see")]
    parameters: dict[str, Parameter]
    example: Any


class Finding(TypedDict):
    """A kind of mistake: why it matters, and how to correct it."""

    name: str
    severity: Severity
    title: str
    why: str
    mend: str
    rests_on: Annotated[str, said("The evidence that it rests on.")]
    turned_by: Annotated[str, said("The evidence that would turn it round.")]


class Poll(TypedDict):
    """How often and how long a client should poll."""

    interval_ms: int
    deadline_ms: int


class CallbackTerms(TypedDict):
    """How a provider delivers."""

    timeout_ms: int
    retry_delays_ms: list[int]


class RunTime(TypedDict):
    """How long a job runs."""

    low: int
    median: int
    high: int


class Model(TypedDict):
    """A model; the price is that of a job, in the provider's unit."""

    name: str
    price: float
    orientation: str | None
    takes_images: bool
    listed: bool
    run_ms: RunTime


class ProviderCall(TypedDict):
    """One call of the provider; the path is below the provider's base URL."""

    name: str
    method: str
    path: str
    call_phase: str
    summary: str


class Switch(TypedDict):
    """A switch; each value comes with what it means and who says so."""

    name: str
    default: str
    values: dict[str, str]


KeyPlace = TypedDict(
    "KeyPlace",
    {
        "in": Annotated[str, said(enum=["header", "query"])],
        "name": Annotated[str, said(minLength=1)],
        "scheme": Annotated[str, said("The word in front of the key, or empty.")],
    },
)


class Provider(TypedDict):
    """A provider's plain facts."""

    name: str
    title: str
    hosts: list[str]
    auth: Annotated[
        Auth,
        said("What `keys` says, in the words of 0.1.0", deprecated=True),
    ]
    keys: Annotated[
        list[KeyPlace],
        said(
            "Where the provider reads the API key; the first place that has one counts.", minItems=1
        ),
    ]
    unit: str
    usd_per_unit: float
    retention_ms: int
    poll: Poll
    callbacks: CallbackTerms | None
    models: list[Model]
    operations: list[ProviderCall]
    failures: list[Failure]
    refusals: list[str]
    dialect: list[Switch]


class Health(TypedDict):
    """How much a server holds."""

    status: Annotated[str, said(const="ok")]
    store: str
    sandboxes: int
    tasks: int
    streams_open: int
    evicted: Annotated[int, said("Idle sandboxes that the bounds let go")]
    trimmed: Annotated[int, said("Tasks that the bounds let go")]


class Version(TypedDict):
    """Distribution, its version, and that of this API."""

    name: Annotated[str, said(const="reelmock")]
    version: str
    api: Annotated[str, said(const="v1")]


class OpenApi(TypedDict):
    """OpenAPI 3.1."""

    openapi: Annotated[str, said(const="3.1.0")]
    info: dict[str, Any]
    paths: dict[str, Any]


class ArchivedClock(TypedDict):
    """The clock of a sandbox, from which its virtual time follows."""

    mode: Mode
    real_base_ms: int
    virtual_base_ms: Annotated[int, said(minimum=0, maximum=LAST_MS)]
    rate: Annotated[float, said(minimum=0, maximum=HIGHEST_RATE)]


class ArchivedSandbox(TypedDict):
    """The sandbox of an archive."""

    id: SandboxId
    seed: str
    clock: ArchivedClock


class Archive(TypedDict):
    """A sandbox as one document."""

    schema: Annotated[int, said("That of this version; earlier ones are converted", minimum=1)]
    sandbox: ArchivedSandbox
    books: dict[str, Any]
    keys: NotRequired[list[Hash]]
    tasks: NotRequired[list[dict[str, Any]]]
    deliveries: NotRequired[list[dict[str, Any]]]
    counters: NotRequired[dict[str, int]]
    written_by: NotRequired[Annotated[str, said("The version that wrote it")]]


OPEN = (OpenApi, Archive, ArchivedSandbox, ArchivedClock)  # they may hold more than is listed
