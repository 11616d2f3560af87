"""The media host: videos by URL, without a key, as long as the provider's links live."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.fault.facts import of_task
from mockserver.domain.fault.match import Stake
from mockserver.domain.input.errors import Refusal
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.job.kept_image import PICTURE, PICTURE_TYPE, kept_until_ms
from mockserver.domain.job.plan import state_at
from mockserver.domain.job.signed_link import is_signed
from mockserver.domain.job.task import MediaName, Task, media_until_ms, parse_media_name
from mockserver.domain.journal.lazy_entry import Called, draft_of
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.difference import first_difference
from mockserver.domain.reply.performed import at_once
from mockserver.domain.reply.reply import MediaRef, Reply, header_text, leaves_at_once, reason_of
from mockserver.domain.scenario.usual import usual_task
from mockserver.engine.apply import RuleApplication
from mockserver.engine.call import Answered
from mockserver.engine.part import part_asked
from mockserver.engine.stakes import SCENARIO, settle, with_struck
from mockserver.media.assets import pick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.provider.provider import Inbound, Provider
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.engine.auto import Auto
    from mockserver.engine.faults import Faults
    from mockserver.engine.ports import Store, System
    from mockserver.engine.visits import Visit, Visits

DOWNLOAD = Called("download", "download")
PREFIX = "/media/"
# assumed: no source shows what the media host answers; these are the words of object stores
CODES = {400: "InvalidRequest", 403: "AccessDenied", 404: "NoSuchKey"}


class Downloads:
    """Serves media URLs through the same data and journal as every other exchange."""

    def __init__(
        self,
        store: Store,
        system: System,
        providers: Mapping[str, Provider],
        faults: Faults,
        auto: Auto,
        visits: Visits,
    ) -> None:
        self._store = store
        self._system = system
        self._providers = providers
        self._faults = faults
        self._auto = auto
        self._visits = visits

    async def handle(self, inbound: Inbound, keys: tuple[str, ...]) -> tuple[str, Answered]:
        """The sandbox that the path names, and its answer.

        `keys` are the hashes of values in the request that may be a key.
        """
        sandbox_id, _, rest = inbound.path.removeprefix(PREFIX).partition("/")
        until, _, name = rest.rpartition("/")
        media = parse_media_name(name)
        snapshot = await self._store.load(sandbox_id, media.task_id if media else "")
        if snapshot is None:
            real_ms = self._system.real_ms()
            return "", Answered(_no(404, "no such sandbox"), 0, real_ms, real_ms)
        if snapshot.sandbox.clock.mode != "auto":
            return sandbox_id, await self._answered(snapshot, inbound, media, until, keys, None)
        visit = await self._visits.begin(sandbox_id, creating=False)
        visit.task_id = snapshot.task_id
        try:
            return sandbox_id, await self._answered(snapshot, inbound, media, until, keys, visit)
        except BaseException:
            await visit.end()
            raise

    async def _answered(
        self,
        snapshot: Snapshot,
        inbound: Inbound,
        media: MediaName | None,
        until: str,
        keys: tuple[str, ...],
        visit: Visit | None,
    ) -> Answered:
        """Serves a URL of a sandbox as it was loaded. `visit` ends when the reply is sent."""
        real_ms = self._system.real_ms()
        now_ms = snapshot.sandbox.clock.at(real_ms)
        task = snapshot.task
        reply, found = await self._struck(snapshot, inbound, media, until, now_ms, real_ms)
        if task is not None and visit is not None:
            await self._auto.go_on(snapshot.sandbox, task, now_ms, real_ms, "download")
        scenario, stakes = "", found.stakes if found else ()
        if task is not None and task.usual is not None:
            bare = replace(snapshot, task=usual_task(task))
            usual = self._serve(bare, inbound, media, until, now_ms)
            place = first_difference(
                found.onto(usual) if found else usual,
                reply,
                now_ms,
                bodiless=inbound.method == "HEAD",
            )
            if place is not None:
                scenario = task.scenario
                stakes = [*stakes, Stake(SCENARIO, f"scenario:{task.ordinal}", place)]
        matched = found.matched if found else ()
        struck: tuple[str, ...] = ()
        if stakes and leaves_at_once(reply):
            assert isinstance(reply.body, bytes), (
                "a reply that is sent at once has its body with it"
            )
            done = at_once(reply.status, len(reply.body))
            struck = await settle(self._store, snapshot.sandbox.id, stakes, done, now_ms)
            matched, stakes = with_struck(matched, struck), ()
        draft = draft_of(
            task.provider if task else "",
            DOWNLOAD,
            inbound,
            await self._own(snapshot.sandbox.id, keys),
            real_ms,
            now_ms,
            task.model if task else "",
            media.task_id if media else "",
            reply,
            reason_of(reply),
            matched,
            scenario,
            SCENARIO in struck,
        )
        seq = await self._store.record(snapshot.sandbox.id, draft)
        return Answered(reply, seq, real_ms, now_ms, tuple(stakes), visit)

    async def _own(self, sandbox_id: str, keys: tuple[str, ...]) -> str:
        """The first key that chooses this sandbox; other credentials do not concern us."""
        for key in keys:
            if await self._store.resolve(key) == sandbox_id:
                return key
        return ""

    async def _struck(
        self,
        snapshot: Snapshot,
        inbound: Inbound,
        media: MediaName | None,
        until: str,
        now_ms: int,
        real_ms: int,
    ) -> tuple[Reply, RuleApplication | None]:
        """The reply after the fault rules of the sandbox."""
        task, sandbox = snapshot.task, snapshot.sandbox
        plain = partial(self._serve, snapshot, inbound, media, until, now_ms)
        if task is None:
            return plain(), None
        place = (task.provider, "download")
        try:
            compiled = self._faults.compiled(sandbox, place, inbound.headers, now_ms)
        except Refusal as refusal:
            return _no(400, refusal.reason), None
        if not compiled:
            return plain(), None
        facts = replace(
            of_task(task, "download", "download", now_ms, inbound.headers), method=inbound.method
        )
        context = Context(
            now_ms,
            sandbox.id,
            sandbox.seed,
            sandbox.clock,
            {},
            task.base_url,
            request=inbound,
            real_ms=real_ms,
        )
        application = RuleApplication(
            self._faults.store,
            compiled.matching(facts),
            facts,
            context,
            _refuse,
            bodiless=inbound.method == "HEAD",
        )
        reply = await application.instead()
        return await application.after(reply or plain(), plain), application

    def _serve(
        self, snapshot: Snapshot, inbound: Inbound, media: MediaName | None, until: str, now_ms: int
    ) -> Reply:
        image_until_ms = kept_until_ms(until, now_ms)
        if image_until_ms is not None:
            return _picture() if now_ms < image_until_ms else _no(403, "the link has expired")
        task = snapshot.task
        if media is None or task is None or media.index >= task.videos:
            return _no(404, "no such video; uploaded images are kept as hash, size and type only")
        if media.index in task.plan.results.failed_videos or task.plan.results.urls == "broken":
            return _no(404, "this video was never made")
        if task.plan.results.urls == "signed" and (refused := _unsigned(task, inbound)):
            return refused
        finished = state_at(task.plan, now_ms).phase in ("succeeded", "expired")
        if not finished or now_ms < task.plan.content_ms:
            return _no(404, "the video is not finished")
        if media.gif and media.variant != "720p":
            return _no(404, "pictures exist only in 720p")
        if media.joined and task.parent_id is None:
            return _no(404, "only an extension is joined with what it extends")
        if not (media.gif or _of_its_own(task, media) or _upgraded(task, media, now_ms)):
            return _no(404, f"the video was not upgraded to {media.variant}")
        if now_ms >= self._until_ms(task, until, now_ms):
            return _no(403, "the link has expired")
        asset = pick(task.orientation, media.variant, media.gif, task.duration_s)
        headers = ((b"content-type", asset.content_type.encode()),)
        video = Reply(200, headers, MediaRef(asset.name, task.id, media.index))
        return part_asked(video, inbound)

    def _until_ms(self, task: Task, until: str, now_ms: int) -> int:
        if not until:
            return media_until_ms(task)
        stamp_ms = whole_number(until.removeprefix("until-")) or 0
        lasts_ms = self._providers[task.provider].fresh_link_ms
        return stamp_ms if stamp_ms <= now_ms + lasts_ms else 0  # else the id is invented


def _unsigned(task: Task, inbound: Inbound) -> Reply | None:
    """The refusal of a link that is not as it was handed out; None for one that is."""
    expires, signature = inbound.query("Expires"), inbound.query("Signature")
    if not (expires and signature):
        return _no(403, "the link is signed: its query lacks Expires or Signature")
    if is_signed(task.plan.seed, inbound.path.removeprefix(PREFIX), expires, signature):
        return None
    reason = "the link is signed: its path, Expires or Signature is not the one that was handed out"
    return _no(403, reason, "SignatureDoesNotMatch")


def _refuse(refusal: Refusal) -> Reply:
    return _no(404 if refusal.kind == "not_found" else 403, refusal.reason)


def _of_its_own(task: Task, media: MediaName) -> bool:
    """A task has its video in its own resolution, and that from which a larger one was made."""
    return media.variant in (task.resolution, "720p")


def _upgraded(task: Task, media: MediaName, now_ms: int) -> bool:
    upgrade = task.upgrade(media.variant, media.index)
    return upgrade is not None and upgrade.ready_ms is not None and upgrade.ready_ms <= now_ms


def _picture() -> Reply:
    """What stands for an uploaded file."""
    return Reply(200, ((b"content-type", PICTURE_TYPE.encode()),), PICTURE)


def _no(status: int, reason: str, code: str = "") -> Reply:
    word = code or CODES[status]
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{word}</Code></Error>'
    headers = ((b"content-type", b"application/xml"), (b"x-mock-reason", header_text(reason)))
    return Reply(status, headers, body.encode())
