"""Checks that a provider is complete: it is put into a server and called as a client calls it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from mockserver.app import Running
from mockserver.conformance.problems import raise_for, wording
from mockserver.conformance.samples import CALLBACK_URL, context
from mockserver.conformance.visitor import Visitor, VisitorAnswer
from mockserver.control import Control
from mockserver.domain.fault.compile import DOWNLOAD
from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.plan import outcome_step
from mockserver.domain.job.task import Task
from mockserver.domain.provider.provider import CALL_PHASES, Operation, Provider
from mockserver.domain.sandbox.use_cases import delivery_of
from mockserver.engine.plugins import plugins_in
from mockserver.settings import load_settings

# Refusals by Reelmock itself: every provider has words for them. It needs the others only if it has
# such calls.
KINDS = (
    "malformed", "bad_directive", "unauthorized", "forbidden", "insufficient_balance", "not_found",
    "unknown_path", "method_not_allowed", "too_large", "rate_limited", "server_error",
)  # fmt: skip
NO_ID = "there_is_no_such_job_0000"
Order = Mapping[str, object]


def check_provider(provider: Provider, order: Order | None = None) -> None:
    """`order` is the JSON of a creation; by default, a prompt, and a model if the call takes one.

    Raises NotConformant.

    * Its facts are complete: calls, models and prices, failures, ids, switches, and words for every
      refusal by Reelmock itself.
    * It refuses a call without a key, with a refused key, to an unknown path, with a body that
      nobody can read, or about an unknown job. It does so in its own words, and its record says
      that this is a refusal.
    * A creation makes a job that the reply names. A poll says that it is under way, later that it
      is done, and then names a video that can be fetched. It says something else if the job failed.
    * Its callback says the opposite of the poll if the plan wants this (`contradict_callback`).
    * This is so with each value of each switch. The same calls with the same seed give the same
      bytes.
    """
    problems = list(_facts(provider))
    if not problems:
        problems = list(_served(provider, order or provider.plain_order()))
    raise_for(f"the provider {provider.name}", problems)


def _facts(provider: Provider) -> Iterator[str]:
    yield from wording(provider, "title", "unit")
    yield from _calls(provider.operations)
    yield from _prices(provider)
    if not provider.failures:
        yield "failures: there is none, so that no job can fail"
    for name, failure in provider.failures.items():
        if failure.name != name:
            yield f"failures: {failure.name!r} stands under the name {name!r}"
    for kind in KINDS:
        if kind not in provider.refusals:
            yield f"refusals: nothing words {kind!r}, with which Reelmock refuses calls"
    for switch in provider.dialect:
        if len(switch.values) < 2 or not all(switch.values.values()):
            yield f"dialect.{switch.name}: expected two values or more, each with what it means"
    if not provider.keys:
        yield "keys: there is no place for one"
    if (provider.callback is None) != (provider.callback_policy is None):
        yield "callback and callback_policy: there is one without the other"


def _prices(provider: Provider) -> Iterator[str]:
    if not provider.models:
        yield "models: there is none"
    for model in provider.models:
        if model.price_micros < 0:
            yield f"models: {model.name} costs {model.price_micros} millionths, expected 0 or more"
    if provider.usd_per_unit <= 0:
        yield f"usd_per_unit: {provider.usd_per_unit}, expected above 0"


def _calls(operations: tuple[Operation[Any], ...]) -> Iterator[str]:
    phases = {each.call_phase for each in operations}
    for wanted in ("create", "poll"):
        if wanted not in phases:
            yield f"operations: no operation has the call phase {wanted}"
    for each in operations:
        if each.call_phase not in CALL_PHASES:
            known = ", ".join(CALL_PHASES)
            yield f"operations: {each.name} has the call phase {each.call_phase!r}, not one of {known}"
        if each.name in (DOWNLOAD, "callback"):
            yield f"operations: {each.name!r} is a name of Reelmock's"
    for name, count in Counter(each.name for each in operations).items():
        if count > 1:
            yield f"operations: {name} is there {count} times"
    ways = Counter((each.method, each.path) for each in operations)
    for (method, path), count in ways.items():
        if count > 1:
            yield f"operations: {method} {path} is there {count} times"


def _served(provider: Provider, order: Order) -> Iterator[str]:
    try:
        plugins = plugins_in(()).with_provider(provider)
    except BadInput as error:
        yield str(error)
        return
    running = Running(
        load_settings({"port": 0, "clock": "manual", "speed": 1.0}, {}), plugins=plugins
    )
    try:
        yield from _refused(Visitor(running.base_url, provider, "sk-conformance-refused"), order)
        yield from _lived(running, provider, order, {})
        for switch in provider.dialect:
            for value in switch.values:
                told = f"with {switch.name}={value}: "
                lived = _lived(running, provider, order, {switch.name: value})
                yield from (told + problem for problem in lived)
        yield from _repeated(running, provider, order)
    finally:
        running.stop()


def _refused(visitor: Visitor, order: Order) -> Iterator[str]:
    create, poll = visitor.first("create"), visitor.first("poll")
    bad_key = visitor.with_key("sk-mock-invalid-conformance")
    calls = {
        "a call without a key": visitor.with_key(None).call(poll, NO_ID),
        "a call with a refused key": bad_key.call(poll, NO_ID),
        "a call about no such job": visitor.call(poll, NO_ID),
        "a call of no such path": visitor.send("GET", "/no/such/path/at/all"),
        "a creation of no JSON": visitor.call(create, body=b'{"prompt": "a ca'),
        "a creation of a list": visitor.call(create, body=b"[]"),
        "a creation of nothing": visitor.call(create, body=b"{}"),
        "a prompt of a number": visitor.create(create, {**order, "prompt": 7}),
    }
    for what, answer in calls.items():
        yield from _says_no(visitor.provider, what, answer)


def _says_no(provider: Provider, what: str, answer: VisitorAnswer) -> Iterator[str]:
    if provider.judging.means_success(answer.status, answer.body):
        yield f"{what} is no refusal to judges: {answer}"
    if not answer.body:
        yield f"{what} is refused without a word: {answer}"
    if "x-mock-reason" not in answer.headers:
        yield f"{what} is refused without X-Mock-Reason: {answer}"
    if answer.status == 500:
        yield f"{what} breaks the server: {answer}"


@contextmanager
def _sandbox(
    running: Running, provider: Provider, dialect: Mapping[str, str], seed: str
) -> Iterator[tuple[Visitor, Control]]:
    """A client of a new sandbox that begins at its own moment."""
    with Control(running.base_url) as control:
        settings: dict[str, Any] = {"seed": seed, "webhook_key": "whsec-conformance"}
        settings["clock"] = {"mode": "manual", "start": "2027-01-01T00:00:00Z"}
        if dialect:
            settings["dialect"] = {provider.name: dialect}
        sandbox = control.create_sandbox(**settings)
        visitor = Visitor(running.base_url, provider, sandbox.api_key)
        with Control(running.base_url, None, sandbox.api_key) as own:
            yield visitor, own
        control.delete_sandbox(sandbox.id)


def _lived(
    running: Running, provider: Provider, order: Order, dialect: Mapping[str, str]
) -> Iterator[str]:
    """A job that succeeds and one that fails, from creation to end."""
    endings: dict[str, VisitorAnswer] = {}
    for scenario in ("succeed", "fail"):
        with _sandbox(running, provider, dialect, "conformance") as (visitor, control):
            control.set_scenario(scenario)
            created = visitor.create(visitor.first("create"), order)
            if not provider.judging.means_success(created.status, created.body):
                yield f"a creation is refused: {created}"
                return
            task_id = provider.judging.created_id(created.json)
            ids = [task.id for task in control.tasks()]
            if [task_id] != ids:
                yield f"judging.created_id: {task_id!r} in the reply, and the jobs are {ids}"
                return
            early = visitor.call(visitor.first("poll"), task_id)
            yield from _told(provider, "a poll of a young job", early, task_id)
            control.advance("1h")
            endings[scenario] = late = visitor.call(visitor.first("poll"), task_id)
            yield from _told(provider, f"a poll after {scenario}", late, task_id)
            if late.body == early.body:
                yield f"a poll says after {scenario} what it said before: {late}"
            if scenario == "succeed":
                yield from _video(visitor, late, task_id)
            task = asyncio.run(running.app.core.store.tasks(control.sandbox().id))[0]
            yield from _called_back(provider, f"the callback after {scenario}", task, dialect)
    if endings["succeed"].body == endings["fail"].body:
        yield f"a poll says the same of success and failure: {endings['fail']}"


def _told(provider: Provider, what: str, answer: VisitorAnswer, task_id: str) -> Iterator[str]:
    if not provider.judging.means_success(answer.status, answer.body):
        yield f"{what} is refused: {answer}"
    elif task_id.encode() not in answer.body:
        yield f"{what} does not name the job: {answer}"


def _video(visitor: Visitor, late: VisitorAnswer, task_id: str) -> Iterator[str]:
    """The poll or the content names a link to a video, or is a video."""
    told = [late]
    for operation in visitor.provider.operations:
        if operation.call_phase == "content":
            told.append(visitor.call(operation, task_id))
    if any(answer.body[4:8] == b"ftyp" for answer in told):
        return
    links = [link for answer in told for link in answer.links]
    if not links:
        yield f"a job that is done names no video: {late}"
    elif (video := visitor.fetch(links[0])).body[4:8] != b"ftyp":
        yield f"the link of a job that is done is no video: {video}"


def _called_back(
    provider: Provider, what: str, task: Task, dialect: Mapping[str, str]
) -> Iterator[str]:
    """A callback that is to contradict the poll says something else than one that agrees with it."""
    step = outcome_step(task.plan)
    if provider.callback is None or step is None:
        return
    moment = replace(context(), now_ms=step.at_ms, dialect={**provider.defaults, **dialect})
    asked = replace(task, callback_url=CALLBACK_URL)
    delivery = delivery_of(asked, "finished", CALLBACK_URL, step.at_ms)
    results = replace(task.plan.results, contradict_callback=True)
    lying = replace(asked, plan=replace(task.plan, results=results))
    told = [provider.callback(each, delivery, moment).body for each in (asked, lying)]
    if told[0] == told[1]:
        yield f"{what} is the same if results.contradict_callback is set: {told[0]!r}"


def _repeated(running: Running, provider: Provider, order: Order) -> Iterator[str]:
    heard: list[list[bytes]] = []
    for _ in range(2):
        with _sandbox(running, provider, {}, "the same") as (visitor, control):
            created = visitor.create(visitor.first("create"), order)
            task_id = provider.judging.created_id(created.json)
            control.advance("1h")
            poll = visitor.call(visitor.first("poll"), task_id)
            own = control.sandbox().id.encode()  # is part of links, and differs each time
            heard.append([answer.body.replace(own, b"") for answer in (created, poll)])
    for one, other in zip(*heard, strict=True):
        if one != other:
            yield f"the same calls with the same seed and clock give {one!r} and {other!r}"
