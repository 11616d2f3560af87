"""Every named fault × every call phase of every flow × both clients, and how one case is run.

The rows are not written down anywhere: they are the catalogue's faults, tried against each phase
that a flow has, and kept where the server itself says that the combination can match.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from clientlib import (
    AmbiguousSubmission,
    CallbackReceiver,
    KieOptions,
    Pace,
    RetryPolicy,
    StreamVideo,
    Timeouts,
    VideoError,
)
from mockserver.app import Running
from mockserver.control import Control, Task
from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault, NamedFault
from mockserver.domain.fault.rule import FaultRule, FaultWhen
from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.provider import Provider
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry
from tests.support.client_both import opened
from tests.support.client_clock import SandboxClock

PHASES = {
    "apiyi": ("create", "poll", "content", "download"),
    "kie": ("create", "poll", "download"),
    "xcompute": ("create", "poll", "download"),
    "apiyi-stream": ("stream", "download"),
    "kie-1080p": ("upgrade",),
    "kie-4k": ("upgrade",),
    "kie-extend": ("upgrade",),
    "kie-jobs": ("create", "poll"),
    "kie-callback": ("create", "callback"),
    "xcompute-callback": ("create", "callback"),
}
"""The flows, and the phases in which each can be struck; one that another flow covers is left out,
except that callbacks come early only where there is a callback."""
SAMPLES = {
    "kie-jobs": frozenset(
        (
            "error_as_success",
            "hang_up",
            "missing_field",
            "poll_other_job",
            "quota_balance",
            "rate_limit",
            "truncated_json",
            "wrong_type_field",
        )
    )
}
"""Flows that meet a few faults only: other words on the wire, read by the same client."""
FIELDS = {
    ("apiyi", "create"): "id",
    ("apiyi", "poll"): "status",
    ("apiyi", "content"): "url",
    ("kie", "create"): "data.taskId",
    ("kie", "poll"): "data.successFlag",
    ("kie-jobs", "create"): "data.taskId",
    ("kie-jobs", "poll"): "data.state",
    ("kie-1080p", "upgrade"): "data.resultUrl",
    ("kie-4k", "upgrade"): "data.resultUrls",
    ("kie-extend", "upgrade"): "data.taskId",
    ("kie-callback", "callback"): "data.taskId",
    ("xcompute", "create"): "data.0.task_id",
    ("xcompute", "poll"): "data.status",
    ("xcompute-callback", "callback"): "id",
}
"""The field that a client needs most in each reply, for the faults that change one."""
NEEDS_JSON = frozenset(
    (
        "truncated_json",
        "not_json",
        "body_of",
        "wrong_type_field",
        "missing_field",
        "null_field",
        "extra_field",
        "set_field",
        "renamed_field",
        "wrong_encoding",
        "huge_body",
    )
)
NEEDS_SIGNATURE = frozenset(
    ("callback_bad_signature", "callback_missing_signature", "callback_stale_signature")
)
UNFIT = {
    "download": NEEDS_JSON | {"media_head_refused", "compressed_unasked"},
    "stream": NEEDS_JSON - {"extra_field", "not_json", "body_of"},
    "content": frozenset(
        (
            "media_corrupt",
            "media_cut_once",
            "media_empty",
            "media_range_ignored",
            "media_slow",
            "media_truncated",
            "media_wrong_length",
            "media_wrong_type",
        )
    ),
}
"""What can match and finds nothing to strike: a video is no JSON, the client sends no HEAD, and
APIYI's content is JSON here."""
ASKED_FOR = ("compressed", "compressed_wrongly")
"""What strikes clients that ask for gzip: this one asks for plain bytes."""
FAILING = ("quota_late_refund", "callback_success_after_failure")
"""Faults that need a job that fails."""
SHORT = {
    "latency": {"delay": "50ms"},
    "slow_body": {"gap": "10ms"},
    "media_slow": {"gap": "10ms"},
    "stream_stall": {"for": "50ms"},
    "close_idle": {"after": "0s"},
    "connection_refused": {"for": "0s"},
}
"""Waits that take the client's own time: it waits them out. Silence lasts longer than it waits."""
SILENT = Timeouts(read_s=0.5, stream_s=0.5)
BEHIND = ("stream_after_done", "close_idle", "close_on_next")
"""Faults that lie behind what the client reads: whether it is still there, or already back with its
next call, when they strike is a race. That they are applied is all that can be asked for here; that
they strike is tested with a client that waits."""
DEADLINE_S, LIMIT_S = 150.0, 900.0
"""The deadline of each of waiting, upgrading and downloading, and what a run may take in all, in
virtual time."""


