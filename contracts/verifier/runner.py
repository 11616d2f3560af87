"""Plans a run, keeps it within its budget, and makes the checks."""

from collections.abc import Iterator, Sequence

from contracts.counted import counted
from contracts.verifier.dialect import heard, mock_settings
from contracts.verifier.errors import Skip
from contracts.verifier.model import Check, PlannedStep, Report, Result
from contracts.verifier.session import Session
from contracts.verifier.subject import Subject

_BUDGET = "it may cost {cost:g} {unit}, which the budget does not cover"


def plan(
    checks: Sequence[Check], subject: Subject, price: float, budget: float
) -> list[PlannedStep]:
    """List every call of a run, and what it may cost at most. A check that the budget does not
    cover does not run. The shared job comes first, because most checks look at it.
    """
    steps: list[PlannedStep] = []
    left = budget
    job_users = [check for check in checks if check.job]
    if job_users:
        runs = price <= left
        title = f"the shared job, for {counted(len(job_users), 'check')}"
        steps.append(PlannedStep(title, (subject.create,), price, runs))
        left -= price if runs else 0
    for check in checks:
        if not check.calls:
            continue
        cost = check.cost(price)
        runs = cost <= left
        steps.append(PlannedStep(check.id, check.calls, cost, runs))
        left -= cost if runs else 0
    return steps


def run(session: Session, checks: Sequence[Check], steps: Sequence[PlannedStep]) -> Report:
    """Run the checks that the plan allows."""
    costs = {step.title: step for step in steps}
    session.may_create = any(step.runs for step in steps if step.title not in _ids(checks))
    results: list[Result] = []
    # Checks that only look at traffic come last, when there is traffic.
    for check in sorted(checks, key=lambda check: not (check.calls or check.job)):
        step = costs.get(check.id)
        if step is not None and not step.runs:
            reason = _BUDGET.format(cost=step.cost, unit=session.subject.unit)
            results.append(Result(check, "skip", reason=reason))
        else:
            results.append(_made(session, check))
    spoken, notes = heard(session)
    order = {check.id: number for number, check in enumerate(checks)}
    return Report(
        provider=session.subject.name,
        subject=session.target.base_url,
        unit=session.subject.unit,
        results=tuple(sorted(results, key=lambda result: order[result.check.id])),
        plan=tuple(steps),
        planned_cost=sum(step.cost for step in steps if step.runs),
        dialects=spoken,
        settings=mock_settings(session.subject, spoken),
        notes=notes,
    )


def _made(session: Session, check: Check) -> Result:
    try:
        problems = tuple(dict.fromkeys(_told(session, check)))
    except Skip as skip:
        return Result(check, "skip", reason=str(skip))
    return Result(check, "fail" if problems else "pass", problems)


def _told(session: Session, check: Check) -> Iterator[str]:
    for problem in check.run(session):
        # A host may echo the key; a report never does.
        yield str(problem).replace(session.key, "***")


def _ids(checks: Sequence[Check]) -> set[str]:
    return {check.id for check in checks}
