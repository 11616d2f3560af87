"""The campaign as one HTML page: the table, and each case with its time line."""

from __future__ import annotations

import shlex
from html import escape
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.table import label, marks_told, phases_of, rows_of
from mockserver.cli.campaigns.verdict import MEANING, in_words

if TYPE_CHECKING:
    from mockserver.control import Moment

STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #888 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
code, pre, .axis { font: 13px/1.5 ui-monospace, monospace }
table { border-collapse: collapse } td, th { border: 1px solid var(--line); padding: .2rem .6rem;
  text-align: left } thead th { position: sticky; top: 0; background: Canvas }
td a { color: inherit; text-decoration: none }
.recovered { background: #1a7f3733 } .failed_cleanly { background: #0969da22 }
.failed_with_a_traceback { background: #bf870044 } .hung { background: #8250df44 }
.overspent { background: #cf222e44 } .lied { background: #cf222e; color: #fff }
.not_struck { color: var(--dim) } .not_reached { background: #cf222e44 }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer } summary b { margin-right: .6rem }
summary span { border-radius: 4px; padding: .1rem .5rem }
.axis { position: relative; border-left: 2px solid var(--line); margin: .8rem 0 .8rem 7rem;
  padding-left: 1rem; overflow-wrap: anywhere }
.axis time { position: absolute; left: -7.2rem; width: 6rem; text-align: right; color: var(--dim) }
.axis .bad { color: #cf222e } .axis .state { color: #0969da } .axis .callback { color: #8250df }
.axis i { background: #cf222e; color: #fff; border-radius: 3px; padding: 0 .3rem; font-style: normal }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: 6px; white-space: pre-wrap;
  overflow-wrap: anywhere } .error { color: #cf222e } .warning { color: #9a6700 }
"""


def page(campaign: Campaign) -> str:
    """HTML that needs no other file; every text in it is escaped."""
    command = escape(shlex.join(campaign.command))
    sums = "".join(
        f"<tr><td class={word}>{in_words(word)}<td>{count}<td>{MEANING[word]}"
        for word, count in campaign.counts().items()
    )
    broken_off = f"<p>{len(campaign.not_run)} cases not run" if campaign.not_run else ""
    aside = "".join(f"<p>{escape(one.told)}" for one in campaign.aside)
    cases = "".join(_case(outcome) for outcome in (campaign.control, *campaign.outcomes))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>Reelmock campaign</title><style>{STYLE}</style><h1>Reelmock campaign</h1>"
        f"<p><code>{command}</code><p>{len(campaign.outcomes)} cases in "
        f"{campaign.real_ms / 1000:.1f} s, seed <code>{escape(campaign.seed)}</code>"
        f"<table>{sums}</table><h2>Fault and phase</h2>{_grid(campaign)}"
        f"<p>{escape('; '.join(marks_told(campaign.outcomes)))}{broken_off}{aside}"
        f"<h2>Cases</h2>{cases}</html>\n"
    )


def _grid(campaign: Campaign) -> str:
    phases = phases_of(campaign.outcomes)
    head = "".join(f"<th>{escape(phase)}" for phase in phases)
    rows = []
    for fault, by_phase in rows_of(campaign.outcomes):
        cells = (_cell(by_phase.get(phase)) for phase in phases)
        rows.append(f"<tr><th>{escape(fault)}{''.join(cells)}")
    return f"<table><thead><tr><th>fault{head}</thead>{''.join(rows)}</table>"


def _cell(outcome: CaseOutcome | None) -> str:
    if outcome is None:
        return "<td>"
    link = f"<a href='#{escape(outcome.name)}'>{label(outcome)}</a>"
    return f"<td class={outcome.verdict}>{link}"


def _case(outcome: CaseOutcome) -> str:
    # The anchor is inside, so that a browser that goes there opens the case.
    facts = f"exit code {outcome.exit_code}, {outcome.calls} calls, ${outcome.spent_usd:g}"
    why = "".join(f"<li>{escape(phrase)}" for phrase in outcome.evidence)
    findings = "".join(
        f"<li><b class={found.severity}>{escape(found.title)}</b>: {escape(found.what)}"
        f"<br>{escape(found.why)} <em>{escape(found.mend)}</em>"
        for found in outcome.findings
    )
    moments = "".join(map(_moment, outcome.moments)) or "no call reached the sandbox"
    output = escape(outcome.output.strip()) or "(nothing)"
    return (
        f"<details><summary><b>{escape(outcome.name)}</b>"
        f"<span class={outcome.verdict}>{in_words(outcome.verdict)}</span> {facts}</summary>"
        f"<ul>{why}</ul><div class=axis id='{escape(outcome.name)}'>{moments}</div><ul>{findings}</ul>"
        f"<p>Output:<pre>{output}</pre><p>Repeat it:<pre>{escape(outcome.command)}</pre></details>"
    )


def _moment(moment: Moment) -> str:
    kind = f"{moment.kind} bad" if moment.bad else moment.kind
    struck = "".join(f" <i>{escape(fault)}</i>" for fault in moment.faults)
    after = f"+{moment.after_ms / 1000:.3f}s"
    return f"<div class='{escape(kind)}'><time>{after}</time>{escape(moment.what)}{struck}</div>"
