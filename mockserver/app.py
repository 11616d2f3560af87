"""Puts all parts of the server together: the only module that knows all the others."""

from __future__ import annotations

from asyncio import Runner, to_thread
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import json
from msgspec.structs import replace

from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.input.errors import BadInput, Missing
from mockserver.domain.journal.journal import DeliveryTried
from mockserver.domain.reply.reply import Headers, header_of
from mockserver.domain.scenario.scenario import Choice
from mockserver.engine.auto import Auto
from mockserver.engine.callbacks import Callbacks
from mockserver.engine.core import Core
from mockserver.engine.downloads import Downloads
from mockserver.engine.exchange import Exchange
from mockserver.engine.faults import Faults
from mockserver.engine.listening import Listeners
from mockserver.engine.notifier import Notifier
from mockserver.engine.plugins import plugins_in
from mockserver.engine.reports import Reports
from mockserver.engine.sandboxes import RECHECK_REAL_MS, Defaults, Sandboxes
from mockserver.engine.together import Together
from mockserver.engine.visits import Visits
from mockserver.outbound.loop import Loop
from mockserver.outbound.sender import HttpSender
from mockserver.recorder.replays import Replays
from mockserver.stores.metered import MeteredStore, Tallies
from mockserver.stores.opening import Opened, open_store
from mockserver.system import RealSystem, real_ns
from mockserver.web.addressing import Addresses
from mockserver.web.base_url import BaseUrls
from mockserver.web.gateway import Gateway
from mockserver.web.identify import KeyPlaces
from mockserver.web.json_log import JsonLog
from mockserver.web.lifespan import BackgroundServices
from mockserver.web.player import Player
from mockserver.web.root import Root
from mockserver.web.router import Router
from mockserver.web.server import Server, bind, reachable
from mockserver.web.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from mockserver.domain.journal.journal import Contact
    from mockserver.domain.provider.provider import Provider
    from mockserver.domain.scenario.scenario import Scenario
    from mockserver.engine.archive import Archive
    from mockserver.engine.plugins import Plugins
    from mockserver.engine.ports import Store, System, Tapes
    from mockserver.engine.registry import Registry
    from mockserver.settings import Settings
    from mockserver.web.root import Asgi
    from mockserver.web.tls import Certificate


NOT_KEPT = "the journal did not keep it whole"


@dataclass(frozen=True, slots=True)
class App:
    """A server that is put together but does not listen yet."""

    asgi: Asgi
    core: Core

    def stop(self) -> None:
        """Wakes everything that waits; call it before the server shuts down."""
        self.core.notifier.ring_all()


def build(
    settings: Settings,
    bound_url: str,
    clock: System | None = None,
    plugins: Plugins | None = None,
) -> App:
    """Puts a server together. `bound_url` is where it will listen. Raises BadInput.

    `clock` takes the place of this machine's own clock, which may be wrong if a Redis tells the
    time.
    """
    plugins = plugins or plugins_in(settings.plugins)
    providers = {p.name: p for p in plugins.providers.all()}
    scenarios = plugins.scenarios
    timeout_ms, notifier = settings.callback_timeout_ms, Notifier()
    own_clock = clock or RealSystem()
    rule_compiler = RuleCompiler(plugins.faults, providers)
    opened = open_store(
        settings.store,
        own_clock,
        settings.store_prefix,
        timeout_ms,
        settings.state,
        check=partial(
            _check_kept, providers=providers, scenarios=scenarios, rule_compiler=rule_compiler
        ),
    )
    system, tallies = (
        opened.system,
        Tallies() if settings.metrics or settings.metrics_open else None,
    )
    store = _metered(opened.store, tallies)
    recheck_ms = RECHECK_REAL_MS if opened.shared else None
    defaults = _defaults(settings, scenarios, tuple(providers))
    sandboxes = Sandboxes(store, system, notifier, defaults, recheck_ms)
    faults = Faults(store, rule_compiler)
    sender = HttpSender(allow_public=settings.allow_public_callbacks)
    visits = Visits(store, system, notifier)
    callbacks = Callbacks(
        store,
        system,
        notifier,
        sandboxes,
        sender,
        providers,
        faults,
        visits,
        timeout_ms,
        recheck_ms,
    )
    auto = Auto(sandboxes, faults)
    replays = Replays(partial(_replaying, settings))
    core = Core(
        store=store,
        system=system,
        notifier=notifier,
        plugins=plugins,
        providers=providers,
        scenarios=scenarios,
        sandboxes=sandboxes,
        faults=faults,
        exchange=Exchange(
            store,
            system,
            notifier,
            scenarios,
            faults,
            callbacks.deliver_due,
            auto,
            visits,
            Together(store) if opened.shared else None,
        ),
        downloads=Downloads(store, system, providers, faults, auto, visits),
        callbacks=callbacks,
        reports=Reports(),
        listeners=Listeners(store, system, notifier, providers, opened.hear),
        describe=_described,
        judge=_judged,
        tapes=_tapes(settings, replays),
    )
    if settings.profile:
        from mockserver.engine.profiles import named_or_file

        profile = named_or_file(settings.profile, core)
        sandboxes.defaults = replace(defaults, profile=profile)
    router = Router(providers.values())
    base_urls = BaseUrls(router, settings.public_url or None, bound_url)
    player = Player(sandboxes)
    addresses = Addresses(router, base_urls)
    gateway = Gateway(
        addresses,
        KeyPlaces(providers.values()),
        core.exchange,
        core.downloads,
        sandboxes,
        player,
        core.reports,
        store,
        system,
    )

    def build_admin() -> Asgi:
        from mockserver import admin  # starlette is not needed before the first control call
        from mockserver.dashboard import Dashboard

        return Dashboard(cast("Asgi", admin.build(core, settings, player, tallies)))

    beside = _beside(core, opened, sender, replays)
    root = Root(core, gateway, base_urls, build_admin, beside, memory=not opened.shared)
    if settings.log == "json":
        return App(JsonLog(root, system, store, providers), core)
    return App(root, core)


