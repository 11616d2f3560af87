"""Bodies that the control API takes. UNSET is what was not given."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from mockserver.control.schemas import ApiKey, Moment, Rate, SandboxId
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.quantity import Span
from mockserver.domain.input.said import said
from mockserver.domain.profile.given import ProfileGiven
from mockserver.domain.sandbox.landmarks import Landmark
from mockserver.domain.scenario.given import ChoiceGiven, ScenarioRuleGiven
from mockserver.domain.time.clock import Mode

MOST_IN_WINDOW = 100_000
HIGHEST_BALANCE = 10**12


class ClockChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another mode, or another rate for mode real."""

    mode: Mode | UnsetType = UNSET
    rate: Rate | UnsetType = UNSET


class AdvanceGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A span (`by`), or a landmark or moment (`to`); `task` narrows a landmark to one task."""

    by: Span | UnsetType = UNSET
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


class ClockGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A clock's beginning: `start` is an ISO time or epoch milliseconds."""

    mode: Mode | UnsetType = UNSET
    start: Moment | UnsetType = UNSET
    rate: Rate | UnsetType = UNSET


class QuotaGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """At most `limit` submissions per `window`, of some operations or all, for each key."""

    name: Annotated[str, said(minLength=1, maxLength=64)]
    limit: Annotated[int, said(minimum=0, maximum=MOST_IN_WINDOW)]
    window: Span
    operations: tuple[str, ...] = ()


DialectGiven = dict[str, dict[str, str | None] | None]
BalancesGiven = dict[str, Annotated[float | None, said(minimum=0, maximum=HIGHEST_BALANCE)]]


class SettingsGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What may change at any time. Objects are merged, `null` in them takes a value back."""

    seed: Annotated[str, said(minLength=1, maxLength=256)] | UnsetType = UNSET
    speed: Rate | UnsetType = UNSET
    scenario: str | ChoiceGiven | UnsetType = UNSET
    scenario_rules: tuple[ScenarioRuleGiven, ...] | UnsetType = UNSET
    dialect: DialectGiven | UnsetType = UNSET
    balances: BalancesGiven | UnsetType = UNSET
    webhook_key: (
        Annotated[str, said("Signs callbacks, such as Kie's; empty for none")] | UnsetType
    ) = UNSET
    quotas: tuple[QuotaGiven, ...] | UnsetType = UNSET
    label: str | UnsetType = UNSET
    patience_ms: (
        Annotated[
            int | None,
            said(
                "How long faults may hold one connection, in real time; null for no end", minimum=1
            ),
        ]
        | UnsetType
    ) = UNSET


class SandboxGiven(SettingsGiven, frozen=True, forbid_unknown_fields=True):
    """A new sandbox. Without a key one is made."""

    id: SandboxId | UnsetType = UNSET
    api_key: ApiKey | UnsetType = UNSET
    keys: tuple[ApiKey, ...] = ()
    clock: ClockGiven = ClockGiven()


class KeysGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Further keys for a sandbox."""

    keys: tuple[ApiKey, ...]


class ScenarioRulesGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules in the order in which they are tried; the first that matches counts."""

    rules: tuple[ScenarioRuleGiven, ...]


class FaultRulesGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules in the order in which they strike."""

    rules: tuple[FaultRule, ...]


class ProfileChosen(Struct, frozen=True, forbid_unknown_fields=True):
    """A shipped profile by `name`, or one's own as `profile`."""

    name: Annotated[str, said("A shipped profile")] | UnsetType = UNSET
    profile: ProfileGiven | UnsetType = UNSET


class RunGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """How the client ended. Without `exit_code` nothing is known of it; null: it was killed."""

    over: bool = False
    exit_code: Annotated[int | None, said("null for a client that was killed")] | UnsetType = UNSET
    output: str = ""
