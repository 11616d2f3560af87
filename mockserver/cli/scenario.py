"""`reelmock scenario`: decides what happens to a sandbox's tasks."""

from __future__ import annotations

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.listed import SCENARIO
from mockserver.cli.terminal.remote import Remote, Verbs, pairs, remote_options

USUAL = "succeed"


@click.group("scenario", cls=Verbs, short_help="Decide what happens to tasks.")
def scenario() -> None:
    """A scenario decides, when a task is submitted, what will happen to it."""


@scenario.command("list")
@remote_options
def list_all(remote: Remote) -> None:
    """List every scenario with its options."""
    found = remote.control.scenarios()
    remote.show(
        found,
        (
            Column("name", "word"),
            Column("summary"),
            Column("options"),
            Column("breaks", "word", 1),
        ),
        ((s.name, s.summary, ", ".join(s.options), s.breaks) for s in found),
    )


@scenario.command("show")
@remote_options
def show(remote: Remote) -> None:
    """Show a sandbox's scenario rules and its default scenario."""
    target = remote.sandbox()
    default, rules = remote.control.scenario(target), remote.control.scenario_rules(target)
    rows = [(r["scenario"]["name"], r["scenario"]["options"], r["when"] or "any") for r in rules]
    remote.show(
        {"default": default, "rules": rules},
        ("scenario", "options", "when"),
        [*rows, (default.name, default.options, "no rule matches")],
    )


@scenario.command("set")
@click.argument("name", type=SCENARIO)
@click.argument("options", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--provider", help="Only for this provider.")
@click.option("--model", help="Only for this model.")
@click.option("--prompt", metavar="REGEX", help="Only for prompts that match.")
@click.option("--clear-rules", is_flag=True, help="Delete the rules that exist.")
@remote_options
def set_one(
    remote: Remote,
    name: str,
    options: tuple[str, ...],
    clear_rules: bool,
    **when: str | None,
) -> None:
    """Make NAME the default scenario. With a condition, add a rule before all other rules."""
    target, control = remote.sandbox(), remote.control
    given = pairs(options, "options")
    named = {key: value for key, value in when.items() if value is not None}
    rules = [] if clear_rules else control.scenario_rules(target)
    if named:
        rule = {"scenario": {"name": name, "options": given}, "when": named}
        rules = control.set_scenario_rules([rule, *rules], target)
        remote.say(
            rules, f"scenario {name} if {' and '.join(f'{k}={v}' for k, v in named.items())}"
        )
        return
    choice = control.set_scenario(name, target, **given)
    if clear_rules:
        control.set_scenario_rules([], target)
    remote.say(choice, f"scenario {name} for tasks that no rule matches")


@scenario.command("clear")
@remote_options
def clear(remote: Remote) -> None:
    """Drop every rule, and let jobs succeed again."""
    target = remote.sandbox()
    choice = remote.control.set_scenario(USUAL, target)
    remote.control.set_scenario_rules([], target)
    remote.say(choice, f"no rules; scenario {USUAL} for every job")


COMMAND = scenario
