"""Chooses a store by its URL. At the start, refuses a store that would lose data."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from mockserver.domain.input.errors import BadInput, NotInstalled
from mockserver.stores.memory import MemoryStore

if TYPE_CHECKING:
    from mockserver.engine.ports import Store, System
    from mockserver.stores.state_file import Check

REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
MEMORY = "memory"
_PREFIX = re.compile(r"[\w.:-]+", re.ASCII)  # braces would be another hash tag
LONGEST_DELIVERY_MS = 15_000  # the longest documented time limit of a callback
LEASE_MARGIN_MS = 2_000  # for what comes before and after the delivery itself


class Opened(Struct, frozen=True):
    """A store, its clock, and what has to be done before it is used, during use, and at the end.

    `listen` also runs during use, and is called with each sandbox that another replica has changed.
    `hear` of a store in this process sets whom it tells of each journal entry.
    """

    store: Store
    system: System
    shared: bool = False
    open: Callable[[], Awaitable[None]] | None = None
    run: Callable[[], Awaitable[None]] | None = None
    listen: Callable[[Callable[[str], None]], Awaitable[None]] | None = None
    close: Callable[[], Awaitable[None]] | None = None
    hear: Callable[[Callable[[str], None] | None], None] | None = None


def open_store(
    url: str,
    system: System,
    prefix: str = "reelmock",
    delivery_ms: int | None = None,
    state: str = "",
    *,
    check: Check,
) -> Opened:
    """The store that a URL names.

    `delivery_ms` is the longest that a callback may take. `state` is the file that keeps a memory
    store, if there is one. `check` refuses a sandbox in it. Raises BadInput if the store cannot be
    used.
    """
    if url == MEMORY:
        if state:
            return _kept_in(Path(state), system, check)
        store = MemoryStore()
        return Opened(store, system, hear=store.hear)
    if not url.startswith(REDIS_SCHEMES):
        raise BadInput(
            "store", url, "memory, or a URL that begins with redis://, rediss:// or unix://"
        )
    if not _PREFIX.fullmatch(prefix):
        raise BadInput("store_prefix", prefix, "letters, digits and any of . _ : - in it")
    return _open_redis(url, system, prefix, (delivery_ms or LONGEST_DELIVERY_MS) + LEASE_MARGIN_MS)


def _kept_in(file: Path, system: System, check: Check) -> Opened:
    from mockserver.stores.kept import KeptStore
    from mockserver.stores.state_file import StateFile

    store = KeptStore()
    kept = StateFile(file, store, check)
    return Opened(store, system, open=kept.open, run=kept.run, close=kept.close, hear=store.hear)


def _open_redis(url: str, system: System, prefix: str, lease_ms: int) -> Opened:
    try:
        import redis
    except ImportError:
        raise NotInstalled("store", _without_password(url), "redis", "hiredis") from None
    from mockserver.stores.redis import RedisStore, foreign_data
    from mockserver.stores.redis_time import SharedClock, milliseconds

    try:
        client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
        memory = client.info("memory")
        clock = SharedClock(system, milliseconds(client.time()))
        foreign = foreign_data(client, prefix)
        client.close()
    except (redis.RedisError, OSError, ValueError, TypeError) as error:  # TypeError: a wrong option
        raise BadInput("store", _without_password(url), f"a Redis that answers ({error})") from None
    policy = str(memory.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        wanted = "maxmemory-policy noeviction: other policies would lose tasks without any message"
        raise BadInput("store", f"maxmemory-policy {policy}", wanted)
    if foreign:
        raise BadInput("store_prefix", prefix, f"one under which there is no {foreign}")
    store = RedisStore(url, clock, prefix, lease_ms)
    return Opened(cast("Store", store), clock, shared=True, listen=store.listen, close=store.close)


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
