"""Holds one call, or one callback, to the contract of its provider."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.operations import Operation, callback_messages, find_operation, nearest
from contracts.problem import Problem, source_text
from contracts.registry import schema
from contracts.validate import undescribed, validate

JSON = "application/json"
NOT_JSON = Problem("", "JSON", "something else")


@dataclass(frozen=True, slots=True)
class Part:
    """The verdict on one body."""

    fits: tuple[str, ...] = ()
    """The messages of the contract that it fits, by the names of their schemas."""
    source: str = ""
    """The source of these messages, as in `x-source`."""
    problems: tuple[Problem, ...] = ()
    unchecked: tuple[str, ...] = ()
    """The parts that cannot be judged, and why."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was made and answered. `…_lacks` says why a body was not kept whole."""

    provider: str
    method: str
    path: str
    request_type: str
    request: bytes
    status: int
    reply_type: str
    reply: bytes
    request_lacks: str = ""
    reply_lacks: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a call."""

    call: str
    """The contract's name of the call; empty if it does not have the call."""
    request: Part
    reply: Part


def judge_call(call: Call) -> Judgement:
    """Hold request and reply to the contract. Raises UnknownProvider, MissingExtra."""
    operation = find_operation(call.provider, call.method, call.path)
    if operation is None:
        nothing = Part(unchecked=(f"{call.method} {call.path} is no call of the contract",))
        return Judgement("", nothing, nothing)
    named = f"{operation.method} {operation.template} ({operation.name})"
    return Judgement(named, _request(operation, call), _reply(operation, call))


def judge_callback(provider: str, body: bytes) -> Part:
    """Hold a callback to those that the provider posts. Raises UnknownProvider, MissingExtra."""
    return _part(provider, callback_messages(provider), body)


def _request(operation: Operation, call: Call) -> Part:
    message = operation.request_message()
    if call.request_lacks or not call.request:
        return Part(unchecked=(call.request_lacks or "no body was sent",))
    if message is None or not call.request_type.startswith(JSON):
        return Part(unchecked=(f"no schema for {call.request_type or 'a body without a type'}",))
    return _part(operation.provider, (message,), call.request)


def _reply(operation: Operation, call: Call) -> Part:
    if call.reply_lacks or not call.status:
        return Part(unchecked=(call.reply_lacks or "no answer came",))
    messages = operation.reply_messages(call.status)
    part = _part(operation.provider, messages, call.reply) if messages else Part()
    problems = operation.judge_reply(call.status, call.reply_type, call.reply)
    return replace(part, problems=tuple(problems))


def _part(provider: str, messages: Iterable[str], body: bytes) -> Part:
    known = tuple(messages)
    try:
        instance = json.loads(body)
    except (ValueError, RecursionError):
        return Part(problems=(NOT_JSON,))
    fits = tuple(name for name in known if not validate(provider, name, instance))
    sources = (source_text(schema(provider, name).get("x-source")) for name in fits)
    return Part(
        fits,
        "; ".join(dict.fromkeys(filter(None, sources))),
        () if fits else tuple(nearest(provider, known, instance)),
        tuple(dict.fromkeys(why for name in fits for why in undescribed(provider, name, instance))),
    )
