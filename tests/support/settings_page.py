"""The page of all settings, made from the command line's own options."""

from __future__ import annotations

import click
import msgspec

from mockserver.cli.serve import COMMAND
from mockserver.settings import OF_COMMANDS, PREFIX, Settings

HEAD = """# Settings

Made from the code by `python -m tests.support.generate_docs`.

A setting comes from a flag, else from the environment, else from `reelmock.toml` in the current
folder (or the file that `--config` names), else it has its default. A name that Reelmock does not
know is refused, in the file and in the environment.

In TOML and in the environment a span of time is a text with its unit: `1500ms`, `90s`, `3m`, `24h`.
A list is separated by commas in the environment, and repeated as a flag.

| flag | variable | TOML key | default | meaning |
|---|---|---|---|---|"""

TAIL = """
`ignore` is a key of the file only: findings that do not count ([findings](findings.md)).

These variables are for the commands that talk to a server, and for the program that `reelmock run`
starts:

| variable | meaning |
|---|---|
| `REELMOCK_URL` | where the server is: `--url` |
| `REELMOCK_KEY` | the API key, which chooses the sandbox: `--key` |
| `REELMOCK_ADMIN_TOKEN` | the server's admin token: `--token` |
| `REELMOCK_CA` | the CA file of a server with `--tls`: `--ca` |
| `REELMOCK_VERIFY_KEY` | the API key of `reelmock verify` and `reelmock diff`: `--api-key` |
| `REELMOCK_RECORD` | whether tests record ([recordings](../guides/recordings.md)) |
| `REELMOCK_RECORD_KEY` | the provider's API key, for tests that record |
| `REELMOCK_RECORD_UPSTREAM` | where tests record, if not at the provider's own host |
| `REELMOCK_CASE`, `REELMOCK_TMP` | set by `reelmock campaign` for each run: its case and its folder |
"""


def settings_page() -> str:
    """Every setting with flag, variable, TOML key and default."""
    options = {o.name: o for o in COMMAND.params if isinstance(o, click.Option)}
    rows = [_row(name, options.get(name)) for name in Settings.__struct_fields__]
    for variable in OF_COMMANDS:
        assert f"`{variable}`" in TAIL
    return "\n".join([HEAD, *rows, TAIL])


def _row(name: str, option: click.Option | None) -> str:
    assert option is not None, f"{name} has no flag"
    assert option.help, f"{name} has no meaning"
    flag = max((one for one in option.opts if one.startswith("--")), key=len)
    default = msgspec.json.encode(getattr(Settings(), name)).decode().strip('"')
    shown = "" if default in ("", "[]") else f"`{default}`"
    meaning = option.help.partition(" [")[0].replace("|", "\\|")
    return f"| `{flag}` | `{PREFIX}{name.upper()}` | `{name}` | {shown} | {meaning} |"
