"""Every fact has a place: who says it, how well, and when."""

import re
from itertools import chain

import pytest

import contracts
from contracts.facts import STRENGTHS, facts, sources, strength_of
from tests.support.some import some

PROVIDERS = pytest.mark.parametrize("provider", contracts.providers())
# Client code that was read once and whose place nobody wrote down. The list may only get shorter.
NOT_KEPT = {
    "apiyi": {
        "client",
        "client (new-api family)",
        "client (observed, HTTP 503)",
    },
    "kie": {"client", "client (jobs API)"},
    "xcompute": {"client", "client (R unboxes one-element arrays)"},
}


@PROVIDERS
def test_every_fact_names_sources_that_are_listed(provider):
    for fact in some(facts(provider)):
        unlisted = [s.name for s in fact.sources if s.name not in sources(provider)]
        assert unlisted == [], fact.where
        assert fact.strength in STRENGTHS or fact.is_assumed, fact.where


@PROVIDERS
def test_every_case_names_sources_that_are_listed(provider):
    tests = chain.from_iterable(group["tests"] for group in contracts.cases(provider))
    for test in some([test for test in tests if "source" in test]):
        given = [test["source"]] if isinstance(test["source"], str) else test["source"]
        assert set(given) <= set(sources(provider)), test["description"]


@PROVIDERS
def test_every_source_says_how_well_it_knows_and_has_a_place(provider):
    listed = some(sources(provider).values())
    assert {source.name for source in listed if source.strength not in STRENGTHS} == set()
    assert {source.name for source in listed if not source.place} == NOT_KEPT[provider]


@PROVIDERS
def test_a_fact_of_a_seed_names_the_line(provider):
    told = [(fact.where, source) for fact in facts(provider) for source in fact.sources]
    for where, source in some([pair for pair in told if pair[1].strength == "seed"]):
        assert re.search(r", line [0-9]+$", source.place), (where, source.name)


def is_placed(source):
    """A line of a seed, a file of a repository, or a page or an observation with its date."""
    if source.strength == "seed":
        return re.search(r", line [0-9]+$", source.place)
    if source.strength == "client code":
        return re.match(r"public file|[\w.-]+/[\w.-]+\b", source.place)
    return source.place and source.date and source.strength != "inferred"


@PROVIDERS
def test_every_fact_has_a_line_a_file_or_a_date_or_is_assumed(provider):
    for fact in some([fact for fact in facts(provider) if not fact.is_assumed]):
        assert any(map(is_placed, some(fact.sources))), fact.where


@PROVIDERS
def test_whoever_was_read_or_heard_has_a_date(provider):
    told = [s for s in sources(provider).values() if s.strength not in ("seed", "inferred")]
    assert {source.name for source in some(told) if not source.date} == NOT_KEPT[provider]


def test_recorded_is_said_of_raw_captures_only():
    everybody = [s for provider in contracts.providers() for s in sources(provider).values()]
    for source in some([source for source in everybody if source.strength == "recorded"]):
        capture = r"tests/recordings/.*(?:recording\.har @[0-9a-f]{7,8}|in several recordings\))$"
        assert re.search(capture, source.place), source.name
        assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?", source.date), source.name


@PROVIDERS
def test_a_date_is_a_year_a_month_or_a_day(provider):
    for source in some(sources(provider).values()):
        assert re.fullmatch(r"(?:20[0-9]{2}(?:-[0-9]{2}){0,2})?", source.date), source.name


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("seed 001", "seed"),
        ("recorded: a call, 2026-08-06", "recorded"),
        ("client (observed)", "observed"),
        ("client", "client code"),
        ("composed: recorded on a sibling endpoint", "inferred"),
        ("hearsay", ""),
    ],
)
def test_the_strength_of_a_source_is_the_beginning_of_its_name(name, strength):
    assert strength_of(name) == strength


def test_what_was_concluded_only_is_assumed():
    where = {fact.where for fact in facts("kie") if fact.is_assumed}
    assert "lifecycle.video_4k.failed" in where
    assert "record_failed" not in where


def test_what_has_no_source_at_all_is_assumed_or_is_no_fact():
    bare = {fact.where for fact in facts("xcompute") if not fact.sources}
    assert bare == {"uploaded.created_at"}
