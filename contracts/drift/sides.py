"""What a side on the command line means, and where its messages come from."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

from contracts.counted import counted
from contracts.drift.model import Seen
from contracts.drift.seen import in_answers, in_callbacks, on_tape
from contracts.verifier.catalogue import checks_for
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.har import read_log, unchecked
from contracts.verifier.keys import LOCAL_KEY
from contracts.verifier.listener import Listener
from contracts.verifier.runner import plan
from contracts.verifier.runner import run as run_checks
from contracts.verifier.session import Session
from contracts.verifier.subject import Subject
from contracts.verifier.target import Target

CONTRACT, MOCK = "contract", "mock"
MOCK_KEY = "sk-reelmock-diff"


@dataclass(frozen=True, slots=True)
class Means:
    """How a live side is asked. Money is in the provider's unit."""

    key: Callable[[str], str]
    """Returns the key for a host, or the one it is given if the user gave none."""
    budget: float
    mock: Callable[[], AbstractContextManager[str]]
    """Starts a mock and returns the base URL of the provider there."""
    pace_s: float | None = None
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name, and its messages; None for the contract itself."""

    name: str
    messages: tuple[Seen, ...] | None
    notes: tuple[str, ...] = ()


def side(word: str, subject: Subject, means: Means) -> Side:
    """Return the side that a word means. Raises CouldNotRun."""
    if word == CONTRACT:
        return Side(word, None)
    if word == MOCK:
        with means.mock() as base_url:
            return _asked(word, Target(base_url), MOCK_KEY, inf, 0.0, subject)
    if word.startswith(("http://", "https://")):
        target = Target(word, ca=means.ca)
        key = means.key(LOCAL_KEY if target.on_loopback else "")
        return _asked(word, target, key, means.budget, means.pace_s, subject)
    path = Path(word)
    recorded = read_log(path)
    messages = tuple(on_tape(subject, recorded))
    if not messages:
        raise CouldNotRun(f"{path.name} holds no call of {subject.name} among {len(recorded)}")
    return Side(
        path.name, messages, tuple(f"{path.name}: {n}" for n in unchecked(subject, recorded))
    )


def provider_of(words: tuple[str, str], known: tuple[str, ...]) -> str:
    """Name the provider of a tape. Raises CouldNotRun if no tape names it."""
    for word in words:
        if word in (CONTRACT, MOCK) or "://" in word:
            continue
        for raw in read_log(Path(word)):
            told = (raw.get("_reelmock") or {}).get("provider") if isinstance(raw, dict) else None
            if told in known:
                return str(told)
    raise CouldNotRun(f"no side names its provider: give --provider ({', '.join(known)})")


def _asked(
    name: str, target: Target, key: str, budget: float, pace_s: float | None, subject: Subject
) -> Side:
    """Make all calls to a host that the verifier would make, and keep the answers."""
    price = subject.prices[subject.model]
    checks = checks_for(subject.name)
    steps = plan(checks, subject, price, budget)
    with _listening(subject, target) as listener:
        session = Session(
            subject, target, key, subject.model, listener=listener,
            pace_ms=None if pace_s is None else round(pace_s * 1000),
            callback_url=listener.start() if listener else None,
        )  # fmt: skip
        try:
            run_checks(session, checks, steps)
        finally:
            target.close()
    heard = [delivery.json for delivery in listener.deliveries] if listener else []
    messages = (*in_answers(subject, session.answers), *in_callbacks(subject, heard))
    skipped = sum(not step.runs for step in steps)
    notes = (
        (f"{name}: not made, see --budget: {counted(skipped, 'call')} with a price",)
        if skipped
        else ()
    )
    return Side(name, messages, notes)


@contextmanager
def _listening(subject: Subject, target: Target) -> Iterator[Listener | None]:
    """A listener for callbacks at an address that the host can reach. The session starts it."""
    if not subject.callback_message or not target.on_loopback:
        yield None
        return
    listener = Listener()
    try:
        yield listener
    finally:
        listener.stop()
