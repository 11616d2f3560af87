"""One call of the journal: as a text that makes it again, before the contract, and before the rules."""

from __future__ import annotations

import asyncio

import msgspec

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.call_text import FORMS, Asked
from mockserver.admin.responses.entry import head_of
from mockserver.control.looks import CallText, PassedRules, Verdict
from mockserver.control.operations import GET_CALL_TEXT, GET_PASSED_RULES, GET_VERDICT
from mockserver.control.schemas import CALL_FORMS
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput, Missing
from mockserver.domain.input.names import known
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.journal.journal import Contact, Exchange
from mockserver.domain.provider.key_place import BEARER
from mockserver.engine.trail import envelope_code
from mockserver.engine.unapplied import why_passed


async def text(ask: Ask) -> CallText:
    """A call as a text that makes it again. Raises Missing, or BadInput for what is no call."""
    form = known(ask.query.get("as", CALL_FORMS[0]), CALL_FORMS, "as")
    entry = await _contact(ask)
    if not isinstance(entry, Exchange):
        raise BadInput("entry", entry.seq, "a call: this one is a delivery of ours")
    provider = ask.core.providers.get(entry.provider)
    place = provider.keys[0] if provider else BEARER
    code = envelope_code(ask.core.providers, entry)
    return CallText(FORMS[form](Asked(entry, code, ask.base_url, place)))


async def verdict(ask: Ask) -> Verdict:
    """What the contract says, in a thread: the first judgement reads the schemas."""
    entry = await _contact(ask)
    try:
        judged = await asyncio.to_thread(ask.core.judge, entry)
    except asyncio.CancelledError:  # a server that stops waits for no thread, and this is no error
        return Verdict(missing="the server is stopping")
    return msgspec.convert(judged, Verdict)


async def passed_rules(ask: Ask) -> PassedRules:
    """Why each fault rule that is set now did not match."""
    entry = await _contact(ask)
    sandbox, task = await ask.sandbox(), (await ask.snapshot(entry.task_id)).task
    matched = {one.rule for one in entry.faults}
    rules = [rule for rule in sandbox.rules if rule.id not in matched]
    told = ((rule, why_passed(ask.core.faults, rule, entry, task)) for rule in rules)
    return PassedRules([{"rule": r.id, "fault": r.fault, "why": why} for r, why in told])


async def _contact(ask: Ask) -> Contact:
    """The call or callback that the path names. Raises Missing, or BadInput for anything else."""
    sandbox, number = await ask.sandbox(), whole_number(ask.params["entry"])
    page = await ask.core.store.journal(sandbox.id, max(0, (number or 0) - 1), 1)
    entry = next((one for one in page.entries if one.seq == number), None)
    if entry is None:
        had = f"; the journal has had {counted(page.total, 'entry', 'entries')}"
        raise Missing("entry", ask.params["entry"], had)
    if not isinstance(entry, Contact):
        raise BadInput("entry", number, f"a call: the kind of this one is {head_of(entry).kind}")
    return entry


ROUTES = (
    served(GET_CALL_TEXT, text),
    served(GET_VERDICT, verdict),
    served(GET_PASSED_RULES, passed_rules),
)
