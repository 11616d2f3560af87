"""What the page of changed defaults says of switches is what the mock has."""

import re

from tests.architecture.repository import ROOT
from tests.support.facts_page import NAMES, PROVIDERS
from tests.support.some import some

PAGE = (ROOT / "docs/reference/likeness.md").read_text("utf-8")
CHAPTERS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
ROWS = [
    (title, *cells)
    for title, text in CHAPTERS.items()
    for line in text.splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 5
    and not re.fullmatch(r"what|-+", cells[0])
]
VALUE = re.compile(r"`(\w+): ([^`]+)`")


def has_beside_its_default(title, switch, value):
    (name,) = (name for name, shown in NAMES.items() if shown == title)
    known = {each.name: list(each.values)[1:] for each in PROVIDERS[name].dialect}
    return value in known[switch]


def test_every_provider_has_its_chapter():
    assert set(CHAPTERS) == set(NAMES.values())


def test_a_value_that_keeps_the_old_is_no_default():
    for title, what, before, now, kept, why in some(ROWS):
        assert before and now and why, what
        assert kept == "–" or has_beside_its_default(title, *VALUE.fullmatch(kept).groups()), what


def test_a_new_form_that_is_a_value_is_no_default_either():
    told = [(title, text.rstrip().rpartition("\n\n")[2]) for title, text in CHAPTERS.items()]
    for title, text in some(told):
        for switch, value in some(VALUE.findall(text)):
            assert has_beside_its_default(title, switch, value), (title, switch)


def test_a_default_that_a_seed_keeps_says_so():
    kept = [row for row in ROWS if row[3].startswith("as it was") and row[0] != "Kie.ai"]
    assert some(kept)
    assert {re.search("seeds? 00", why) is not None for *_, why in kept} == {True}
