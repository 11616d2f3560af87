"""The command: two words in, reports out, an exit status back."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from contracts import providers
from contracts.drift import report
from contracts.drift.against import against
from contracts.drift.compare import compared, softened, turned, unlike
from contracts.drift.model import SEVERITIES, Comparison, Drift
from contracts.drift.propose import proposed
from contracts.drift.sides import Means, Side, provider_of, side
from contracts.errors import ContractError
from contracts.verifier.catalogue import find_subject
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.keys import find_key

SAME, BREAKS, COULD_NOT_COMPARE = 0, 1, 2


def _print(text: str) -> None:
    sys.stdout.write(text)


def _complain(text: str) -> None:
    sys.stderr.write(text)


def _no_mock() -> AbstractContextManager[str]:
    raise CouldNotRun("there is no mock here: give its base URL")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line. A side is `contract`, `mock`, a base URL or a HAR file."""

    a: str
    b: str
    provider: str | None = None
    """None: the provider that a tape names."""
    key: str | None = None
    key_file: Path | None = None
    budget: float = 0.0
    """What a live side may spend at most."""
    pace_s: float | None = None
    ca: Path | None = None
    """A file of authorities to trust for a live side."""
    update: Path | None = None
    """The file for the contract's change, as a patch."""
    reports: tuple[tuple[str, Path | None], ...] = (("console", None),)
    mock: Callable[[], AbstractContextManager[str]] = _no_mock
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    write: Callable[[str], None] = _print
    complain: Callable[[str], None] = _complain


def run(options: Options) -> int:
    """Compare two sides. Returns 0 if nothing breaks, 1 if something breaks, 2 if they cannot be
    compared.
    """
    try:
        renderers = [(_renderer(name), path) for name, path in options.reports]
        comparison = _compared(options)
        for render, path in renderers:
            _tell(render(comparison), path, options.write)
        if options.update is not None:
            _tell(comparison.patch, options.update, options.write)
        return comparison.exit_status
    except (CouldNotRun, ContractError) as error:
        options.complain(f"reelmock diff: {error}\n")
        return COULD_NOT_COMPARE


def formats() -> tuple[str, ...]:
    """Name the report formats."""
    return tuple(sorted(module.name for module in iter_modules(report.__path__)))


def _renderer(name: str) -> Callable[[Comparison], str]:
    if name not in formats():
        raise CouldNotRun(f"unknown report format {name!r}; there are {', '.join(formats())}")
    render: Callable[[Comparison], str] = import_module(f"{report.__name__}.{name}").render
    return render


def _compared(options: Options) -> Comparison:
    words = (options.a, options.b)
    name = options.provider or provider_of(words, providers())
    subject = find_subject(name)

    def key(usual: str) -> str:
        return find_key(options.key, options.key_file, options.environment, usual)

    means = Means(key, options.budget, options.mock, options.pace_s, options.ca)
    a, b = (side(word, subject, means) for word in words)
    drifts = sorted(_drifts(name, a, b), key=_rank)
    notes = [*a.notes, *b.notes]
    if a.messages is not None and b.messages is not None:
        notes += unlike(a.messages, b.messages)
    patch = ""
    if options.update is not None:
        if a.messages is not None:
            raise CouldNotRun("--update changes the contract: side A must be `contract`")
        patch, left = proposed(name, drifts, b.name)
        notes += left
    return Comparison(name, a.name, b.name, tuple(drifts), tuple(dict.fromkeys(notes)), patch)


def _drifts(provider: str, a: Side, b: Side) -> list[Drift]:
    if a.messages is None and b.messages is None:
        raise CouldNotRun("both sides are the contract: there is nothing to compare")
    if a.messages is None:
        found = against(provider, b.messages or ())
    elif b.messages is None:
        found = [turned(drift) for drift in against(provider, a.messages)]
    else:
        found = compared(provider, a.messages, b.messages)
    return softened(found, (*(a.messages or ()), *(b.messages or ())))


def _rank(drift: Drift) -> tuple[int, str, str]:
    return SEVERITIES.index(drift.severity), drift.place, drift.kind


def _tell(text: str, path: Path | None, write: Callable[[str], None]) -> None:
    if path is None:
        write(text)
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise CouldNotRun(f"cannot write {path}: {error.strerror}") from error
