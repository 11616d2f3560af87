"""Sandboxes: create, list, change, empty and delete them, and bind more keys to them."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import asdict, replace

from mockserver.admin.http.call import PREFIX, Ask, Created, served
from mockserver.admin.requests.settings import (
    changes,
    checked_id,
    checked_key,
)
from mockserver.admin.responses.sandbox import sandbox_counted
from mockserver.control import operations
from mockserver.control.records import Keys, Sandbox, SandboxCreated, Sandboxes
from mockserver.control.requests import ClockGiven, KeysGiven, SandboxGiven, SettingsGiven
from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.ids import key_hash
from mockserver.domain.time.clock import ClockState, start_clock
from mockserver.domain.time.moment import moment_ms
from mockserver.engine.core import Core


async def create(ask: Ask, given: SandboxGiven) -> Created[SandboxCreated]:
    """A new sandbox and its key, which is shown only once. Without a body it has the defaults."""
    core = ask.core
    keys = _keys(given, core)
    sandbox_id = f"sb{core.system.entropy()}" if given.id is UNSET else checked_id(given.id)
    fresh = core.sandboxes.fresh(sandbox_id)
    fresh = replace(fresh, clock=_clock(given.clock, core, fresh.clock))
    sandbox = replace(fresh, **changes(given, fresh, core))
    await core.sandboxes.create(sandbox, tuple(map(key_hash, keys)))
    told = asdict(await sandbox_counted(core, sandbox)) | {"api_key": keys[0]}
    return Created(SandboxCreated(**told), f"{PREFIX}/sandboxes/{sandbox_id}")


def _keys(given: SandboxGiven, core: Core) -> tuple[str, ...]:
    """The requested keys without duplicates; a new key if none was requested."""
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


async def list_all(ask: Ask) -> Sandboxes:
    """Every sandbox."""
    store = ask.core.store
    found = [await store.load(sandbox_id) for sandbox_id in await store.sandbox_ids()]
    return Sandboxes([await sandbox_counted(ask.core, s.sandbox) for s in found if s is not None])


async def show(ask: Ask) -> Sandbox:
    """One sandbox."""
    return await sandbox_counted(ask.core, await ask.sandbox())


async def change(ask: Ask, given: SettingsGiven) -> Sandbox:
    """Sets the given settings only; existing tasks keep their plans."""
    sandbox = await ask.sandbox()
    changed = await ask.change(
        sandbox.id, lambda present: replace(present, **changes(given, present, ask.core))
    )
    return await sandbox_counted(ask.core, changed)


async def reset(ask: Ask) -> Sandbox:
    """Removes tasks, money, callbacks and the journal; keeps settings, keys and the clock."""
    sandbox = await ask.sandbox()
    await ask.core.sandboxes.reset(sandbox.id)
    return await sandbox_counted(ask.core, sandbox)


async def delete(ask: Ask) -> None:
    """Deletes the sandbox with all its content; its keys are free again."""
    await ask.core.sandboxes.delete((await ask.sandbox()).id)


async def show_keys(ask: Ask) -> Keys:
    """The hashes of the keys: the keys themselves are never kept."""
    return await _keys_told(ask, (await ask.sandbox()).id)


async def bind_keys(ask: Ask, given: KeysGiven) -> Keys:
    """Lets more keys choose the sandbox: all of the given ones, or none."""
    store = ask.core.store
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
    return await _keys_told(ask, sandbox_id)


async def _keys_told(ask: Ask, sandbox_id: str) -> Keys:
    return Keys(list(await ask.core.store.keys_of(sandbox_id)))


ROUTES = (
    served(operations.LIST_SANDBOXES, list_all),
    served(operations.CREATE_SANDBOX, create),
    served(operations.GET_SANDBOX, show),
    served(operations.CHANGE_SANDBOX, change),
    served(operations.DELETE_SANDBOX, delete),
    served(operations.RESET_SANDBOX, reset),
    served(operations.LIST_KEYS, show_keys),
    served(operations.BIND_KEYS, bind_keys),
)
