"""Finds subjects, checks and report formats by the names of their files, and those of plug-ins."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from contracts.errors import BadPlugin
from contracts.plugins import installed, lying_in, take_beside
from contracts.verifier import checks, report, subjects
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.model import EVERY, Check, Report
from contracts.verifier.subject import Subject

AREAS = (
    "auth", "create", "poll", "lifecycle", "content", "upgrade", "stream", "callback", "errors",
    "jobs", "limits",
)  # fmt: skip
"""The order in which areas run and are reported. Other areas come after these."""

Folders = tuple[str, ...]
"""Folders of the user's, which may hold checks."""
_CONSTANTS = ("SUBJECT", "CHECKS")


@cache
def all_checks(folders: Folders = ()) -> tuple[Check, ...]:
    """Return every check of every area, in the order of areas, then those of plug-ins. Raises
    BadPlugin.
    """
    found = sorted(_names(checks.__path__), key=_rank)
    every = [check for area in found for check in import_module(f"{checks.__name__}.{area}").CHECKS]
    ids = {check.id for check in every}
    for where, check in _checks_brought(folders):
        if not isinstance(check, Check):
            raise BadPlugin(where, f"CHECKS holds a {type(check).__name__}, expected Check")
        if check.id in ids:
            raise BadPlugin(where, f"there is a check {check.id} already, expected another id")
        ids.add(check.id)
        every.append(check)
    return tuple(every)


def checks_for(provider: str, folders: Folders = ()) -> tuple[Check, ...]:
    """Return the checks that concern a provider. Raises CouldNotRun, BadPlugin."""
    subject = find_subject(provider, folders)
    return tuple(
        check
        for check in all_checks(folders)
        if (check.providers == EVERY or provider in check.providers)
        and (not check.needs or getattr(subject, check.needs))
    )


def find_subject(name: str, folders: Folders = ()) -> Subject:
    """Return what is known of a provider. Raises CouldNotRun, BadPlugin."""
    own = sorted(_names(subjects.__path__))
    if name in own:
        subject: Subject = import_module(f"{subjects.__name__}.{name}").SUBJECT
        return subject
    brought = _subjects_brought(folders)
    if name not in brought:
        what = f"unknown provider {name!r}" if name else "say which provider"
        raise CouldNotRun(f"{what}; there are {', '.join([*own, *brought])}")
    return brought[name]


def _subjects_brought(folders: Folders) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for where, module in _modules(folders):
        subject = getattr(module, "SUBJECT", None)
        if subject is None:
            continue
        if not isinstance(subject, Subject):
            raise BadPlugin(where, f"SUBJECT is a {type(subject).__name__}, expected a Subject")
        if subject.name in found or subject.name in _names(subjects.__path__):
            raise BadPlugin(where, f"there is a subject {subject.name} already")
        found[subject.name] = subject
        take_beside(subject.name, module)
    return found


def _checks_brought(folders: Folders) -> Iterator[tuple[str, object]]:
    for where, module in _modules(folders):
        for check in getattr(module, "CHECKS", ()):
            yield where, check


@cache
def _modules(folders: Folders) -> tuple[tuple[str, ModuleType], ...]:
    found = [(where, module) for _, where, module in installed("reelmock.checks")]
    found += [entry for folder in folders for entry in lying_in(folder, _CONSTANTS)]
    for where, module in found:
        if not any(hasattr(module, constant) for constant in _CONSTANTS):
            raise BadPlugin(where, f"it exports neither {' nor '.join(_CONSTANTS)}")
    return tuple(found)


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