def check_words(settings: Settings) -> None:
    """Raises BadInput over what names something that is not there, before a port is taken."""
    if settings.profile:  # it may use every word that a server knows
        build(replace(settings, store="memory", state="", metrics=False), "http://127.0.0.1")
        return
    _tapes(settings)
    plugins = plugins_in(settings.plugins)
    _defaults(settings, plugins.scenarios, tuple(p.name for p in plugins.providers.all()))


def _check_kept(
    archive: Archive,
    providers: Mapping[str, Provider],
    scenarios: Registry[Scenario],
    rule_compiler: RuleCompiler,
) -> None:
    """Raises BadInput if a sandbox of a state file names something that this server does not have."""
    from mockserver.admin.requests.archive import check_names

    try:
        check_names(archive, providers, scenarios, rule_compiler)
    except BadInput as error:
        field = f"state, sandbox {archive.sandbox.id}, {error.field}"
        raise BadInput(field, error.value, error.expected) from None


def _described(provider: str) -> dict[str, Any]:
    """The OpenAPI document of a provider. Raises Missing if a plug-in brings none."""
    from contracts.bundle import bundled
    from contracts.errors import ContractError

    try:
        return cast("dict[str, Any]", json.decode(bundled(provider)))
    except (ContractError, OSError) as error:
        raise Missing("OpenAPI document of provider", provider, f": {error}") from None


def _tapes(settings: Settings, replays: Replays | None = None) -> Tapes | None:
    """The folder of tapes, read as the providers say and not as a replayed tape does. Raises BadInput."""
    if not settings.tapes:
        return None
    from mockserver.recorder.shelf import Shelf

    alone = settings.store == "memory" and settings.workers == 1
    can_replay = alone and settings.on_loopback and not settings.tls
    serve = replays.url_of if replays and can_replay else None
    return Shelf(Path(settings.tapes), plugins_in(settings.plugins).providers.all(), serve)


def _judged(entry: Contact) -> Mapping[str, Any]:
    """What the contract says of a call or a callback, or what is `missing` to judge it."""
    from contracts.errors import ContractError
    from contracts.judging import Call, judge_call, judge_callback

    try:
        if isinstance(entry, DeliveryTried):
            return {"request": asdict(judge_callback(entry.provider, entry.request_body))}
        is_cut = entry.request_size_bytes > len(entry.request_body)
        is_kept = entry.reply_size_bytes <= len(entry.reply_body) and not entry.pending
        return asdict(
            judge_call(
                Call(
                    entry.provider,
                    entry.method,
                    entry.path,
                    _type_of(entry.request_headers),
                    entry.request_body,
                    entry.status,
                    _type_of(entry.reply_headers),
                    entry.reply_body,
                    request_lacks=NOT_KEPT if is_cut else "",
                    reply_lacks="" if is_kept else NOT_KEPT,
                )
            )
        )
    except (ContractError, OSError) as error:
        return {"missing": str(error)}


def _type_of(headers: Headers) -> str:
    return header_of(headers, b"content-type").decode("latin-1")


def _metered(store: Store, tallies: Tallies | None) -> Store:
    """The store itself, or one that counts. Raises BadInput if the extra is not installed."""
    if tallies is None:
        return store
    from mockserver.admin.http.metrics import check_installed

    check_installed()
    return cast("Store", MeteredStore(store, tallies, real_ns))


