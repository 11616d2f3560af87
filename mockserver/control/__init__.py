"""A typed client of the control API, for scripts, the command line and the pytest plugin.

    control = Control("http://127.0.0.1:8080", key="sk-mine")
    control.advance("3m")
    assert control.tasks()[0].phase == "succeeded"

Every method that concerns a sandbox takes its id as `sandbox`; the default `current` is the one
of the client's key. What goes wrong raises ControlError. Times are virtual milliseconds.
"""

from mockserver.control.client import CURRENT, Control, ControlError
from mockserver.control.looks import Verdict
from mockserver.control.records import (
    Balance,
    Body,
    Callback,
    Choice,
    Clock,
    Entry,
    Findings,
    Found,
    JournalPage,
    Moment,
    Sandbox,
    Scenario,
    Task,
    Timeline,
    WholeTask,
)
from mockserver.control.struck import Struck, rule_struck, scenario_struck

__all__ = [
    "CURRENT",
    "Balance",
    "Body",
    "Callback",
    "Choice",
    "Clock",
    "Control",
    "ControlError",
    "Entry",
    "Findings",
    "Found",
    "JournalPage",
    "Moment",
    "Sandbox",
    "Scenario",
    "Struck",
    "Task",
    "Timeline",
    "Verdict",
    "WholeTask",
    "rule_struck",
    "scenario_struck",
]
