"""Settings from flags, environment (`REELMOCK_PORT`) and `reelmock.toml`, in this order."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from mockserver.domain.finding.ignoring import Ignore, check
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.input.names import known
from mockserver.domain.input.quantity import Span, span_ms
from mockserver.domain.input.reading import record
from mockserver.domain.input.variables import (
    CA,
    CASE,
    KEY,
    PREFIX,
    RECORD,
    RECORD_KEY,
    RECORD_UPSTREAM,
    TMP,
    URL,
    VERIFY_KEY,
)
from mockserver.domain.input.wire import header_text, http_url
from mockserver.domain.provider.calibration import Calibration
from mockserver.domain.time.clock import MAX_RATE, Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE = "reelmock.toml"
PLUGINS = "plugins"
CALIBRATION = "calibration"  # in the file too: what `reelmock calibrate` measured
IGNORE = "ignore"  # also in the settings file: the findings that do not count
MIN_KEEP_ALIVE_MS = 75_000
# What `serve` and `run` do not read themselves: other commands, `reelmock run` for its child.
OF_COMMANDS = (URL, KEY, CA, VERIFY_KEY, CASE, TMP, RECORD, RECORD_KEY, RECORD_UPSTREAM)
OF_TESTS = ("REELMOCK_TEST_", "REELMOCK_MATRIX", "REELMOCK_TRUTH")  # of our own tests
# Kubernetes and Docker tell every container of a service `reelmock` where that is.
_OF_ORCHESTRATORS = re.compile(rf"{PREFIX}(SERVICE_(HOST|PORT)|PORT_\d|(\w+_)?(ENV|NAME)\b)")
_LISTS = ("allow_host", PLUGINS)
# these go into each record of a sandbox or task
_WRITTEN_DOWN = ("seed", "webhook_key", "public_url")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a server. A new sandbox starts with those that concern it.

    `speed` divides the time that the provider's machines take; `rate` is the clock's. Names of
    times end in `_ms`.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    speed: float = 60.0
    clock: Mode = "real"
    rate: float = 1.0
    clock_start: str = ""  # an ISO time or epoch milliseconds; empty: now
    keys: Literal["open", "shared", "closed"] = "open"
    seed: str = ""
    scenario: str = "succeed"
    profile: str = ""  # a profile that comes with Reelmock, or a YAML file; sandboxes start with it
    webhook_key: str = ""
    public_url: str = ""
    tls: bool = False
    admin_token: str = ""
    allow_host: tuple[str, ...] = ()
    allow_public_callbacks: bool = False
    callback_timeout: Span = ""  # such as 1s; empty: the provider's documented time
    keep_alive: Span = "75s"  # how long a connection may be idle; clients poll every 5 s and more
    access_log: bool = False
    log: Literal["text", "json"] = "text"
    metrics: bool = False
    metrics_open: bool = False  # serves metrics without the admin token, and turns metrics on
    store: str = "memory"  # or redis://HOST:PORT/DB, rediss://…, unix://…
    store_prefix: str = "reelmock"
    state: str = ""  # a file that keeps the memory store's sandboxes
    tapes: str = ""  # a folder of tapes that the control API lists
    workers: int = 1
    plugins: tuple[str, ...] = ()  # folders with plug-ins, as absolute paths

    @property
    def callback_timeout_ms(self) -> int | None:
        """The real time in which a receiver must answer; None: as its provider documents."""
        return span_ms(self.callback_timeout, "callback_timeout") if self.callback_timeout else None

    @property
    def keep_alive_ms(self) -> int:
        """The real time for which an idle connection is kept open."""
        return span_ms(self.keep_alive, "keep_alive")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK


def load_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str], config: Path | None = None
) -> Settings:
    """The settings of a server. Raises BadInput, which names the field and its source."""
    values = _from_file(config) if config else {}
    check_variables(environment)
    for name in Settings.__struct_fields__:
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            values[name] = _from_text(name, text)
    values |= {name: value for name, value in flags.items() if value is not None}
    if PLUGINS in values:
        values[PLUGINS] = _folders(values[PLUGINS], Path())
    settings = record(values, Settings, "settings", strict=False)
    _check(settings)
    return settings


def check_variables(environment: Mapping[str, str]) -> None:
    """Raises BadInput over a variable of ours that nobody reads."""
    variables = [PREFIX + name.upper() for name in Settings.__struct_fields__]
    variables += OF_COMMANDS
    for name, value in environment.items():
        ours = name.startswith(PREFIX) and not _OF_ORCHESTRATORS.match(name)
        if ours and name not in variables and not name.startswith(OF_TESTS):
            raise BadInput(name, value, f"a known variable{nearest(name, variables)}")


def load_plugins(
    flags: Iterable[str], environment: Mapping[str, str], config: Path | None = None
) -> tuple[str, ...]:
    """Only the folders of plug-ins, for commands that start no server. Raises BadInput.

    If there is no settings file, it names no folders.
    """
    if given := tuple(flags):
        return _folders(given, Path())
    if text := environment.get(PREFIX + PLUGINS.upper()):
        return _folders(_from_text(PLUGINS, text), Path())
    if config is None or not config.is_file():
        return ()
    return _folders(_table(config).get(PLUGINS, ()), config.parent)


def _folders(given: Any, base: Path) -> tuple[str, ...]:
    """Folders as absolute paths, each only once. Raises BadInput if it is not a list of texts."""
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise BadInput(PLUGINS, given, "a list of folders")
    return tuple(dict.fromkeys(str((base / one).absolute()) for one in given))


def load_ignored(config: Path) -> tuple[Ignore, ...]:
    """The findings that a settings file says do not count: `ignore = [{finding, reason, until}]`.

    Empty if there is no such file. Raises BadInput.
    """
    return _ignored(config, _table(config)) if config.is_file() else ()


def _ignored(path: Path, values: dict[str, Any]) -> tuple[Ignore, ...]:
    field = f"{path.name}: {IGNORE}"
    ignores = record(values.get(IGNORE, []), tuple[Ignore, ...], field, field)
    check(ignores)
    return ignores


def load_calibrations(config: Path | None) -> dict[str, Calibration]:
    """What a settings file says was measured, by provider: the table `calibration`. Raises BadInput.

    Empty if there is no such file.
    """
    return _calibrations(config, _table(config)) if config and config.is_file() else {}


def _calibrations(path: Path, values: dict[str, Any]) -> dict[str, Calibration]:
    field = f"{path.name}: {CALIBRATION}"
    return record(values.get(CALIBRATION, {}), dict[str, Calibration], field, field)


def _from_file(path: Path) -> dict[str, Any]:
    """The settings in a file. Raises BadInput, also for a wrong `ignore`."""
    values = _table(path)
    _ignored(path, values)
    values.pop(IGNORE, None)
    _calibrations(path, values)
    values.pop(CALIBRATION, None)
    for name in values:
        known(name, Settings.__struct_fields__, f"{path.name}: {name}")
    if PLUGINS in values:  # relative folders start at the settings file, not at the current folder
        values[PLUGINS] = _folders(values[PLUGINS], path.parent)
    return values


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput("config", str(path), f"a readable file ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput("config", str(path), f"valid TOML ({error})") from None


def _from_text(name: str, text: str) -> Any:
    return [part for part in text.split(",") if part] if name in _LISTS else text


def _check(settings: Settings) -> None:
    if not 0 <= settings.port <= 65535:
        raise BadInput("port", settings.port, "0 (any free one) to 65535")
    if not 0 < settings.speed <= MAX_RATE:
        raise BadInput("speed", settings.speed, f"a number above 0, at most {MAX_RATE:g}")
    if not 0 < settings.rate <= MAX_RATE:
        raise BadInput("rate", settings.rate, f"a number above 0, at most {MAX_RATE:g}")
    if settings.public_url:
        http_url(settings.public_url, "public_url")
    header_text(settings.admin_token, "admin_token")
    for name in _WRITTEN_DOWN:
        if not _is_text(getattr(settings, name)):
            raise BadInput(name, getattr(settings, name), "text in UTF-8")
    _check_store(settings)
    if settings.keep_alive_ms < MIN_KEEP_ALIVE_MS:
        raise BadInput(
            "keep_alive", settings.keep_alive, "75s or more: only faults close connections earlier"
        )
    if settings.callback_timeout_ms == 0:
        raise BadInput("callback_timeout", settings.callback_timeout, "a span longer than 0")


def _is_text(value: str) -> bool:
    """Whether it can be encoded: bytes of the command line that are not UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_store(settings: Settings) -> None:
    if not 1 <= settings.workers <= 64:
        raise BadInput("workers", settings.workers, "1 to 64")
    if settings.workers > 1 and settings.store == "memory":
        reason = (
            "1 with the memory store, because each process has its own memory; --store redis://… "
            "is shared"
        )
        raise BadInput("workers", settings.workers, reason)
    if settings.state and settings.store != "memory":
        raise BadInput("state", settings.state, "no file: the store keeps its sandboxes itself")
