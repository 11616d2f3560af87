"""`reelmock findings`: what a sandbox's client did wrong. Ends with 1 when there are errors."""

from __future__ import annotations

import click

from mockserver.cli.terminal.remote import Remote, remote_options


@click.command("findings", short_help="Say what a client did wrong.")
@click.option("--over", is_flag=True, help="The client makes no further call: judge that too.")
@click.option("--junit", is_flag=True, help="Print JUnit XML, one test case for each finding.")
@remote_options
def findings(remote: Remote, over: bool, junit: bool) -> int:
    """Judge what a sandbox has seen of its client: what, why it matters, how to mend it.

    Ends with 1 when there are errors, with 0 when there are warnings at most.
    """
    report = remote.control.findings(remote.sandbox(), over=over)
    if junit:
        from mockserver.cli.campaigns.junit import findings_xml

        catalogue = [one["name"] for one in remote.control.finding_kinds()]
        click.echo(findings_xml(report, catalogue))
    elif remote.as_json:
        remote.say(report, "")
    else:
        for found in report.found:
            colour = {"error": "red", "warning": "yellow"}.get(found.severity)
            click.echo(click.style(f"{found.severity}: {found.title}", fg=colour, bold=True))
            click.echo(f"  {found.told}")
            click.echo(f"  why   {found.why}\n  mend  {found.mend}\n")
        for name, reason in report.not_judged.items():
            click.echo(f"not judged: {name}: {reason}")
        click.echo(", ".join(f"{count} of {kind}" for kind, count in report.counts.items()))
    return 1 if report.counts["error"] else 0


COMMAND = findings
