"""A whole sandbox as one document, to export from this server and import into another."""

from __future__ import annotations

from mockserver.admin.http.call import PREFIX, Ask, Created, served
from mockserver.admin.http.pieces import Listed, Pieces
from mockserver.admin.requests.archive import archive_from
from mockserver.admin.responses.sandbox import sandbox_counted
from mockserver.control.operations import EXPORT_SANDBOX, IMPORT_SANDBOX
from mockserver.control.parts import Archive
from mockserver.control.records import Sandbox
from mockserver.domain.reply.reply import encode_json
from mockserver.engine.archive import export, masked_delivery, masked_task, restore
from mockserver.engine.paging import let_go

_LISTS = b'"tasks":[],"deliveries":[]'


async def take_out(ask: Ask) -> Pieces[Archive]:
    """Settings, money, tasks, callbacks and hashes of keys as they are now; no journal."""
    found = await export(ask.core.store, (await ask.sandbox()).id)
    # Found from the end: behind the two lists no text of a client's comes.
    head, _, tail = encode_json(found.archive).rpartition(_LISTS)
    tasks = Listed(let_go(found.tasks), masked_task)
    deliveries = Listed(let_go(found.deliveries), masked_delivery)
    return Pieces((head + b'"tasks":[', tasks, b'],"deliveries":[', deliveries, b"]" + tail))


async def put_in(ask: Ask, content: bytes) -> Created[Sandbox]:
    """Restores an archived sandbox under its own id and with its keys, since links name both."""
    core = ask.core
    archive = archive_from(content, core)
    await restore(core.store, archive)
    await ask.note(archive.sandbox, "brought in from an archive")
    sandbox = archive.sandbox
    core.sandboxes.used(sandbox.id)
    core.notifier.ring(sandbox.id)
    shown = await sandbox_counted(core, sandbox)
    return Created(shown, f"{PREFIX}/sandboxes/{sandbox.id}")


ROUTES = (served(EXPORT_SANDBOX, take_out), served(IMPORT_SANDBOX, put_in))