@dataclass(frozen=True)
class Case:
    """One cell. `times` 1 strikes once, 0 for as long as it lasts; `accepted` strikes a call that
    took effect all the same. With a `scenario`, that is what goes wrong, and there is no fault."""

    flow: str
    phase: str
    fault: str
    times: int
    accepted: bool = False
    scenario: str = ""

    @property
    def provider(self) -> str:
        return self.flow.partition("-")[0]

    def __str__(self) -> str:
        if self.scenario:
            return f"{self.flow}-{self.scenario}"
        often = "once" if self.times else "always"
        return f"{self.flow}-{self.phase}-{self.fault}-{often}{'-accepted' * self.accepted}"


@dataclass(frozen=True)
class Result:
    """How a case ended: `video`, `ambiguous` or the name of an error, and what the server saw."""

    outcome: str
    fired: int
    tasks: int
    spent: float
    price: float
    virtual_s: float
    files: tuple[str, ...]
    whole: bool


@cache
def rule_compiler() -> RuleCompiler:
    """The server's own judgement of what can match."""
    providers = Registry[Provider]("mockserver.providers", "PROVIDER").all()
    catalogue = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
    return RuleCompiler(catalogue, {provider.name: provider for provider in providers})


def cases() -> Iterator[Case]:
    """The whole matrix, for one client."""
    for flow, phases in PHASES.items():
        for phase in phases:
            for fault in rule_compiler().catalogue.all():
                if not _left_out(flow, phase, fault):
                    yield from filter(_can_match, _variants(flow, phase, fault))


def lives() -> Iterator[Case]:
    """Every scenario of the server, the unlawful ones included, at every provider."""
    for flow in ("apiyi", "kie", "xcompute", "apiyi-stream", "kie-1080p", "kie-jobs"):
        for name in Registry[Scenario]("mockserver.scenarios", "SCENARIO").names():
            yield Case(flow, "", "", 0, scenario=name)


def _left_out(flow: str, phase: str, fault: NamedFault) -> bool:
    # A creation without a callback URL cannot be called back early.
    if phase == "create" and flow.endswith("-callback") != (fault.family == "callback"):
        return True
    if flow == "xcompute-callback" and fault.name in NEEDS_SIGNATURE:
        return True
    if flow in SAMPLES and fault.name not in SAMPLES[flow]:
        return True
    return fault.name in ASKED_FOR or fault.name in UNFIT.get(phase, ())


def _variants(flow: str, phase: str, fault: NamedFault) -> Iterator[Case]:
    yield Case(flow, phase, fault.name, times=1)
    yield Case(flow, phase, fault.name, times=0)
    # A refusal that was accepted all the same is a lie that no client can see through: a rate
    # limit is documented as "not queued". Errors that promise nothing are tried both ways.
    promises = fault.name in ("rate_limit", "redirect")
    creates = phase in ("create", "stream") or flow == "kie-extend"
    if creates and not promises and "accepted" in fault.parameters:
        yield Case(flow, phase, fault.name, times=1, accepted=True)


def _can_match(case: Case) -> bool:
    try:
        given = rule(case)
        when = FaultWhen(**given["when"])
        rule_compiler().compile(
            FaultRule(given["fault"], with_=given["with"], when=when, times=given.get("times"))
        )
    except BadInput:
        return False
    return True


def rule(case: Case) -> dict[str, Any]:
    """The fault rule of a case: the catalogue's example, aimed at the case's phase."""
    fault = rule_compiler().catalogue.get(case.fault)
    given = dict(fault.example.get("with", {}))
    if "field" in fault.parameters and case.fault != "extra_field":
        given["field"] = FIELDS.get((case.flow, case.phase), "no.such.field")
    if fault.family == "quota" and "limit" in given:
        given["limit"] = (
            0  # so that the first call is refused: a quota that refuses nobody strikes nobody
        )
    given |= SHORT.get(case.fault, {})
    if case.accepted:
        given["accepted"] = True
    when: dict[str, Any] = {"provider": case.provider, "call_phase": case.phase}
    if case.flow in ("kie-1080p", "kie-4k", "kie-extend"):
        when["operation"] = case.flow.replace("kie-", "get_").replace("get_extend", "extend")
    if case.flow == "kie-jobs":
        when["operation"] = {"create": "create_task", "poll": "task_record"}[case.phase]
    if fault.family == "stream" and "chunk" in fault.example.get("when", {}):
        when["chunk"] = fault.example["when"]["chunk"]
    told = {"fault": case.fault, "with": given, "when": when}
    return told | ({"times": case.times} if case.times else {})


_numbers = count(1)


