"""Checks that a fault is a pure change, is explained to users, and changes something under each of
its names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from mockserver.conformance import samples
from mockserver.conformance.problems import raise_for, told, twice, wording
from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault, Hit, NamedFault, Unfit
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.fault.submission_overrides import NO_OVERRIDES, Overrides
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput
from mockserver.domain.reply.difference import first_difference
from mockserver.domain.reply.reply import Reply, unfolded
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.plugins import plugins_in
from mockserver.engine.registry import Registry

Entries = Mapping[str, Mapping[str, Any]]
Replies = Mapping[str, Reply]


def check_fault(fault: Fault, entries: Entries, replies: Mapping[str, Reply] | None = None) -> None:
    """`entries` are the catalogue's entries that name the fault. Raises NotConformant.

    `replies` are further replies to try it on, if only those of one provider are of use.

    * It strikes in one way: by `reply`, `outgoing` or `terms`. Its parameters are explained to
      users, and a default is a value that the parameter accepts.
    * Each entry fits into the catalogue, and its example is a rule that some call matches.
    * On replies of each kind and on a callback, it makes the same change each time, or raises
      Unfit; nothing else. With the example of each entry it changes something.
    """
    every = {**samples.replies(), **(replies or {})}
    raise_for(f"the fault {fault.name}", _problems(fault, entries, every))


def struck_by(fault: Fault, reply: Reply | None = None, **options: object) -> Reply:
    """The changed reply; the original is JSON unless another one is given. Raises Unfit, and
    BadInput for an option.
    """
    read = {name: p.read(name, options[name]) if name in options else p.default
            for name, p in fault.parameters.items()}  # fmt: skip
    assert fault.reply is not None, f"the fault {fault.name} strikes no reply"
    return fault.reply(reply or samples.replies()["JSON"], samples.hit(fault.name, read))


def _problems(fault: Fault, entries: Entries, replies: Replies) -> Iterator[str]:
    yield from wording(fault, "summary")
    ways = [way for way in ("reply", "outgoing", "terms") if getattr(fault, way) is not None]
    if len(ways) != 1:
        yield f"it strikes in {counted(len(ways), 'way')} ({', '.join(ways)}), expected one"
        return
    for name, parameter in fault.parameters.items():
        if not parameter.summary.strip():
            yield f"parameters.{name}: nothing says what it means"
    if not entries:
        yield "no entry of the catalogue names it, so that no user can"
    catalogue = Catalogue(plugins_in(()).mechanisms)
    for name, entry in entries.items():
        why = catalogue.unfit(name, entry, fault.name, {fault.name: fault})
        # Our own catalogue has our own names.
        if why and not why.startswith(f"Reelmock has a fault {name} "):
            yield f"the entry {why}"
            continue
        yield from _named(fault, name, {"mechanism": fault.name, **entry}, replies)


def _named(fault: Fault, name: str, entry: Mapping[str, Any], replies: Replies) -> Iterator[str]:
    mechanisms = Registry[Fault]("mockserver.faults", "FAULT", lambda: {fault.name: fault})
    others = {} if fault.name in mechanisms.own_names() else {name: entry}
    catalogue = Catalogue(mechanisms, lambda: others)
    providers = {one.name: one for one in plugins_in(()).providers.all()}
    rule_compiler = RuleCompiler(catalogue, providers)
    named = catalogue.get(name)
    try:
        compiled = rule_compiler.compile(
            msgspec.convert({**named.example}, FaultRule, strict=False)
        )
        if not rule_compiler.places(compiled):
            yield f"the example of {name} matches no call of any provider"
    except (BadInput, msgspec.ValidationError) as error:
        yield f"the example of {name} is no rule: {error}"
        return
    yield from _struck(named, compiled.options, replies)


def _struck(named: NamedFault, options: Mapping[str, Any], replies: Replies) -> Iterator[str]:
    fault, changed = named.mechanism, False
    hits = [  # for a client that accepts everything, and for one that asks for compression
        samples.hit(named.name, options, named.chunk, **headers)
        for headers in ({}, {"accept_encoding": "gzip"})
    ]
    targets = [target for hit in hits for target in _targets(fault, hit, replies)]
    for what, strike, differs in targets:
        try:
            result, same = twice(strike)
        except Unfit as reason:
            if not str(reason).strip():
                yield f"{named.name}: over {what} it raises Unfit without a reason"
            continue
        except Exception as error:  # noqa: BLE001  whatever it is, it is a problem
            yield f"{named.name}: over {what} it raises {told(error)}, expected Unfit"
            continue
        if not same and not isinstance(
            result, OutgoingAttempt
        ):  # changes of a message are functions
            yield f"{named.name}: over {what} it makes two different changes"
        changed = changed or differs(result)
    if not changed:
        yield f"{named.name}: by its example it changes none of the samples"


Target = tuple[str, Callable[[], Any], Callable[[Any], bool]]


def _targets(fault: Fault, hit: Hit, replies: Replies) -> Iterator[Target]:
    """Everything that the fault may strike: its name, how the fault strikes it, and whether that
    makes a difference.
    """
    if fault.reply is not None:
        for what, reply in replies.items():
            yield what, _bound(fault.reply, unfolded(reply), hit), _differs_from(reply)
    elif fault.outgoing is not None:
        for what, outgoing in samples.outgoing_attempts().items():
            yield what, _bound(fault.outgoing, outgoing, hit), _is_other(outgoing)
    elif fault.terms is not None:
        yield "a submission", _bound(fault.terms, NO_OVERRIDES, hit), _other_terms


def _bound(strike: Callable[[Any, Hit], Any], subject: object, hit: Hit) -> Callable[[], Any]:
    return lambda: strike(subject, hit)


def _differs_from(reply: Reply) -> Callable[[Any], bool]:
    return lambda struck: first_difference(reply, struck, samples.NOW_MS) is not None


def _is_other(outgoing: OutgoingAttempt) -> Callable[[Any], bool]:
    return lambda struck: struck != outgoing


def _other_terms(struck: Overrides) -> bool:
    return struck != NO_OVERRIDES
