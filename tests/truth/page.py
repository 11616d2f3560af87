"""Draws docs/reference/truth.md: the clients, and the table of what has to be found of each."""

from __future__ import annotations

from collections import Counter

from tests.truth import table

INTRO = """# What is true of which client

Made from `tests/truth/` by `python -m tests.support.generate_docs`.

These are small clients that behave in a known way. For each of them the tables say what a
[campaign](../guides/campaigns.md) has to find. Somebody wrote every row before Reelmock was asked:
from what the fault sends in real time, and from what the client's code does with it. Find the client
that is most like yours, and read the reasons for its verdicts. `REELMOCK_TRUTH=all pytest tests/truth`
runs all rows; `make test` runs the rows in **bold**.

The findings of a row must come, and no others may come. Findings in brackets may come or not.
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
