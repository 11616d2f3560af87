"""Lists at any width: nothing is folded inside an id, and a pipe gets one line for each row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mockserver.cli.terminal.columns import Column, laid_out

JOBS = (
    Column("id", "id"),
    Column("model", "word"),
    Column("price", "word", 2),
    Column("answer", "prose", 1),
    Column("prompt", "text"),
)
ROWS = [
    ["adb90af0f50105e7b8aee33eae19dc55", "veo3_fast", "60 credits", "a b c", "a cat " * 30],
    ["adb90af0f50177e7b8aee33eae19dc55", "veo3_fast", "60 credits", "-", "a dog"],
]


def test_a_narrow_terminal_gets_short_ids_that_differ_and_text_that_is_cut() -> None:
    heading, first, second = laid_out(JOBS, ROWS, 70)
    assert heading.split() == ["id", "model", "price", "answer", "prompt"]
    assert first.split()[0] == "adb90af0f5010"
    assert second.split()[0] == "adb90af0f5017"
    assert first.endswith("…")
    assert len(first) <= 70


def test_columns_of_the_highest_rank_are_left_out_first() -> None:
    assert next(laid_out(JOBS, ROWS, 48)).split() == ["id", "model", "answer", "prompt"]
    assert next(laid_out(JOBS, ROWS, 35)).split() == ["id", "model", "prompt"]


def test_a_wide_terminal_gets_whole_ids() -> None:
    _, first, _ = laid_out(JOBS, ROWS, 160)
    assert first.split()[0] == ROWS[0][0]


def test_a_pipe_gets_every_column_whole_and_one_line_for_each_row() -> None:
    _, first, second = laid_out(JOBS, ROWS, None)
    assert first.endswith(("a cat " * 30).rstrip())
    assert second.split()[-2:] == ["a", "dog"]


def test_prose_goes_on_between_words_and_a_word_longer_than_a_line_is_broken() -> None:
    columns = (Column("name", "word"), Column("sees"))
    lines = list(laid_out(columns, [["x", "one two three"], ["y", "a" + "b" * 20]], 16))
    assert lines == [
        "name  sees",
        "x     one two",
        "      three",
        "y     abbbbbbbbb",
        "      bbbbbbbbbb",
        "      b",
    ]


def test_a_chinese_prompt_takes_two_places_for_each_character() -> None:
    _, line = laid_out((Column("id", "id"), Column("prompt", "text")), [["a", "猫" * 30]], 20)
    assert cell_len(line) <= 20
    assert line.endswith("猫…")


@pytest.mark.parametrize("width", [80, 100, 160])
@given(data=st.data())
def test_no_line_is_wider_than_the_terminal(width: int, data: st.DataObject) -> None:
    ids = st.from_regex(r"[a-f0-9]{8,32}", fullmatch=True)
    texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "M", "Z")), max_size=90)
    row = st.tuples(ids, st.just("veo3_fast"), st.just("60 credits"), texts, texts)
    rows = [list(one) for one in data.draw(st.lists(row, max_size=4))]
    lines = list(laid_out(JOBS, rows, width))
    assert max(map(cell_len, lines)) <= width