def run(case: Case, kind: str, server: Running, control: Control, folder: Path) -> Result:
    """Run a flow under its fault, in a sandbox of its own, and look at what is left."""
    key = f"sk-matrix-{kind}-{next(_numbers)}"
    sandbox = control.create_sandbox(keys=[key], clock={"mode": "auto"}, webhook_key="hush")
    _arm(case, control, sandbox.id, server, key)
    clock = SandboxClock(control, sandbox)
    settings: dict[str, Any] = {
        "api_key": key,
        "base_url": f"{server.base_url}/{case.provider}",
        "now": clock.now,
        "sleep": clock.sleep,
        "jitter": lambda: 0.5,
        "retry": RetryPolicy(attempts=4),
        # One pace for all. Callbacks are waited for in real time, six times as long as this.
        "pace": Pace(every_s=0.02 if case.flow.endswith("-callback") else 15),
    }
    if case.fault == "no_answer" or case.scenario == "stall":
        settings["timeouts"] = SILENT
    path = folder / "cat.mp4"
    outcome = "video"
    try:
        with opened(kind, case.provider, **settings) as client:
            follow(case, client, path, lambda: control.advance("20m", sandbox=sandbox.id))
    except AmbiguousSubmission:
        outcome = "ambiguous"
    except VideoError as error:
        outcome = type(error).__name__
    if case.fault == "quota_late_refund":
        _ask_for_more(case, control, sandbox.id, server, key)
    result = _seen(
        case, control, sandbox.id, outcome, folder, clock.now_s - sandbox.clock.now_ms / 1000
    )
    control.delete_sandbox(sandbox.id)
    return result


def _arm(case: Case, control: Control, sandbox: str, server: Running, key: str) -> None:
    if case.scenario:
        control.set_scenario(case.scenario, sandbox)
        return
    if case.fault in FAILING:
        control.set_scenario("fail", sandbox)
    if case.fault == "media_range_ignored":
        # A range is asked for only after a download broke off.
        control.add_fault(rule(replace(case, fault="media_cut_once", times=1)), sandbox)
    control.add_fault(rule(case), sandbox)


def _seen(
    case: Case, control: Control, sandbox: str, outcome: str, folder: Path, virtual_s: float
) -> Result:
    path = folder / "cat.mp4"
    tasks = control.tasks(sandbox)
    return Result(
        outcome,
        sum(
            one["applied" if case.fault in BEHIND else "struck"]
            for one in control.faults(sandbox)[-1:]
        ),
        len(tasks),
        control.balance(sandbox)[case.provider].spent,
        sum(task.price for task in tasks),
        virtual_s,
        tuple(file.name for file in folder.iterdir()),
        path.exists() and digest(path) in _own(control, sandbox, tasks),
    )


def follow(case: Case, client: Any, path: Path, pass_time: Callable[[], object]) -> None:
    """From a prompt to a file, the flow's way."""
    way = case.flow.partition("-")[2]
    if way == "stream":
        events = list(client.stream("a cat"))
        (video,) = (event for event in events if isinstance(event, StreamVideo))
        client.download(video.url, path)
    elif way == "callback":
        receiver = CallbackReceiver(
            case.provider,
            key="hush" if case.provider == "kie" else None,
            # Signed with the server's time, which runs ahead of the client's.
            tolerance_s=1800,
            now=client._context.now,
        )
        with receiver.listen() as url:
            job = client.submit("a cat", callback_url=url)
            pass_time()
            job.wait_for_callback(receiver)
            job.download(path)
    elif way == "extend":
        job = client.submit("a cat")
        job.wait()
        job.extend("it lands").download(path, deadline=DEADLINE_S)
    elif way == "jobs":
        client.submit("a cat", options=KieOptions(api="jobs")).download(path, deadline=DEADLINE_S)
    else:
        job = client.submit("a cat")
        job.download(path, resolution=way or None, deadline=DEADLINE_S)


def _ask_for_more(case: Case, control: Control, sandbox: str, server: Running, key: str) -> None:
    """One more creation than the balance pays for, unless the failed job's price has come back."""
    [task] = control.tasks(sandbox)
    control.set_balance(sandbox, **{case.provider: task.price})
    path = {
        "apiyi": "/v1/videos",
        "kie": "/api/v1/veo/generate",
        "xcompute": "/v1/videos/generations",
    }[case.provider]
    httpx.post(
        f"{server.base_url}/{case.provider}{path}",
        json={"prompt": "more", "model": task.model},
        headers={"authorization": f"Bearer {key}"},
        trust_env=False,
    )


def digest(path: Path) -> str:
    """What tells one file from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _own(control: Control, sandbox: str, tasks: list[Task]) -> set[str]:
    """The videos of a sandbox's jobs; no other sandbox has the same."""
    whole = [control.task(task.id, sandbox) for task in tasks]
    return {file["sha256"] for task in whole for file in task.files}
