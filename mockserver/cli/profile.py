"""`reelmock profile`: scenarios and fault rules that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.listed import PROFILE
from mockserver.cli.terminal.options import PLUGINS, plugins_from
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from mockserver.domain.profile.profile import Profile
    from mockserver.engine.core import Core


CALM = "calm"  # the profile in which nothing goes wrong


@click.group(
    "profile", cls=Verbs, short_help=("Set scenarios and faults together, by name or from a file.")
)
def profile() -> None:
    """A profile is a YAML file of scenarios and fault rules. Some profiles come with Reelmock."""


def _core(plugins: tuple[str, ...]) -> Core:
    """A server that is put together but not started: it knows every word of profiles."""
    from mockserver.app import build
    from mockserver.settings import load_settings

    folders = plugins_from(plugins).folders
    return build(load_settings({"plugins": folders}, {}), "http://127.0.0.1").core


@profile.command("list")
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_all(plugins: tuple[str, ...], as_json: bool) -> None:
    """List the profiles that come with Reelmock."""
    from msgspec import json

    from mockserver.cli.terminal.remote import table
    from mockserver.engine.profiles import shipped, shipped_names

    core = _core(plugins)
    found = [shipped(name, core) for name in shipped_names()]
    if as_json:
        click.echo(json.encode(found))
    else:
        table(("name", "rules", "summary"), ((p.name, _rules(p), p.summary) for p in found))


def _rules(found: Profile) -> int:
    return len(found.faults) + len(found.scenario_rules)


@profile.command("show")
@click.argument("name", type=PROFILE)
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
def show(name: str, plugins: tuple[str, ...], as_json: bool) -> None:
    """Show a profile as YAML: one that comes with Reelmock, or your own file."""
    import msgspec

    from mockserver.admin.profiles import profile_shown
    from mockserver.engine.profiles import named_or_file

    found = named_or_file(name, _core(plugins))
    content = {key: value for key, value in profile_shown(found).items() if key != "name"}
    encode = msgspec.json.encode if as_json else msgspec.yaml.encode
    click.echo(encode(content).decode().rstrip())


@profile.command("check")
@click.argument("file")
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(file: str, plugins: tuple[str, ...], as_json: bool) -> None:
    """Check the profile in FILE. A rule that could never match is an error."""
    from msgspec import json

    from mockserver.engine.profiles import named_or_file

    found = named_or_file(file, _core(plugins))
    verdict = {"profile": found.name, "rules": _rules(found), "ok": True}
    click.echo(
        json.encode(verdict)
        if as_json
        else f"{found.name}: {counted(_rules(found), 'rule')}, all right"
    )


@profile.command("set")
@click.argument("name", type=PROFILE)
@remote_options
def set_one(remote: Remote, name: str) -> None:
    """Set a sandbox's scenarios and fault rules from a profile: its name or a YAML file."""
    found = remote.control.set_profile(name, remote.sandbox())
    remote.say(found, f"{found['name']}: {len(found['faults'])} fault rules are set")


@profile.command("clear")
@remote_options
def clear(remote: Remote) -> None:
    """Drop every fault rule and scenario rule, and let jobs succeed again."""
    found = remote.control.set_profile(CALM, remote.sandbox())
    remote.say(found, "no fault rules, no scenario rules; every job succeeds")


COMMAND = profile
