"""The words of a comparison."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "added", "removed", "type changed", "new enum value", "form changed",
    "status changed", "header changed", "slower",
]  # fmt: skip
Severity = Literal["breaking", "additive", "cosmetic"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "additive", "cosmetic")


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as it came."""

    operation: str
    """The operationId of its call; `callback` for a callback."""
    message: str
    """The nearest documented form; empty if it is not JSON."""
    body: object
    status: int = 200
    content_type: str = ""
    headers: tuple[str, ...] = ()
    """Names in lower case."""
    took_ms: float | None = None
    where: str = ""
    """Such as `entry 3`."""
    statuses: tuple[str, ...] = ()
    """The statuses that the contract has for the call; empty for a callback."""
    content_types: tuple[str, ...] = ()
    """The content types that the contract has for this status."""
    is_request: bool = False
    """It was sent to the provider, which took it."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `a` and `b` say what each side has there."""

    kind: Kind
    severity: Severity
    operation: str
    message: str
    pointer: str
    """RFC 6901 pointer into the message, `*` for every item of a list; empty for the whole."""
    a: str
    b: str
    source: str = ""
    """The source of the contract's statement, or where it was seen."""

    @property
    def place(self) -> str:
        """The call, the form and the field."""
        form = f" {self.message}" if self.message else ""
        return f"{self.operation}{form}{' ' + self.pointer if self.pointer else ''}"

    def __str__(self) -> str:
        source = f" [{self.source}]" if self.source else ""
        return f"{self.kind}: {self.place}: {self.a} -> {self.b}{source}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of two sides."""

    provider: str
    a: str
    b: str
    """What was compared, as the command line named it."""
    drifts: tuple[Drift, ...]
    notes: tuple[str, ...] = field(default=())
    """What cannot be compared, and why."""
    patch: str = ""

    def count(self, severity: Severity) -> int:
        """The number of differences of this severity."""
        return sum(drift.severity == severity for drift in self.drifts)

    @property
    def exit_status(self) -> int:
        """0 if nothing breaks, 1 if something breaks."""
        return 1 if self.count("breaking") else 0
