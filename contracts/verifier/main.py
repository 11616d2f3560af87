"""The command: options in, reports out, an exit status back."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import ContractError
from contracts.verifier.catalogue import checks_for, find_subject, renderer
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.har import verify_har
from contracts.verifier.keys import LOCAL_KEY, find_key
from contracts.verifier.listener import Listener
from contracts.verifier.model import Check, PlannedStep, Report
from contracts.verifier.runner import plan
from contracts.verifier.runner import run as run_checks
from contracts.verifier.session import Session
from contracts.verifier.subject import Subject
from contracts.verifier.target import Target

if TYPE_CHECKING:
    from httpx import BaseTransport

CONFORMS, VIOLATES, COULD_NOT_RUN = 0, 1, 2


def _print(text: str) -> None:
    sys.stdout.write(text)


def _complain(text: str) -> None:
    sys.stderr.write(text)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line. Money is in the provider's unit: USD, or credits for Kie."""

    provider: str
    base_url: str | None = None
    """Such as `https://api.kie.ai`; not needed with `har`."""
    key: str | None = None
    key_file: Path | None = None
    model: str | None = None
    """None: the cheapest one."""
    price: float | None = None
    """Price of one job of `model`; needed if we do not know it."""
    budget: float = 0.0
    """What may be spent at most; with 0, only free checks run."""
    plan: bool = False
    """Show only which calls would be made."""
    har: Path | None = None
    only: tuple[str, ...] = ()
    """Areas or check ids; empty: all."""
    plugins: tuple[str, ...] = ()
    """Folders of the user's that may hold checks."""
    reports: tuple[tuple[str, Path | None], ...] = (("console", None),)
    """Format and file; None: standard output."""
    callback_url: str | None = None
    """The listener's URL for the host; needed unless the host is on this machine."""
    listen: tuple[str, int] = ("127.0.0.1", 0)
    webhook_key: str | None = None
    ca: Path | None = None
    """A file of authorities to trust instead of the usual ones."""
    pace_s: float | None = None
    deadline_s: float | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    transport: "BaseTransport | None" = None
    """Stands in for the network."""
    write: Callable[[str], None] = _print
    complain: Callable[[str], None] = _complain


def run(options: Options) -> int:
    """Verify a host or a recording. Returns 0 if it conforms, 1 if it does not, 2 if nothing could
    run (with one line why).
    """
    try:
        subject = find_subject(options.provider, options.plugins)
        for name, _ in options.reports:
            renderer(name)
        if options.har is not None:
            return _tell(verify_har(subject, options.har), options)
        return _verify(subject, options)
    except (CouldNotRun, ContractError) as error:
        options.complain(f"reelmock verify: {error}\n{_failed(str(error), options)}")
        return COULD_NOT_RUN


def _failed(reason: str, options: Options) -> str:
    """Writes the files that were asked for, with the error in them; gives the lines to complain of."""
    where = str(options.har or options.base_url or "")
    report = Report(options.provider, where, "", (), error=reason)
    lines = []
    for name, path in options.reports:
        try:
            if path is not None:
                path.write_text(renderer(name)(report), "utf-8")
        except OSError as error:
            said = f"cannot write {path}: {error.strerror}"
            if said != reason:  # it would be the same line once more
                lines.append(f"reelmock verify: {said}\n")
        except CouldNotRun:  # no such format, as the first line says
            continue
    return "".join(lines)


def _verify(subject: Subject, options: Options) -> int:
    model, price = _priced(subject, options)
    checks = _chosen(subject, options)
    steps = plan(checks, subject, price, options.budget)
    if options.plan:
        options.write(_shown(steps, subject, model, price, options.budget))
        return CONFORMS
    if options.base_url is None:
        raise CouldNotRun("no host: give --base-url, or --har for recorded traffic")
    target = Target(options.base_url, options.transport, options.ca)
    usual = LOCAL_KEY if target.on_loopback else ""
    key = find_key(options.key, options.key_file, options.environment, usual)
    listener, callback_url = _listening(subject, target, options)
    try:
        session = Session(
            subject,
            target,
            key,
            model,
            pace_ms=None if options.pace_s is None else round(options.pace_s * 1000),
            deadline_ms=None if options.deadline_s is None else round(options.deadline_s * 1000),
            listener=listener,
            callback_url=callback_url,
            webhook_key=options.webhook_key,
        )
        try_key(session)
        return _tell(run_checks(session, checks, steps), options)
    finally:
        target.close()
        if listener is not None:
            listener.stop()


def _priced(subject: Subject, options: Options) -> tuple[str, float]:
    model = options.model or subject.model
    price = options.price if options.price is not None else subject.prices.get(model)
    if price is None:
        known = ", ".join(subject.prices)
        raise CouldNotRun(f"no price is known for {model!r}: give --price (known: {known})")
    for name, amount in (("--price", price), ("--budget", options.budget)):
        if not isfinite(amount) or amount < 0:
            raise CouldNotRun(f"{name} is not an amount: {amount}")
    return model, price


def _chosen(subject: Subject, options: Options) -> tuple[Check, ...]:
    only, checks = options.only, checks_for(subject.name, options.plugins)
    known = {check.id for check in checks} | {check.area for check in checks}
    for word in only:
        if word not in known:
            raise CouldNotRun(f"{subject.name} has no check or area {word!r}")
    return tuple(c for c in checks if not only or c.id in only or c.area in only)


def _listening(
    subject: Subject, target: Target, options: Options
) -> tuple[Listener | None, str | None]:
    """Open a port for callbacks that the host can reach."""
    if not subject.callback_message or not (options.callback_url or target.on_loopback):
        return None, None
    host, port = options.listen
    listener = Listener(host, port)
    try:
        own_url = listener.start()
    except OSError as error:
        raise CouldNotRun(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener, options.callback_url or own_url


def try_key(session: Session) -> None:
    """A refused key would make every check fail for the same reason. Say that reason instead.

    If one schema has this refusal and that of an unknown job, the status says which one it is.
    """
    answer, subject = session.probe(session.authorization()), session.subject
    if session.expect(answer, subject.unauthorized_message):
        return
    if answer.status in (401, 403) or session.expect(answer, subject.unknown_message):
        code = answer.json.get("code") if isinstance(answer.json, dict) else None
        told = f", code {code}" if isinstance(code, int) and code != answer.status else ""
        raise CouldNotRun(f"the key was refused: {answer}{told}")


def _tell(report: Report, options: Options) -> int:
    for name, path in options.reports:
        text = renderer(name)(report)
        if path is None:
            options.write(text)
            continue
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise CouldNotRun(f"cannot write {path}: {error.strerror}") from error
    return report.exit_status


def _shown(
    steps: list[PlannedStep], subject: Subject, model: str, price: float, budget: float
) -> str:
    head = f"{subject.name}, {model} at {price:g} {subject.unit} a job, budget {budget:g}\n\n"
    paths = {"poll": subject.probe.path, "create": subject.create_path}
    rows = []
    for step in steps:
        calls = ", ".join(f"{call.method} {call.path.format(**paths)}" for call in step.calls)
        cost = f"{step.cost:g} {subject.unit}" if step.cost else "free"
        rows.append(f"  {'runs' if step.runs else 'skip'}  {cost:>12}  {step.title}: {calls}\n")
    total = sum(step.cost for step in steps)
    spent = sum(step.cost for step in steps if step.runs)
    foot = f"\nat most {spent:g} of {total:g} {subject.unit} (a refused request may cost nothing)\n"
    return head + "".join(rows) + foot
