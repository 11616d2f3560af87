"""`reelmock provider`: what Reelmock emulates of each provider, and every code that it may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from mockserver.cli.terminal.listed import PROVIDER
from mockserver.cli.terminal.options import PLUGINS, plugins_from
from mockserver.cli.terminal.refusals import refusals
from mockserver.cli.terminal.remote import Verbs, table

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider


@click.group("provider", cls=Verbs, short_help="Show what is emulated: calls, models, codes.")
def provider() -> None:
    """Show providers: their calls, models, dialect switches, and the codes of failures and refusals."""


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@provider.command("list")
@PLUGINS
@AS_JSON
def list_all(plugins: tuple[str, ...], as_json: bool) -> None:
    """List every provider."""
    found = [_shown(one) for one in plugins_from(plugins).providers.all()]
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    rows = ((p["name"], p["title"], p["unit"], len(p["operations"])) for p in found)
    table(("name", "title", "unit", "calls"), rows)


@provider.command("show")
@click.argument("name", type=PROVIDER)
@PLUGINS
@AS_JSON
@click.option("--facts", is_flag=True, help="Show every fact of its contracts, with its sources.")
def show(name: str, plugins: tuple[str, ...], as_json: bool, facts: bool) -> None:
    """Show a provider's calls, models, codes and dialect switches."""
    one = plugins_from(plugins).providers.get(name)
    found = _shown(one)
    if facts:
        _show_facts(name, as_json)
        return
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    click.echo(f"{found['title']} ({', '.join(found['hosts'])}), prices in {found['unit']}")
    for title, columns, rows in _parts(found):
        click.echo(f"\n{title}")
        table(columns, rows)


COMMAND = provider


def _show_facts(name: str, as_json: bool) -> None:
    from contracts.errors import ContractError
    from contracts.facts import facts

    try:
        told = facts(name)
    except ContractError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        shown = [
            {**msgspec.to_builtins(one), "strength": one.strength, "confirmed": one.confirmed}
            for one in told
        ]
        click.echo(msgspec.json.encode(shown))
        return
    rows = (
        (one.where, one.strength or "assumed", one.confirmed or "-", one.says, one.said_by)
        for one in told
    )
    table(("where", "strength", "last confirmed", "what", "sources"), rows)


def _shown(one: Provider) -> dict[str, Any]:
    from mockserver.admin.providers import provider_shown

    found: dict[str, Any] = msgspec.to_builtins(provider_shown(one))
    return found | {"refusals": msgspec.to_builtins(tuple(refusals(one)))}


def _parts(
    found: dict[str, Any],
) -> list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    """The title, columns and rows of each table."""
    return [
        (
            "calls",
            ("method", "path", "call phase", "summary"),
            [(o["method"], o["path"], o["call_phase"], o["summary"]) for o in found["operations"]],
        ),
        ("models", ("name", "price"), [(m["name"], m["price"]) for m in found["models"]]),
        (
            "failures of a job: reelmock scenario set fail code=NAME",
            ("name", "code", "message"),
            [(f["name"], f["code"], f["message"]) for f in found["failures"]],
        ),
        (
            "refusals of a call: reelmock scenario set refuse kind=NAME",
            ("name", "status", "code", "message"),
            [(r["name"], r["status"], r["code"], r["message"]) for r in found["refusals"]],
        ),
        (
            "dialect switches",
            ("name", "default", "other values"),
            [
                (s["name"], s["default"], ", ".join(v for v in s["values"] if v != s["default"]))
                for s in found["dialect"]
            ],
        ),
    ]