def _beside(core: Core, opened: Opened, sender: HttpSender, replays: Replays) -> BackgroundServices:
    """What runs besides the requests; it depends on the kind of store."""
    runs: list[Callable[[], Awaitable[None]]] = [core.callbacks.run]
    if opened.listen is not None:
        runs.append(partial(opened.listen, core.sandboxes.changed_elsewhere))
    if opened.run is not None:
        runs.append(opened.run)

    async def open_store() -> None:
        if opened.open is not None:
            await opened.open()
            for sandbox_id in await core.store.sandbox_ids():
                core.sandboxes.used(sandbox_id)  # these sandboxes count towards the limit

    async def close() -> None:
        await sender.close()
        await to_thread(replays.stop)
        if opened.close is not None:
            await opened.close()

    return BackgroundServices(tuple(runs), core.notifier.ring_all, open_store, close)


def _defaults(
    settings: Settings, scenarios: Registry[Scenario], providers: tuple[str, ...]
) -> Defaults:
    scenarios.get(settings.scenario)
    return Defaults(
        keys=settings.keys,
        seed=settings.seed,
        clock_mode=settings.clock,
        clock_rate=settings.rate,
        clock_start_ms=_start_ms(settings.clock_start),
        speed=settings.speed,
        scenario=Choice(settings.scenario),
        webhook_key=settings.webhook_key,
        providers=providers,
    )


def _start_ms(text: str) -> int | None:
    """Epoch milliseconds from a setting: a number, or an ISO time (UTC if it names no zone)."""
    if not text:
        return None
    from mockserver.domain.time.moment import moment_ms

    return moment_ms(text, "clock_start")


class Around(Protocol):
    """An application around the server's own; `stop` ends what is under way in it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

    def stop(self) -> None: ...


class Listening:
    """A server with a bound socket. `base_url` has no slash at its end.

    Raises BadInput, and OSError if the address is in use. With a `certificate` it speaks https.
    """

    def __init__(
        self,
        settings: Settings,
        certificate: Certificate | None = None,
        on_ready: Callable[[], None] | None = None,
        plugins: Plugins | None = None,
        around: Callable[[Asgi, str], Around] | None = None,
    ) -> None:
        """`around` gets the application and the base URL."""
        check_words(settings)
        self._listener = bind(settings.host, settings.port)
        scheme = "https" if certificate else "http"
        port = self._listener.getsockname()[1]
        self.base_url = f"{scheme}://{reachable(settings.host)}:{port}"
        # before there is anything that processes must not share
        self._workers = Workers(settings.workers)
        try:
            self.app = build(settings, self.base_url, plugins=plugins)
            outer = around(self.app.asgi, self.base_url) if around else None
        except BadInput:
            self._listener.close()
            self._workers.end()  # all processes meet this error, and the first one reports it
            raise
        files = {"ssl_certfile": certificate.chain} if certificate else {}
        announce = on_ready if self._workers.is_first else None

        def stop() -> None:
            self.app.stop()
            if outer is not None:
                outer.stop()

        self._server = Server(
            outer or self.app.asgi,
            stop,
            announce,
            access_log=settings.access_log,
            timeout_keep_alive=settings.keep_alive_ms / 1000,
            **files,
        )
        if settings.workers == 1:  # else other processes go on listening
            self._server.config.refuse_for = self._server.refuse_for

    def run(self) -> bool:
        """Serves in this thread until `stop` or a signal; open streams end at once.

        Returns False if something could not be saved at the end.
        """
        with Runner(loop_factory=Loop) as runner:
            runner.run(self._server.serve([self._listener]))
        self._workers.end()
        return not self._server.has_failed

    def stop(self) -> None:
        """Makes `run` return; any thread may call it."""
        self._server.should_exit = True


class Running:
    """A server that listens in its own thread. `base_url` has no slash at its end."""

    def __init__(
        self,
        settings: Settings,
        certificate: Certificate | None = None,
        plugins: Plugins | None = None,
        around: Callable[[Asgi, str], Around] | None = None,
    ) -> None:
        self._listening = Listening(settings, certificate, plugins=plugins, around=around)
        self.base_url = self._listening.base_url
        self.app = self._listening.app
        self._thread = Thread(target=self._listening.run, name="reelmock", daemon=True)
        # the socket listens already, so a client that connects now is served in a moment
        self._thread.start()

    def stop(self) -> None:
        """Stops the server with its open streams, and waits for its end."""
        self._listening.stop()
        self._thread.join()


def _replaying(settings: Settings, tape: Path) -> Running:
    """A server that replays a tape, on a free port. Raises BadInput."""
    from mockserver.recorder.replay import RECORDED_PACE, plugins_of_tape

    plugins = plugins_of_tape(settings.plugins, tape)
    own = {"port": 0, "speed": RECORDED_PACE, "state": "", "tapes": "", "public_url": ""}
    return Running(replace(settings, **own), plugins=plugins)
