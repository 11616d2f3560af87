"""The page on naive clients can be run again, and speaks of every fault that a campaign runs."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from mockserver.engine.matrix import cases

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "guides" / "what-naive-clients-do.md").read_text("utf-8")
WORDS = {
    "recovered": "recovered",
    "clean": "failed cleanly",
    "traceback": "traceback",
    "hung": "hung",
    "overspent": "overspent",
    "lied": "lied",
    "-": "not struck",
}
FILES = re.compile(r"[\w/]+\.(?:py|mjs)")


@dataclass(frozen=True)
class Section:
    """One client of the page: its command, and the words of its table by fault and phase."""

    title: str
    command: str
    phases: list[str]
    cells: dict[str, list[str]]

    @property
    def verdicts(self) -> Counter[str]:
        """How often each verdict stands in the table, as the short table calls them."""
        words = (
            cell.strip("*").split()[0].strip("*")
            for row in self.cells.values()
            for cell in row
            if cell
        )
        return Counter(WORDS[word] for word in words)


def _section(text: str) -> Section:
    (command,) = re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL)
    head, _, *rows = [_cells(line) for line in text.splitlines() if line.startswith("|")]
    return Section(text.splitlines()[0], command, head[1:], {row[0]: row[1:] for row in rows})


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


SHORT, *TEXTS = PAGE.split("\n## ")
SECTIONS = [_section(text) for text in TEXTS]


def test_there_are_four_clients() -> None:
    assert len({section.command for section in SECTIONS}) == 4


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_its_command_runs_a_file_of_the_repository(section: Section) -> None:
    options, _, program = section.command.replace("\\\n", " ").partition(" -- ")
    assert shlex.split(options)[:2] == ["reelmock", "campaign"]
    (file,) = FILES.findall(program)
    assert (ROOT / file).is_file()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_its_table_has_every_case_that_its_campaign_runs(section: Section) -> None:
    wanted = {(case.fault, case.phase) for case in cases(times=1) if case.phase in section.phases}
    told = {
        (fault, phase)
        for fault, row in section.cells.items()
        for phase, cell in zip(section.phases, row, strict=True)
        if cell
    }
    assert wanted - told == set()
    assert told - wanted == set()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_the_short_table_sums_its_verdicts(section: Section) -> None:
    rows = [_cells(line) for line in SHORT.splitlines() if line.startswith("|")]
    head, sums = rows[0][1:], dict(zip([s.title for s in SECTIONS], rows[2:], strict=True))
    counted = section.verdicts
    counted["cases"] = counted.total() - counted["not struck"]
    assert sums[section.title][1:] == [str(counted[word]) for word in head]
