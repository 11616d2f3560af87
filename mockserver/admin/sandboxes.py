"""Sandboxes: made, shown, changed, emptied and dropped; further keys bound to them."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from mockserver.admin.http.call import PREFIX, Answer, Ask, Call
from mockserver.admin.requests.settings import (
    ClockGiven,
    SandboxGiven,
    SettingsGiven,
    changes,
    checked_id,
    checked_key,
)
from mockserver.admin.requests.time import moment_ms
from mockserver.admin.responses.sandbox import sandbox_counted
from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.ids import key_hash
from mockserver.domain.time.clock import ClockState, start_clock
from mockserver.engine.core import Core


class KeysGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Further keys for a sandbox."""

    keys: tuple[str, ...]


async def create(ask: Ask) -> Answer:
    """A new sandbox and, this once, the key that chooses it; without a body all is as usual."""
    core = ask.core
    given = ask.body(SandboxGiven) if ask.content else SandboxGiven()
    keys = _keys(given, core)
    sandbox_id = f"sb{core.system.entropy()}" if given.id is UNSET else checked_id(given.id)
    fresh = core.sandboxes.fresh(sandbox_id)
    fresh = replace(fresh, clock=_clock(given.clock, core, fresh.clock))
    sandbox = replace(fresh, **changes(given, fresh, core))
    await core.sandboxes.create(sandbox, tuple(map(key_hash, keys)))
    shown = {"api_key": keys[0], **await sandbox_counted(core, sandbox)}
    return Answer(201, shown, f"{PREFIX}/sandboxes/{sandbox_id}")


def _keys(given: SandboxGiven, core: Core) -> tuple[str, ...]:
    """The keys asked for, each once; one is made where none is."""
    keys = [checked_key(key, "keys") for key in given.keys]
    if given.api_key is not UNSET:
        keys.insert(0, checked_key(given.api_key, "api_key"))
    return tuple(dict.fromkeys(keys)) or (f"sk-reel-{core.system.entropy()}",)


def _clock(given: ClockGiven, core: Core, usual: ClockState) -> ClockState:
    mode = usual.mode if given.mode is UNSET else given.mode
    if given.rate is not UNSET and mode != "real":
        raise BadInput("clock.rate", given.rate, f"no rate in mode {mode}")
    rate = given.rate if given.rate is not UNSET else usual.rate or 1.0
    start_ms = core.sandboxes.defaults.clock_start_ms
    if given.start is not UNSET:
        start_ms = moment_ms(given.start, "clock.start")
    return start_clock(mode, core.system.real_ms(), start_ms, rate)


async def list_all(ask: Ask) -> dict[str, Any]:
    """Every sandbox."""
    store = ask.core.store
    found = [await store.load(sandbox_id) for sandbox_id in await store.sandbox_ids()]
    return {
        "sandboxes": [await sandbox_counted(ask.core, s.sandbox) for s in found if s is not None]
    }


async def show(ask: Ask) -> dict[str, Any]:
    """One sandbox."""
    return await sandbox_counted(ask.core, await ask.sandbox())


async def change(ask: Ask) -> dict[str, Any]:
    """Sets what is given and leaves the rest; tasks keep the plan that they were given."""
    given = ask.body(SettingsGiven)
    sandbox = await ask.sandbox()
    changed = await ask.change(
        sandbox.id, lambda present: replace(present, **changes(given, present, ask.core))
    )
    return await sandbox_counted(ask.core, changed)


async def reset(ask: Ask) -> dict[str, Any]:
    """Drops tasks, money, callbacks, journal; settings, keys and clock stay."""
    sandbox = await ask.sandbox()
    await ask.core.sandboxes.reset(sandbox.id)
    return await sandbox_counted(ask.core, sandbox)


async def delete(ask: Ask) -> None:
    """Drops the sandbox with all it holds; its keys are free again."""
    await ask.core.sandboxes.delete((await ask.sandbox()).id)


async def show_keys(ask: Ask) -> dict[str, Any]:
    """The hashes of the keys: the keys themselves are never kept."""
    return {"keys": await ask.core.store.keys_of((await ask.sandbox()).id)}


async def bind_keys(ask: Ask) -> dict[str, Any]:
    """Lets further keys choose the sandbox; all or none."""
    store, given = ask.core.store, ask.body(KeysGiven)
    sandbox = await ask.sandbox()
    sandbox_id = sandbox.id
    hashes = [key_hash(checked_key(key, "keys")) for key in given.keys]
    for hashed in hashes:
        if await store.resolve(hashed) not in (None, sandbox_id):
            raise BadInput("keys", "…", "keys that choose no other sandbox yet")
    for hashed in hashes:
        await store.bind(hashed, sandbox_id)
    if hashes:
        await ask.note(sandbox, f"keys: {', '.join(hashes)}")
    return {"keys": await store.keys_of(sandbox_id)}


_ONE = "/sandboxes/{sandbox}"
ROUTES = (
    Call("GET", "/sandboxes", list_all),
    Call("POST", "/sandboxes", create),
    Call("GET", _ONE, show),
    Call("PATCH", _ONE, change),
    Call("DELETE", _ONE, delete),
    Call("POST", f"{_ONE}/reset", reset),
    Call("GET", f"{_ONE}/keys", show_keys),
    Call("POST", f"{_ONE}/keys", bind_keys),
)
