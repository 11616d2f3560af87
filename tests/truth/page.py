"""Draws docs/reference/truth.md: the clients, and the table of what has to be found of each."""

from __future__ import annotations

from collections import Counter

from tests.truth import table

INTRO = """# What is true of which client

Made from `tests/truth/` by `python -m tests.support.generate_docs`.

These are small clients of known character, and what a [campaign](../guides/campaigns.md) has to say
of each. Every row was written from what the fault does on the wire in real time and from what the
client's code does with it, before Reelmock was asked. Find the client that is most like yours, and
read on what its verdicts rest. `REELMOCK_TRUTH=all pytest tests/truth` runs all of it; `make test`
runs the rows in **bold**.

The findings of a row must come, and no others may; those in brackets are let pass either way.
"""


def truth_page() -> str:
    """The page as Markdown."""
    clients = table.read()
    words = Counter(row.verdict for client in clients for row in client.rows)
    sums = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in words.most_common())
    parts = [INTRO, f"{words.total()} rows: {sums}."]
    parts += ["| client | calls | by | character |\n|---|---|---|---|\n" + _clients(clients)]
    return "\n\n".join([*(part.rstrip() for part in parts), *map(_section, clients)]) + "\n"


def _clients(clients: tuple[table.Client, ...]) -> str:
    return "\n".join(
        f"| [{one.name}](#{one.name}) | {one.calls} | {one.by} | {one.character} |"
        for one in clients
    )


def _section(client: table.Client) -> str:
    file = (table.HERE / client.file).resolve().relative_to(table.HERE.parents[1])
    shown = " ".join([f"[{file.name}](../../{file})", *(f"`{word}`" for word in client.more)])
    head = f"## {client.name}\n\n{shown}: {client.character}."
    rows = [_row(row) for row in client.rows]
    return "\n".join([head, "", "| case | verdict | findings | why |", "|---|---|---|---|", *rows])


def _row(row: table.Row) -> str:
    case = f"**{row.case}**" if row.quick else row.case
    findings = [*sorted(row.finds), *(f"({name})" for name in sorted(row.may))]
    return f"| {case} | {row.verdict.replace('_', ' ')} | {', '.join(findings)} | {row.why} |"
