"""What a fault is: a pure change to one reply, to the terms of a submission, or to one callback.

| stage    | strikes                                | what stands               |
|----------|----------------------------------------|---------------------------|
| instead  | before the use case                    | nothing stored or charged |
| terms    | the terms of one submission            | what those terms say      |
| after    | the reply                              | the outcome               |
| stream   | a reply made of chunks                 | the outcome               |
| media    | a reply that carries a video           | the outcome               |
| delivery | one attempt of one callback            | the task                  |

A mechanism is one file of `mockserver/faults/`; the names that users see are entries of its
`catalogue.yaml`: a mechanism with some of its parameters fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct, field

from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
from mockserver.domain.chance.chance import roll
from mockserver.domain.fault.submission_overrides import Overrides
from mockserver.domain.input.errors import BadInput, Refusal, nearest, shown
from mockserver.domain.input.quantity import fraction, number, span_ms, span_text, whole_number
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Submit
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.reply import Reply

Stage = Literal["instead", "terms", "after", "stream", "media", "delivery"]
Kind = Literal["span", "count", "number", "share", "place", "text", "flag", "choice", "json"]
Options = Mapping[str, Any]

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Unfit(Exception):
    """The fault cannot strike this; the text says why. It counts as a match that was not applied."""


class Parameter(Struct, frozen=True):
    """One parameter of a mechanism. `default` is a value as `read` returns it; None: no default."""

    kind: Kind
    summary: str
    default: Any = None
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 1e12

    @property
    def written_default(self) -> Any:
        """The default as a rule would say it."""
        return (
            span_text(self.default)
            if self.kind == "span" and self.default is not None
            else self.default
        )

    def read(self, name: str, given: object) -> Any:
        """The value of a parameter, from JSON, YAML or text. Raises BadInput."""
        value = _READERS[self.kind](name, given, self)
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            raise BadInput(name, given, f"{self.low:g} to {self.high:g}")
        return value


def _count(name: str, given: object, parameter: Parameter) -> int:
    found = _number(name, given, parameter)
    if found != int(found):
        raise BadInput(name, given, "a whole number")
    return int(found)


def _number(name: str, given: object, parameter: Parameter) -> float:
    found = number(given)
    if found is None:
        raise BadInput(name, given, "a number")
    return found


def _place(name: str, given: object, parameter: Parameter) -> int | float | str:
    """Bytes as an integer, a share as a float, or one of the words in `choices`."""
    text = given.strip() if isinstance(given, str) else ""
    if text in parameter.choices:
        return text
    size_bytes = whole_number(text or given)
    if size_bytes is not None:
        return size_bytes
    words = "".join(f", {word}" for word in parameter.choices)
    try:
        return fraction({name: given}, name, 0.0)
    except BadInput:
        near = nearest(text, parameter.choices)
        raise BadInput(
            name, given, f"bytes such as 120, a share such as 50%{words}{near}"
        ) from None


def _text(name: str, given: object, parameter: Parameter) -> str:
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        raise BadInput(name, given, "a text")
    return str(given)


def _flag(name: str, given: object, parameter: Parameter) -> bool:
    found = _WORDS.get(str(given).strip().lower())
    if found is None:
        raise BadInput(name, given, "true or false")
    return found


def _choice(name: str, given: object, parameter: Parameter) -> str:
    text = str(given)
    if text not in parameter.choices:
        near = nearest(text, parameter.choices)
        raise BadInput(name, given, f"one of: {', '.join(parameter.choices)}{near}")
    return text


def _json(name: str, given: object, parameter: Parameter) -> Any:
    """Any value. If a text is JSON, the value of that JSON counts."""
    if not isinstance(given, str):
        return given
    try:
        return msgspec.json.decode(given)
    except msgspec.DecodeError:
        return given


_READERS: dict[str, Callable[[str, object, Parameter], Any]] = {
    "span": lambda name, given, _: span_ms(given, name),
    "share": lambda name, given, _: fraction({name: given}, name, 0.0),
    "count": _count,
    "number": _number,
    "place": _place,
    "text": _text,
    "flag": _flag,
    "choice": _choice,
    "json": _json,
}


class Hit(Struct, frozen=True):
    """What a mechanism may use when it strikes: its options, the moment, and the provider's refusals.

    `refuse` writes a refusal in the envelope of the call's provider (or of the media host). `chunk`
    is the rule's place in a stream. `task` is the task that the call is about, and `submit` is the
    job that it submits, if it does. `draw` gives random numbers for this hit only.
    """

    rule: str
    fault: str
    options: Options
    context: Context
    refuse: Callable[[Refusal], Reply]
    parts: tuple[object, ...]
    chunk: int | str | None = None
    operation: str = ""
    task: Task | None = None
    submit: Submit | None = None
    other: Task | None = None
    told: Callable[[Task, int], Reply] | None = None

    def draw(self, what: str) -> float:
        """A number in [0, 1). It is the same for the same seed, rule, task, operation and attempt."""
        return roll(self.context.seed, *self.parts, what)


class Fault(Struct, frozen=True):
    """A mechanism: one of `reply`, `outgoing` and `terms` says how it strikes.

    `stage_of` replaces `stage` if the options decide it. `check` raises BadInput for options that
    do not fit together. `draws` says that the mechanism uses `Hit.draw`. Each change raises Unfit
    if it has nothing to strike.
    """

    name: str
    summary: str
    stage: Stage
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    reply: Callable[[Reply, Hit], Reply] | None = None
    outgoing: Callable[[OutgoingAttempt, Hit], OutgoingAttempt] | None = None
    terms: Callable[[Overrides, Hit], Overrides] | None = None
    stage_of: Callable[[Options], Stage] | None = None
    check: Callable[[Options], None] | None = None
    draws: bool = False
    about_other: bool = False


ACCEPTED = Parameter(
    "flag", "strike only after the call took effect: the task is stored and charged", False
)


class NamedFault(Struct, frozen=True):
    """An entry of the catalogue: a mechanism with some parameters fixed and others preset.

    `phases` are the call phases in which it can strike; empty: all that its stage reaches. `method`
    is the only HTTP method of such calls; None: any. `chunk` is the place in a stream if the rule
    names none. `says_all`: a changed reply still says everything that it would have said, perhaps
    late, more than once, or with more beside it. `strikes_all`: it strikes other sandboxes of the
    server, too.
    """

    name: str
    family: str
    mechanism: Fault
    sees: str
    example: Mapping[str, Any]
    stage: Stage
    fixed: Options = field(default_factory=dict)
    preset: Options = field(default_factory=dict)
    phases: tuple[str, ...] = ()
    chunk: int | str | None = None
    says_all: bool = False
    method: str | None = None
    strikes_all: bool = False

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What a rule may say in `with`, with this fault's own defaults."""
        found = {
            name: msgspec.structs.replace(p, default=p.read(name, self.preset[name]))
            if name in self.preset
            else p
            for name, p in self.mechanism.parameters.items()
            if name not in self.fixed
        }
        return found | ({"accepted": ACCEPTED} if self.stage == "instead" else {})

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option of the mechanism from a rule's `with`. Raises BadInput."""
        taken = self.parameters
        for name in given:
            if name not in taken:
                words = ", ".join(taken) or "no parameter: this fault takes none"
                raise BadInput(
                    f"with.{name}", given[name], f"one of: {words}{nearest(name, taken)}"
                )
        fixed = {
            name: None if value is None else self.mechanism.parameters[name].read(name, value)
            for name, value in self.fixed.items()
        }
        read = {
            name: p.read(f"with.{name}", given[name]) if name in given else p.default
            for name, p in taken.items()
        }
        options = {**read, **fixed}
        if self.mechanism.check:
            self.mechanism.check(options)
        return options

    def stage_with(self, options: Options) -> Stage:
        """The stage at which it strikes with these options."""
        stage = self.stage
        if self.mechanism.stage_of and stage == self.mechanism.stage:
            stage = self.mechanism.stage_of(options)
        return "after" if stage == "instead" and options.get("accepted") else stage


def needs_bytes(reply: Reply) -> bytes:
    """The body of a reply that is plain bytes. Raises Unfit."""
    if isinstance(reply.body, bytes):
        return reply.body
    kind = "a stream" if isinstance(reply.body, tuple) else "a video"
    raise Unfit(f"the reply is {kind}")


def unfit(what: str, given: object) -> Unfit:
    """The error for a place in a reply that cannot be struck."""
    return Unfit(f"{what} {shown(given)} is not in the reply")


class NamedFaults(Protocol):
    """All known faults, by the names that users see."""

    def names(self) -> tuple[str, ...]:
        """All names, in their order."""

    def get(self, name: str) -> NamedFault:
        """The fault with a name. For an unknown name, raises BadInput with the nearest name."""

    def all(self) -> tuple[NamedFault, ...]:
        """All of them, in their order."""
