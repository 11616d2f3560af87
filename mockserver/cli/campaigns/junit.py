"""JUnit XML: one test case for each case of a campaign, or for each kind of finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.verdict import UNJUDGED, in_words

if TYPE_CHECKING:
    from mockserver.cli.terminal.judged import Judged

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def campaign_xml(campaign: Campaign, failing: Sequence[CaseOutcome]) -> str:
    """A suite; the cases that make the campaign fail are its failures."""
    names = {outcome.name for outcome in failing}
    skipped = sum(o.verdict in UNJUDGED and o.name not in names for o in campaign.outcomes)
    suite = Element(
        "testsuite",
        name="reelmock campaign",
        tests=str(len(campaign.outcomes) + len(campaign.not_run)),
        failures=str(len(names)),
        skipped=str(skipped + len(campaign.not_run)),
        errors="0",
        time=f"{campaign.real_ms / 1000:.3f}",
    )
    if campaign.aside:
        told = SubElement(suite, "properties")
        for one in campaign.aside:
            SubElement(told, "property", name="does_not_count", value=_xml(one.told))
    for outcome in campaign.outcomes:
        case = SubElement(
            suite,
            "testcase",
            classname=f"campaign.{outcome.family}",
            name=outcome.name,
            time=f"{outcome.real_ms / 1000:.3f}",
        )
        word = _xml(f"{in_words(outcome.verdict)}: {'; '.join(outcome.evidence)}")
        if outcome.name in names:
            failure = SubElement(case, "failure", message=word, type=outcome.verdict)
            failure.text = _xml(outcome.command)
        elif outcome.verdict in UNJUDGED:
            SubElement(case, "skipped", message=word)
        SubElement(case, "system-out").text = _xml(_told(outcome))
    for name in campaign.not_run:
        case = SubElement(suite, "testcase", classname="campaign", name=name, time="0.000")
        SubElement(case, "skipped", message="not run: the campaign was stopped before")
    SubElement(suite, "system-out").text = _xml(_told_of_all(campaign))
    return _written(suite)


def _told(outcome: CaseOutcome) -> str:
    """The judgement, a line for each thing, and then what the command printed.

    The schema of JUnit XML gives a test case no properties of its own.
    """
    lines = [
        f"case: {outcome.full_name}",
        f"verdict: {outcome.verdict}",
        f"more jobs: {outcome.more_jobs}",
    ]
    lines += [f"evidence: {phrase}" for phrase in outcome.evidence]
    lines += [f"finding: {found.name}: {found.what}" for found in outcome.findings]
    return "\n".join([*lines, "", outcome.output])


def _told_of_all(campaign: Campaign) -> str:
    """The run without a fault, the findings that do not count, and the faults without a case."""
    left_out = [campaign.left_out_told] if campaign.left_out else []
    return "\n".join([_told(campaign.control), *campaign.notes, *left_out])


def findings_xml(report: Judged, catalogue: Sequence[str]) -> str:
    """A suite with one test case for each kind of finding; a finding that was found and counts fails."""
    skipped = report.not_judged | {one.finding: one.why for one in report.aside}
    suite = Element(
        "testsuite",
        name="reelmock findings",
        tests=str(len(catalogue)),
        failures=str(len({found.name for found in report.found})),
        skipped=str(len(skipped.keys() - {found.name for found in report.found})),
        errors="0",
    )
    for name in catalogue:
        case = SubElement(suite, "testcase", classname="findings", name=name)
        seen = [found for found in report.found if found.name == name]
        if seen:
            message = _xml("; ".join(found.what for found in seen))
            failure = SubElement(case, "failure", message=message, type=seen[0].severity)
            failure.text = _xml(f"{seen[0].why}\n{seen[0].mend}")
        elif name in skipped:
            SubElement(case, "skipped", message=_xml(skipped[name]))
    return _written(suite)


def _written(suite: Element) -> str:
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, "unicode")


def _xml(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
