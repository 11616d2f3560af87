"""A mistake is named in the same words, wherever the value comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from mockserver.admin.http.bodies import read
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.reading import record
from mockserver.domain.profile.given import ProfileGiven
from mockserver.engine.profiles import parsed
from mockserver.settings import load_ignored, load_settings

MISTAKES = [
    ({"fauls": []}, "fauls", "fauls", "one of: summary"),
    ({"summary": 1}, "summary", 1, "a text"),
    (
        {"faults": [{"fault": "x", "when": {"call_pase": 1}}]},
        "faults[0].when.call_pase",
        "call_pase",
        "one",
    ),
    (
        {"faults": [{"fault": "x", "times": "many"}]},
        "faults[0].times",
        "many",
        "a whole number or null",
    ),
]


@pytest.mark.parametrize(("content", "field", "value", "expected"), MISTAKES)
def test_a_file_and_a_call_are_told_of_a_mistake_in_the_same_words(
    content: object, field: str, value: object, expected: str
) -> None:
    with pytest.raises(BadInput) as of_the_file:
        parsed(yaml.safe_dump(content), "mine.yaml")
    with pytest.raises(BadInput) as of_the_call:
        read(json.dumps(content).encode(), ProfileGiven)
    assert str(of_the_file.value) == str(of_the_call.value)
    assert (of_the_file.value.field, of_the_file.value.value) == (field, value)
    assert of_the_file.value.expected.startswith(expected)


def test_a_file_that_is_no_record_at_all_is_named_itself() -> None:
    with pytest.raises(BadInput, match=r"^mine.yaml: \[1\] is not valid, expected an object$"):
        parsed("[1]", "mine.yaml")


def test_a_setting_is_told_of_in_the_same_words_as_a_body() -> None:
    with pytest.raises(BadInput, match=r"^port: 'x' is not valid, expected a whole number$"):
        load_settings({"port": "x"}, {})
    with pytest.raises(BadInput, match=r"^keys: 'opn' .* one of: .*; did you mean 'open'\?$"):
        load_settings({"keys": "opn"}, {})


def test_what_a_settings_file_misspells_is_named_with_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "reelmock.toml"
    config.write_text("sped = 2")
    with pytest.raises(BadInput, match=r"^reelmock.toml: sped: .*; did you mean 'speed'\?$"):
        load_settings({}, {}, config)
    config.write_text('ignore = [{finding = "x", reson = "y"}]')
    with pytest.raises(BadInput, match=r"^reelmock.toml: ignore\[0\].reson: .* 'reason'\?$"):
        load_ignored(config)


def test_texts_are_numbers_where_the_source_has_nothing_but_texts() -> None:
    assert record("3", int, "a", strict=False) == 3
    with pytest.raises(BadInput, match=r"^a: '3' is not valid, expected a whole number$"):
        record("3", int, "a")
