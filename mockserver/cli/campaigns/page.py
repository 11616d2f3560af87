"""The campaign as one HTML page: the table, and each case with its time line."""

from __future__ import annotations

import shlex
from html import escape
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.strip import STYLE as LANES
from mockserver.cli.campaigns.strip import strip
from mockserver.cli.campaigns.table import label, marks_told, phases_of, rows_of
from mockserver.cli.campaigns.verdict import MEANING, in_words
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from mockserver.control import Moment

STYLE = """
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --line: #e2e5ea; --ink: #1b2130;
  --soft: #596172; --queued: #c3c9d4; --running: #5b9df5; --succeeded: #2fa66a; --failed: #d94841;
  --expired: #8d6e97; --struck: #e08600; --callback: #8b46d6; --wrong-ink: #b42b24 }
@media (prefers-color-scheme: dark) { :root { --ground: #10131a; --card: #181c25; --line: #2a303c;
  --ink: #e6e9ef; --soft: #98a1b2; --queued: #4a5263; --running: #3f7fd6; --succeeded: #2c9a62;
  --failed: #ef6a63; --expired: #a287ac; --struck: #f5ac3d; --callback: #c08cf5;
  --wrong-ink: #ff8c85 } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
  background: var(--ground); color: var(--ink) }
code, pre, .axis { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.wide { overflow-x: auto } ul { padding-left: 1.2rem } li, p { overflow-wrap: anywhere }
table { border-collapse: collapse; background: var(--card) }
td, th { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left }
td a { color: inherit; text-decoration: none }
.recovered { background: #1a7f3733 } .failed_cleanly { background: #0969da22 }
.failed_with_a_traceback { background: #bf870044 } .hung { background: #8250df44 }
.overspent { background: #cf222e44 } .lied { background: #cf222e; color: #fff }
.not_struck { color: var(--soft) } .not_reached { background: #cf222e44 }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; padding: .4rem .8rem;
  background: var(--card) }
summary { cursor: pointer; overflow-wrap: anywhere } summary b { margin-right: .6rem }
summary span { border-radius: 4px; padding: .1rem .5rem }
.axis { position: relative; border-left: 2px solid var(--line); margin: .8rem 0 .8rem 7rem;
  padding-left: 1rem }
.axis time { position: absolute; left: -7.2rem; width: 6rem; text-align: right; color: var(--soft) }
.axis .bad { color: var(--wrong-ink) }
.axis i { background: var(--struck); color: #1b1300; border-radius: 3px; padding: 0 .3rem;
  font-style: normal }
pre { background: var(--ground); padding: .6rem; border-radius: 8px; white-space: pre-wrap }
.error { color: var(--wrong-ink) } .warning { color: var(--struck) }
@media (max-width: 600px) {
  .axis { margin-left: 0; padding-left: .7rem } .axis time { position: static; margin-right: .6rem }
  td, th { padding: .2rem .4rem } }
"""


def page(campaign: Campaign) -> str:
    """HTML that needs no other file; every text in it is escaped."""
    command = escape(shlex.join(campaign.command))
    sums = "".join(
        f"<tr><td class={word}>{in_words(word)}<td>{count}<td>{MEANING[word]}"
        for word, count in campaign.counts().items()
    )
    broken_off = f"<p>{counted(len(campaign.not_run), 'case')} not run" if campaign.not_run else ""
    left_out = f"<p>{escape(campaign.left_out_told)}"
    aside = "".join(f"<p>{escape(one.told)}" for one in campaign.aside)
    cases = "".join(_case(outcome) for outcome in (campaign.control, *campaign.outcomes))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>Reelmock campaign</title><style>{STYLE}{LANES}</style><h1>Reelmock campaign</h1>"
        f"<p><code>{command}</code><p>{counted(len(campaign.outcomes), 'case')} in "
        f"{campaign.real_ms / 1000:.1f} s, seed <code>{escape(campaign.seed)}</code>"
        f"<div class=wide><table>{sums}</table></div><h2>Fault and phase</h2>{_grid(campaign)}"
        f"<p>{escape('; '.join(marks_told(campaign.outcomes)))}{broken_off}{left_out}{aside}"
        f"<h2>Cases</h2>{cases}</html>\n"
    )


def _grid(campaign: Campaign) -> str:
    phases = phases_of(campaign.outcomes)
    head = "".join(f"<th>{escape(phase)}" for phase in phases)
    rows = []
    for fault, by_phase in rows_of(campaign.outcomes):
        cells = (_cell(by_phase.get(phase)) for phase in phases)
        rows.append(f"<tr><th>{escape(fault)}{''.join(cells)}")
    table = f"<table><thead><tr><th>fault{head}</thead>{''.join(rows)}</table>"
    return f"<div class=wide>{table}</div>"


def _cell(outcome: CaseOutcome | None) -> str:
    if outcome is None:
        return "<td>"
    link = f"<a href='#{escape(outcome.name)}'>{label(outcome)}</a>"
    return f"<td class={outcome.verdict}>{link}"


def _case(outcome: CaseOutcome) -> str:
    # The anchor is inside, so that a browser that goes there opens the case.
    facts = (
        f"exit code {outcome.exit_code}, {counted(outcome.calls, 'call')}, ${outcome.spent_usd:g}"
    )
    why = "".join(f"<li>{escape(phrase)}" for phrase in outcome.evidence)
    findings = "".join(
        f"<li><b class={found.severity}>{escape(found.title)}</b>: {escape(found.what)}"
        f"<br>{escape(found.why)} <em>{escape(found.mend)}</em>"
        for found in outcome.findings
    )
    moments = "".join(map(_moment, outcome.moments)) or "no call reached the sandbox"
    output = escape(outcome.output.strip()) or "(nothing)"
    return (
        f"<details><summary><b>{escape(outcome.full_name)}</b>"
        f"<span class={outcome.verdict}>{in_words(outcome.verdict)}</span> {facts}</summary>"
        f"<ul>{why}</ul>{strip(outcome.moments)}"
        f"<div class=axis id='{escape(outcome.name)}'>{moments}</div><ul>{findings}</ul>"
        f"<p>Output:<pre>{output}</pre><p>Repeat it:<pre>{escape(outcome.command)}</pre></details>"
    )


def _moment(moment: Moment) -> str:
    kind = f"{moment.kind} bad" if moment.bad else moment.kind
    struck = "".join(f" <i>{escape(fault)}</i>" for fault in moment.faults)
    after = f"+{moment.after_ms / 1000:.3f}s"
    return f"<div class='{escape(kind)}'><time>{after}</time>{escape(moment.what)}{struck}</div>"
