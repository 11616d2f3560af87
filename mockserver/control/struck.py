"""Whether a fault or a scenario really struck the client of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from mockserver.control.client import Control
    from mockserver.control.parts import FaultTally

REFUSED = "scenario {}:"  # begins the reason of a creation that a scenario refuses


class Struck(Struct, frozen=True):
    """How often it struck; if it never did, why not."""

    times: int
    why: str = ""


def rule_struck(control: Control, sandbox: str, rule_id: str) -> Struck:
    """How often a fault rule of a sandbox struck. Raises ControlError."""
    rules = (rule for rule in control.faults(sandbox) if rule["id"] == rule_id)
    rule = next(rules, None)
    if rule is None:
        return Struck(0, "its rule was taken away")
    if rule["struck"]:
        return Struck(int(rule["struck"]))
    return Struck(0, _held_back(rule) or _nothing_came(control, sandbox, rule))


def scenario_struck(control: Control, sandbox: str, scenario: str) -> Struck:
    """How often a scenario of a sandbox's jobs struck. Raises ControlError."""
    jobs = [task for task in control.tasks(sandbox) if task.scenario == scenario]
    struck = sum(task.scenario_struck for task in jobs) or _refused(control, sandbox, scenario)
    if struck:
        return Struck(struck)
    if jobs:
        return Struck(0, "the client was sent nothing that differs from a job that succeeds")
    return Struck(0, "no job was submitted")


def _refused(control: Control, sandbox: str, scenario: str) -> int:
    """How many creations it refused. These left no job."""
    begins = REFUSED.format(scenario)
    calls = control.entries(sandbox, kind="exchange")
    return sum(call.reason.startswith(begins) for call in calls)


def _held_back(rule: FaultTally) -> str:
    """Why the rule did not strike the calls that it matched."""
    if rule["applied"]:
        return "the client did not wait for what differs: it left, or came back, before that"
    reasons = [*rule["held_back"], rule.get("nearest", "")]
    return ", ".join(filter(None, reasons)) if rule["held_back"] else ""


def _nothing_came(control: Control, sandbox: str, rule: FaultTally) -> str:
    if not control.journal(sandbox, kind="exchange", limit=1).entries:
        return "no call reached the sandbox: check base URL and key"
    when = rule.get("when", {})
    phase = f" of phase {when['call_phase']}" if "call_phase" in when else ""
    provider = f" to {when['provider']}" if "provider" in when else ""
    nearest = rule.get("nearest", "")
    meant = f"no call{phase}{provider} came" if phase or provider else ""
    return ": ".join(filter(None, (meant, nearest))) or "no call came that it strikes"
