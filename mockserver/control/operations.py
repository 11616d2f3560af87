"""Every call of the control API: its request, its reply and its description.

A call is its name, method and path, its request and response, and its texts: tag, summary, and what
the reply holds.
"""

from __future__ import annotations

from types import NoneType
from typing import Any

from mockserver.control import looks, parts, records, requests, tapes
from mockserver.control.operation import Operation, read
from mockserver.control.schemas import (
    After,
    CallForm,
    EventKinds,
    EventLimit,
    EventPlace,
    Heartbeat,
    Limit,
    Place,
    Status,
)
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.journal.journal import Kind
from mockserver.domain.profile.given import ProfileGiven
from mockserver.domain.provider.provider import CallPhase
from mockserver.domain.scenario.given import ChoiceGiven

_ALL = "/sandboxes"
_ONE = f"{_ALL}/{{sandbox}}"
_FAULTS = f"{_ONE}/faults"
_PAGE = {"after": After, "limit": Limit}
_FILTERS = {
    "provider": str,
    "operation": str,
    "call_phase": CallPhase,
    "task_id": str,
    "kind": Kind,
}
_BIG_BYTES = 256 * 1024 * 1024

# fmt: off
LIST_SANDBOXES = read("listSandboxes", _ALL, records.Sandboxes, "sandboxes", "Every sandbox")
CREATE_SANDBOX = Operation(
    "createSandbox", "POST", _ALL, requests.SandboxGiven, records.SandboxCreated, "sandboxes",
    "A new sandbox, with the key that chooses it", makes=True, body_optional=True,
    examples=('{"seed": "7", "clock": {"mode": "manual", "start": "2030-01-01"}, "scenario": "succeed"}',),
)
GET_SANDBOX = read("getSandbox", _ONE, records.Sandbox, "sandboxes", "What is set for a sandbox")
CHANGE_SANDBOX = Operation(
    "changeSandbox", "PATCH", _ONE, requests.SettingsGiven, records.Sandbox, "sandboxes",
    "Sets what is given and leaves the rest",
    description="`dialect` and `balances` are merged, null in them takes a value back; lists are replaced.\n"
    "Tasks keep the plan that they were given.\n",
    examples=('{"speed": 60, "label": "checkout"}',),
)
DELETE_SANDBOX = Operation(
    "deleteSandbox", "DELETE", _ONE, NoneType, NoneType, "sandboxes",
    "Drops a sandbox with all it holds; its keys are free again", "It is gone",
)
RESET_SANDBOX = Operation(
    "resetSandbox", "POST", f"{_ONE}/reset", NoneType, records.Sandbox, "sandboxes",
    "Drops tasks, money, callbacks and journal; settings, keys and clock stay",
)
EXPORT_SANDBOX = read(
    "exportSandbox", f"{_ONE}/export", parts.Archive, "sandboxes",
    "A whole sandbox as one document, for any server and any store", query={},
    description="Settings, money, tasks, callbacks, the counts of fault rules and the hashes of the keys as\n"
    "they are now; no journal. A webhook key is in it as it is. The inside of the document\n"
    "follows the version that wrote it: keep it whole.\n",
)
IMPORT_SANDBOX = Operation(
    "importSandbox", "POST", f"{_ALL}/import", bytes, records.Sandbox, "sandboxes",
    "Brings an exported sandbox back, under its own id and with its keys", query={}, makes=True,
    shapes=(parts.Archive,), max_body_bytes=_BIG_BYTES,
    description="422 when the id or one of the keys is taken here. Links to videos that were given out name\n"
    "the id, so it stays. Callbacks that came due meanwhile are delivered at once. The body may\n"
    "have up to 256 MiB.\n",
)
LIST_KEYS = read(
    "listKeys", f"{_ONE}/keys", records.Keys, "sandboxes", "Hashes of the keys that choose a sandbox",
)
BIND_KEYS = Operation(
    "bindKeys", "POST", f"{_ONE}/keys", requests.KeysGiven, records.Keys, "sandboxes",
    "Lets further keys choose a sandbox, all or none",
)
GET_CLOCK = read(
    "getClock", f"{_ONE}/clock", records.Clock, "time", "Mode, rate and the virtual time",
)
SET_CLOCK = Operation(
    "setClock", "PUT", f"{_ONE}/clock", requests.ClockChange, records.Clock, "time",
    "Another mode, or another rate for mode real; time is continuous across the change",
    limits={"minProperties": 1}, examples=('{"mode": "real", "rate": 10}',),
)
ADVANCE_CLOCK = Operation(
    "advanceClock", "POST", f"{_ONE}/clock/advance", requests.AdvanceGiven, records.ClockAdvanced, "time",
    "Moves the clock on; answers when every callback due by then has been tried",
    shapes=(requests.AdvanceBy, requests.AdvanceToLandmark, requests.AdvanceToMoment),
    examples=('{"by": "3m"}', '{"to": "task_done"}', '{"to": "2030-01-01T00:00:00Z"}',),
)
LIST_TASKS = read(
    "listTasks", f"{_ONE}/tasks", records.TaskPage, "tasks", "Tasks in the order of submission",
    query=_PAGE,
)
GET_TASK = read(
    "getTask", f"{_ONE}/tasks/{{task}}", records.WholeTask, "tasks", "One task with its whole plan",
)
GET_JOB_ANSWERS = read(
    "getJobAnswers", f"{_ONE}/tasks/{{task}}/answers", looks.JobAnswers, "tasks",
    "What the provider would answer of a task now; nothing is done for it", query={},
    description="Without faults. The journal, the findings and the clock do not notice.\n",
)
GET_SCENARIO = read(
    "getScenario", f"{_ONE}/scenario", records.Choice, "tasks",
    "The scenario of submissions that no rule matches",
)
SET_SCENARIO = Operation(
    "setScenario", "PUT", f"{_ONE}/scenario", ChoiceGiven, records.Choice, "tasks",
    "Another default scenario, for tasks submitted from now on",
    examples=('{"name": "fail", "options": {"at": "60%"}}',),
)
LIST_SCENARIO_RULES = read(
    "listScenarioRules", f"{_ONE}/scenario/rules", records.ScenarioRules, "tasks",
    "Scenario rules in the order in which they are tried",
)
SET_SCENARIO_RULES = Operation(
    "setScenarioRules", "PUT", f"{_ONE}/scenario/rules", requests.ScenarioRulesGiven, records.ScenarioRules,
    "tasks", "Other rules in place of those there are",
    examples=('{"rules": [{"scenario": "stall", "when": {"provider": "kie", "prompt": "dog"}}]}',),
)
GET_DIALECT = read(
    "getDialect", f"{_ONE}/dialect", dict[str, dict[str, str]], "tasks",
    "Every switch of every provider as it stands", "Provider, switch, value",
)
SET_DIALECT = Operation(
    "setDialect", "PUT", f"{_ONE}/dialect", requests.DialectGiven, dict[str, dict[str, str]], "tasks",
    "Sets the switches that are given; null is the default again", "Provider, switch, value",
    examples=('{"apiyi": {"task_id": "task"}}',),
)
GET_BALANCE = read(
    "getBalance", f"{_ONE}/balance", dict[str, records.Balance], "money",
    "Limit, rest and spend by provider", "By provider",
)
SET_BALANCE = Operation(
    "setBalance", "PUT", f"{_ONE}/balance", requests.BalancesGiven, dict[str, records.Balance], "money",
    "Limits in the providers' own units; null for none", "By provider",
    examples=('{"kie": 120, "apiyi": null}',),
)
LIST_JOURNAL = read(
    "listJournal", f"{_ONE}/journal", records.JournalPage, "evidence", "What happened, oldest first",
    query={**_FILTERS, "status": Status, **_PAGE},
)
GET_CALL_TEXT = read(
    "getCallText", f"{_ONE}/journal/{{entry}}/text", looks.CallText, "evidence",
    "A call as a line for curl, as HAR, or as a pytest test that sends it and asserts its status",
    query={"as": CallForm},
)
GET_VERDICT = read(
    "getVerdict", f"{_ONE}/journal/{{entry}}/verdict", looks.Verdict, "evidence",
    "What the provider's contract says of a call or callback, with its sources", query={},
)
GET_PASSED_RULES = read(
    "getPassedRules", f"{_ONE}/journal/{{entry}}/passed", looks.PassedRules, "evidence",
    "Why each fault rule that is set did not match a call or callback", query={},
)
CLEAR_JOURNAL = Operation(
    "clearJournal", "DELETE", f"{_ONE}/journal", NoneType, NoneType, "evidence",
    "Forgets every entry; their numbers go on", "It is empty",
)
LISTEN = read(
    "listen", "/events", records.Event, "evidence",
    "What happens, as it happens: calls, replies, callbacks, phases of jobs, clock, control",
    "Server-sent events; the data of each is an `Event` in JSON",
    query={
        "sandbox": str, **_FILTERS, "kind": EventKinds, "status": Status,
        "after": EventPlace, "limit": EventLimit, "heartbeat": Heartbeat,
    },
    streams=True,
    description="Of one sandbox, named by its id or `current`, or of all. It begins with what is new.\n"
    "An event has an `id`. A client that was cut off sends the last one as `Last-Event-ID`: then it\n"
    "misses nothing that the journal still has. A phase has no id of its own, so it may come twice.\n"
    "A reader that is too slow for the journal gets an event `missed` with the number of entries, and the\n"
    "stream goes on. `gone` says that a sandbox was deleted; a stream of only that sandbox ends with it.\n",
)
LIST_CALLBACKS = read(
    "listCallbacks", f"{_ONE}/callbacks", records.Callbacks, "evidence",
    "The callback log, those to come too", query={"task_id": str},
)
RESEND_CALLBACK = Operation(
    "resendCallback", "POST", f"{_ONE}/callbacks/{{callback}}/resend", NoneType, records.Callback,
    "evidence", "Delivers a callback once more, now; answers when it has been tried",
    "The callback with the new attempt",
)
DROP_CALLBACK = Operation(
    "dropCallback", "DELETE", f"{_ONE}/callbacks/{{callback}}", NoneType, records.Callback,
    "evidence", "Gives a pending callback up: no further attempt is made", "The callback",
)
LIST_FAULT_RULES = read(
    "listFaultRules", _FAULTS, records.FaultRules, "faults",
    "The rules, how often each matched, was applied and struck, and why not",
)
ADD_FAULT_RULE = Operation(
    "addFaultRule", "POST", _FAULTS, FaultRule, parts.KeptFaultRule, "faults",
    "One more rule, behind those that are set", "The rule with its id", makes=True,
    examples=(
        '{"fault": "http_error", "with": {"status": 503}, "when": {"call_phase": "poll"}, "times": 2}',
    ),
)
SET_FAULT_RULES = Operation(
    "setFaultRules", "PUT", _FAULTS, requests.FaultRulesGiven, records.FaultRules, "faults",
    "Other rules in place of those there are",
)
CLEAR_FAULT_RULES = Operation(
    "clearFaultRules", "DELETE", _FAULTS, NoneType, NoneType, "faults", "No rules at all", "There are none",
)
GET_FAULT_RULE = read(
    "getFaultRule", f"{_FAULTS}/{{rule}}", parts.FaultTally, "faults", "One rule with how it fared",
)
REMOVE_FAULT_RULE = Operation(
    "removeFaultRule", "DELETE", f"{_FAULTS}/{{rule}}", NoneType, NoneType, "faults", "Takes one rule away",
    "It is gone",
)
GET_FINDINGS = read(
    "getFindings", f"{_ONE}/findings", records.Findings, "evidence",
    "What the client did wrong, as far as the journal shows it", query={},
)
JUDGE_CLIENT = Operation(
    "judgeClient", "POST", f"{_ONE}/findings", requests.RunGiven, records.Findings, "evidence",
    "The same with what only the caller knows, that the client is over and how it ended",
)
GET_TIMELINE = read(
    "getTimeline", f"{_ONE}/timeline", records.Timeline, "evidence",
    "Calls, states, callbacks and faults on one axis of virtual time",
    query={"after": Place, "limit": Limit},
)
SET_PROFILE = Operation(
    "setProfile", "PUT", f"{_ONE}/profile", requests.ProfileChosen, parts.Profile, "faults",
    "Scenarios and fault rules of a profile in place of those there are", "The profile that is set",
    limits={"minProperties": 1, "maxProperties": 1}, examples=('{"name": "flaky"}',),
)
LIST_PROFILES = read(
    "listProfiles", "/profiles", records.Profiles, "faults", "Every profile that comes with Reelmock",
)
GET_PROFILE = read(
    "getProfile", "/profiles/{profile}", parts.Profile, "faults", "One profile that comes with Reelmock",
    "The profile",
)
CHECK_PROFILE = Operation(
    "checkProfile", "POST", "/profiles/check", ProfileGiven, parts.Profile, "faults",
    "A profile of one's own, checked and set nowhere", "The profile as it was understood",
    examples=(
        '{"summary": "Polls fail", "faults": [{"fault": "http_error", "when": {"call_phase": "poll"}}]}',
    ),
)
LIST_MY_FAULT_RULES = read(
    "listMyFaultRules", "/faults", records.FaultRules, "faults",
    "The rules of the sandbox of the request's key",
)
LIST_FAULTS = read(
    "listFaults", "/faults/catalogue", records.Faults, "faults", "Every fault by name",
)
GET_FAULT = read(
    "getFault", "/faults/catalogue/{fault}", parts.Fault, "faults",
    "What one fault does, what it takes, and an example", "The fault",
)
LIST_FINDINGS = read(
    "listFindings", "/findings", records.FindingKinds, "evidence",
    "Every finding, why it matters, and how to correct the client",
)
LIST_SCENARIOS = read(
    "listScenarios", "/scenarios", records.Scenarios, "server", "The catalogue of scenarios",
)
LIST_PROVIDERS = read(
    "listProviders", "/providers", records.Providers, "server",
    "Models, prices, operations, failures and dialect switches",
)
LIST_TAPES = read(
    "listTapes", "/tapes", tapes.Tapes, "server",
    "The HAR files of the folder `--tapes`; one that is no tape says why",
)
OPEN_TAPE = read(
    "openTape", "/tapes/{tape}", tapes.OpenedTape, "server",
    "The jobs and calls of one tape, for a time line", "The tape", query={},
)
REPLAY_TAPE = Operation(
    "replayTape", "POST", "/tapes/{tape}/replay", NoneType, tapes.Replay, "server",
    "Serves a tape as a provider, on a port of its own, until this server ends", query={},
    description="Once more it gives the same server. It has the settings of this one, but jobs take as long\n"
    "as on the tape, and its sandboxes are its own. Only on loopback, without TLS, and with the memory\n"
    "store in one process; else 422.\n",
)
GET_HEALTH = read(
    "getHealth", "/health", parts.Health, "server",
    "Whether the server is up, and how much it holds; open to everybody", "It is up", is_open=True,
)
GET_VERSION = read(
    "getVersion", "/version", parts.Version, "server", "Which Reelmock this is; open to everybody",
    is_open=True,
)
GET_OPENAPI = read(
    "getOpenApi", "/openapi.json", parts.OpenApi, "server", "This document as JSON", query={},
)
GET_PROVIDER_OPENAPI = read(
    "getProviderOpenApi", "/openapi/{provider}.json", parts.OpenApi, "server",
    "The API of one provider as one OpenAPI document, for code generators",
    "OpenAPI 3.1, without references to other files", query={},
)
# fmt: on

OPERATIONS: tuple[Operation[Any, Any], ...] = tuple(
    found for found in globals().values() if isinstance(found, Operation)
)
