"""Where no terminal is, a line every few seconds says how far a campaign is."""

from __future__ import annotations

from mockserver.cli.campaigns.progress import EVERY_NS, Lines
from tests.integration.campaign.conftest import Campaign
from tests.integration.campaign.test_reports import outcome


def test_a_line_comes_at_the_beginning_and_then_every_few_seconds() -> None:
    told: list[str] = []
    now = [0]
    lines = Lines(told.append, lambda: now[0])
    lines.beat()
    assert told == []
    now[0] = EVERY_NS
    lines.beat()
    assert told == ["running without a fault"]
    lines.begin(2)
    assert told[1:] == ["0 of 2 cases; the run without a fault is over"]
    lines.tick(outcome(name="reset@poll", verdict="lied"))
    lines.beat()
    assert len(told) == 2
    now[0] = 2 * EVERY_NS
    lines.beat()
    lines.beat()
    assert told[2:] == ["1 of 2 cases; reset@poll: lied"]
    now[0] = 3 * EVERY_NS
    lines.again("stall@job")
    lines.beat()
    assert told[3:] == ["1 of 2 cases; stall@job hung, and runs again alone"]


def test_a_campaign_without_a_terminal_tells_how_far_it_is(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll")
    assert run.err.splitlines()[0] == "0 of 1 case; the run without a fault is over"
