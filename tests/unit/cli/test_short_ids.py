"""Short ids: as many characters as tell an id from others, and back to the whole id."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.cli.terminal.short_ids import short, short_among, whole_id

IDS = st.sets(st.from_regex(r"(video_|task_|)[a-c0-1]{1,20}", fullmatch=True), min_size=1)


def test_a_word_before_an_underscore_does_not_count() -> None:
    assert short("5098f871ac2caf1a") == "5098f871"
    assert short("video_835f8b91f11e5ecb") == "video_835f8b91"


def test_an_id_that_is_short_already_stays_whole() -> None:
    assert short("undefined") == "undefined"


@given(IDS)
def test_each_short_id_leads_back_to_its_own_id_only(ids: set[str]) -> None:
    found = short_among(ids)
    assert {whole: whole_id("task", found[whole], ids) for whole in ids} == {i: i for i in ids}


def test_a_beginning_of_several_ids_names_them() -> None:
    with pytest.raises(click.UsageError, match=r"task 'ab' may be ab1, ab2$"):
        whole_id("task", "ab", ["ab2", "b", "ab1"])
    with pytest.raises(click.UsageError, match=r"'a' may be a00, .* and 5 more$"):
        whole_id("task", "a", [f"a{n:02}" for n in range(15)])


def test_a_whole_id_that_begins_another_is_meant_itself() -> None:
    assert whole_id("sandbox", "ab", ["ab", "abc"]) == "ab"


def test_a_text_that_begins_no_id_is_left_to_the_server() -> None:
    assert whole_id("task", "x", ["ab", "abc"]) == "x"
