"""The dialect switches of a sandbox: facts on which a provider's sources disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.admin.http.call import Ask, served
from mockserver.admin.requests.dialect import merged_dialect
from mockserver.control.operations import GET_DIALECT, SET_DIALECT
from mockserver.control.requests import DialectGiven

if TYPE_CHECKING:
    from mockserver.domain.sandbox.sandbox import Sandbox

Shown = dict[str, dict[str, str]]


def _shown(ask: Ask, sandbox: Sandbox) -> Shown:
    return {
        name: dict(provider.dialect_with(sandbox.dialect.get(name)))
        for name, provider in ask.core.providers.items()
    }


async def show(ask: Ask) -> Shown:
    """The current value of every switch of every provider."""
    return _shown(ask, await ask.sandbox())


async def put(ask: Ask, given: DialectGiven) -> Shown:
    """Sets the given switches; null resets one switch, or all of a provider, to the default."""
    sandbox = await ask.sandbox()
    providers = ask.core.providers
    changed = await ask.change(
        sandbox.id,
        lambda present: replace(present, dialect=merged_dialect(present.dialect, given, providers)),
    )
    return _shown(ask, changed)


ROUTES = (served(GET_DIALECT, show), served(SET_DIALECT, put))
