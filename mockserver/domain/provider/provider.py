"""A provider: a codec between its own HTTP and Reelmock's commands, and its plain facts.

A provider folder touches no framework, no store and no clock. It exports one `PROVIDER`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct, field

from mockserver.domain.callback.delivery import CallbackPolicy, Delivery, Message
from mockserver.domain.input.errors import BadInput, Refusal, nearest, shown
from mockserver.domain.job.plan import EVEN, Failure, Ticks
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import AnOutcome, Asks
from mockserver.domain.provider.judging import Judging
from mockserver.domain.provider.key_place import BEARER, KeyPlace
from mockserver.domain.provider.quota import Quota
from mockserver.domain.reply import sse
from mockserver.domain.reply.reply import Reply
from mockserver.domain.scenario.scenario import Timing
from mockserver.domain.time.clock import ClockState

CallPhase = Literal[
    "create", "poll", "content", "stream", "upgrade", "callback", "download", "account"
]
CALL_PHASES: tuple[str, ...] = (
    "create",
    "poll",
    "content",
    "stream",
    "upgrade",
    "callback",
    "download",
    "account",
)


_decode_json = msgspec.json.Decoder().decode


GZIP = b"\x1f\x8b"  # the first bytes of a gzip stream
_LONE = re.compile(
    rb"(?i)\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}"
)


def parameter_in(query: str, name: str) -> str | None:
    """The first parameter with a name in a query string, decoded; None if there is none."""
    if "%" not in query and "+" not in query:  # nothing is escaped
        for part in query.split("&"):
            known, _, value = part.partition("=")
            if known == name:
                return value
        return None
    return parse_qs(query, keep_blank_values=True, errors="replace").get(name, [None])[0]


class Part(Struct, frozen=True):
    """One part of a multipart form; `filename` is None for a plain field."""

    name: str
    data: bytes
    filename: str | None = None
    content_type: str = ""


class Inbound(Struct, frozen=True, gc=False):
    """A request as the codecs see it. Header names are lower-case bytes.

    `connection` is the client's port: calls on one connection come one after another.
    `headers_bytes` is how long the headers are, or 0 if nobody has added it up.
    """

    method: str
    path: str
    query_string: str = ""
    headers: list[tuple[bytes, bytes]] = []
    body: bytes = b""
    params: Mapping[str, str] = {}
    form: tuple[Part, ...] | None = None  # set for multipart/form-data that could be read
    connection: int = 0
    headers_bytes: int = 0

    def header(self, name: bytes, default: str = "") -> str:
        """The first header with a name, as text."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return default

    def query(self, name: str, default: str = "") -> str:
        """The first query parameter with a name."""
        value = parameter_in(self.query_string, name)
        return default if value is None else value

    def compression(self) -> str:
        """How the body is compressed, if this can be seen; empty if it is not."""
        encoding = self.header(b"content-encoding").strip().lower()
        if encoding not in ("", "identity"):
            return encoding
        return "gzip" if self.body.startswith(GZIP) else ""

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises Refusal(`malformed`) for anything else.

        The content type does not matter: published samples leave it out or add a charset.
        """
        try:
            content = _decode_json(self.body)
        except RecursionError:
            raise Refusal(
                "malformed", "body: nested too deeply, expected a plain JSON object"
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if encoding := self.compression():
                raise compressed(encoding) from None
            what = "an empty body" if not self.body.strip() else f"no valid JSON ({error})"
            if _LONE.search(self.body):
                what = f"half of a surrogate pair, which is no character ({error})"
            raise Refusal("malformed", f"body: got {what}, expected a JSON object") from None
        if not isinstance(content, dict):
            raise Refusal(
                "malformed", f"body: got JSON of type {type(content).__name__}, expected an object"
            )
        return content


def compressed(encoding: str) -> Refusal:
    """The reason for refusing a body that cannot be read."""
    reason = f"body: got one compressed with {shown(encoding)}, expected one that is not compressed"
    return Refusal("malformed", reason)


class Context(Struct, frozen=True, gc=False):
    """What a codec may know besides the request: the moment, the sandbox, the dialect.

    `now_ms` is the time of the sandbox, `real_ms` the real time: receivers of callbacks compare it
    with their own clock. `webhook_key` signs callbacks; it is empty if there is no key.
    """

    now_ms: int
    sandbox_id: str
    seed: str
    clock: ClockState
    dialect: Mapping[str, str]
    base_url: str = ""
    webhook_key: str = ""
    speed: float = 1.0
    request: Inbound | None = None  # the request that is answered; None for callbacks
    real_ms: int = 0  # limits depend on it too

    def pause_ms(self, real_ms: float) -> int:
        """A provider's own pause in virtual time; none where the clock stands, for it would not end."""
        return round(real_ms / self.speed) if self.clock.mode == "real" else 0

    def retry_after(self, wait_ms: int) -> bytes:
        """A span as the value of Retry-After: whole real seconds of the client, at least 1."""
        return b"%d" % max(1, self.clock.client_seconds(wait_ms))


class PollAdvice(Struct, frozen=True):
    """How often the documents say to poll, and when to give up."""

    interval_ms: int
    deadline_ms: int


class Api(Struct, frozen=True):
    """One of several APIs that a provider has side by side, such as two generations.

    Its calls know the tasks of its own creations, and no others.
    """

    name: str
    judging: Judging
    poll: PollAdvice


