"""`reelmock redact`: a tape of another tool without its secrets."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mockserver.domain.input.counted import counted


@click.command("redact", short_help="Take the secrets out of a HAR file.")
@click.argument("tape", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it. [NAME.redacted.har beside TAPE]",
)
@click.option("--redact", "fields", multiple=True, metavar="NAME", help="A further secret field.")
def redact(tape: Path, out: Path | None, fields: tuple[str, ...]) -> int:
    """Write TAPE, a HAR file of any tool, without keys, cookies and signed links.

    TAPE itself stays as it is.
    """
    from mockserver.recorder.redact import redacted
    from mockserver.recorder.tape import read_log

    document = redacted(read_log(tape), fields)
    target = out or tape.with_name(f"{tape.stem}.redacted.har")
    target.touch(0o600)
    target.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    click.echo(f"{target}: {counted(len(document['log']['entries']), 'entry', 'entries')}")
    return 0


COMMAND = redact
