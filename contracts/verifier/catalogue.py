"""Finds subjects, checks and report formats by the names of their files."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from contracts.verifier import checks, report, subjects
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.model import Check, Report
from contracts.verifier.subject import Subject

AREAS = (
    "auth", "create", "poll", "lifecycle", "content", "stream", "callback", "errors", "limits",
)  # fmt: skip
"""The order in which areas run and are told; one not named here comes after these."""


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check of every area, in the order of areas."""
    found = sorted(_names(checks.__path__), key=_rank)
    return tuple(
        check for area in found for check in import_module(f"{checks.__name__}.{area}").CHECKS
    )


def checks_for(provider: str) -> tuple[Check, ...]:
    """Return the checks that concern a provider."""
    return tuple(check for check in all_checks() if provider in check.providers)


def find_subject(name: str) -> Subject:
    """Return what is known of a provider. Raises CouldNotRun."""
    known = sorted(_names(subjects.__path__))
    if name not in known:
        raise CouldNotRun(f"unknown provider {name!r}; there are {', '.join(known)}")
    subject: Subject = import_module(f"{subjects.__name__}.{name}").SUBJECT
    return subject


def formats() -> tuple[str, ...]:
    """Name the report formats."""
    return tuple(sorted(_names(report.__path__)))


def renderer(name: str) -> Callable[[Report], str]:
    """Return the function that renders a report. Raises CouldNotRun."""
    if name not in formats():
        raise CouldNotRun(f"unknown report format {name!r}; there are {', '.join(formats())}")
    render: Callable[[Report], str] = import_module(f"{report.__name__}.{name}").render
    return render


def _names(path: list[str]) -> list[str]:
    return [module.name for module in iter_modules(path)]


def _rank(area: str) -> tuple[int, str]:
    return (AREAS.index(area) if area in AREAS else len(AREAS)), area