class Operation(Struct, Generic[AnOutcome], frozen=True):
    """One call of a provider: `path` may hold `{name}` segments.

    The command from `decode` leads to this outcome, and `encode` writes the outcome. A stream has
    chunks of `chunk_kinds`, and it is complete after the event `ending`.

    `task_param` names the segment or query parameter that says which task the call is about.
    """

    name: str
    method: str
    path: str
    call_phase: CallPhase
    decode: Callable[[Inbound, Context], Asks[AnOutcome]]
    encode: Callable[[AnOutcome, Inbound, Context], Reply]
    task_param: str = ""
    summary: str = ""
    chunk_kinds: tuple[str, ...] = ()
    ending: bytes = sse.DONE
    api: Api | None = None  # one beside the provider's first

    def task_id(self, inbound: Inbound) -> str:
        """The task that a request names; empty if it names none, or only in its body."""
        name = self.task_param
        return (inbound.params.get(name) or inbound.query(name)) if name else ""


class Model(Struct, frozen=True):
    """A model with its price for one job, in micros of the provider's unit."""

    name: str
    price_micros: int
    timing: Timing
    orientation: str | None = None
    takes_images: bool = True
    listed: bool = True


class Switch(Struct, frozen=True):
    """A fact about which sources disagree: the default and the other values, each with its source."""

    name: str
    values: Mapping[str, str]  # value -> its meaning and its source; the first is the default

    @property
    def default(self) -> str:
        return next(iter(self.values))


class Provider(Struct, frozen=True):
    """A complete provider. `refuse` writes every refusal in the provider's own envelope.

    `keys` are the places where it reads the API key; the first place with a key counts. Use
    `policy_in` if the `callback_policy` depends on the dialect. If a client asks for a new link,
    the link lives for `fresh_link_ms`. `sdks` are other people's SDKs that can call it, each with
    its base path below the provider's base URL. `judging` and `poll` are for the first API of the
    provider; an operation of another API names that API.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    unit: str
    usd_per_unit: float
    operations: tuple[Operation[Any], ...]
    models: tuple[Model, ...]
    failures: Mapping[str, Failure]
    refuse: Callable[[Refusal, Context], Reply]
    make_id: Callable[[bytes, int, str, Mapping[str, str]], str]
    retention_ms: int
    media_ttl_ms: Callable[[Mapping[str, str]], int]
    poll: PollAdvice
    judging: Judging
    keys: tuple[KeyPlace, ...] = (BEARER,)
    dialect: tuple[Switch, ...] = ()
    quotas: tuple[Quota, ...] = ()
    callback_policy: CallbackPolicy | None = None
    policy_in: Callable[[Mapping[str, str]], CallbackPolicy] | None = None
    callback: Callable[[Task, Delivery, Context], Message] | None = None
    refusals: tuple[str, ...] = ()  # the kinds that `refuse` knows
    fresh_link_ms: int = 0
    ticks: Ticks = EVEN
    sdks: Mapping[str, str] = {}
    defaults: Mapping[str, str] = field(default_factory=dict)
    limited: frozenset[str] = frozenset()  # the operations that its quotas name
    apis: Mapping[str, Api] = field(default_factory=dict)  # of each operation of a further one

    def __post_init__(self) -> None:
        if not self.keys:
            raise BadInput("keys", self.keys, "at least one place where the API key is read")
        number, first, last = self.ticks
        if number < 2 or not 0 <= first <= last <= 100:
            raise BadInput("ticks", self.ticks, "two or more, between percents that rise to 100")
        msgspec.structs.force_setattr(self, "defaults", {s.name: s.default for s in self.dialect})
        limited = frozenset().union(*(quota.operations for quota in self.quotas))
        msgspec.structs.force_setattr(self, "limited", limited)
        apis = {each.name: each.api for each in self.operations if each.api is not None}
        msgspec.structs.force_setattr(self, "apis", apis)

    def knows(self, made_by: str, operation: str) -> bool:
        """Whether an operation knows the tasks that another has made: those of the same API."""
        return not self.apis or self.apis.get(made_by) is self.apis.get(operation)

    def judging_of(self, operation: str) -> Judging:
        """What judges need to know of an operation's replies."""
        api = self.apis.get(operation)
        return self.judging if api is None else api.judging

    def poll_of(self, operation: str) -> PollAdvice:
        """How often the documents say to ask with an operation."""
        api = self.apis.get(operation)
        return self.poll if api is None else api.poll

    def plain_order(self) -> dict[str, str]:
        """The fields of a plain creation: a prompt, and a model if the call takes one."""
        create = next(each for each in self.operations if each.call_phase == "create")
        listed = self.judging_of(create.name).parameters.get(create.name)
        order = {"model": self.models[0].name, "prompt": "a cat"}
        if listed is not None and listed.known is not None and "model" not in listed.known:
            del order["model"]
        return order

    def dialect_with(self, overrides: Mapping[str, str] | None) -> Mapping[str, str]:
        """The defaults, replaced by a sandbox's own settings where it has some."""
        return self.defaults if not overrides else {**self.defaults, **overrides}

    def policy(self, dialect: Mapping[str, str]) -> CallbackPolicy | None:
        """How callbacks are delivered."""
        return self.callback_policy if self.policy_in is None else self.policy_in(dialect)

    def check_dialect(self, switch: str, value: object) -> None:
        """Raises BadInput if there is no such switch, or if it has no such value."""
        known = {s.name: s for s in self.dialect}
        if switch not in known:
            near = nearest(switch, known)
            raise BadInput(
                f"dialect.{self.name}.{switch}", value, f"a switch of {', '.join(known)}{near}"
            )
        if value not in known[switch].values:
            raise BadInput(
                f"dialect.{self.name}.{switch}", value, "one of " + ", ".join(known[switch].values)
            )
