"""An entry of the file of faults is read word by word."""

from __future__ import annotations

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.engine.catalogue import entries_in

ENTRY = "{family: media, mechanism: cut, sees: Less., example: {times: 1}}"


def test_an_entry_with_every_word_right_is_taken() -> None:
    assert list(entries_in(f"mine: {ENTRY}")) == ["mine"]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("sees:", "sess:", r"mine.sess: .*; did you mean 'sees'\?"),
        ("family: media", "family: medai", r"mine.family: 'medai' .*; did you mean 'media'\?"),
        ("example: {times: 1}", "presets: {}", r"mine.presets: .*; did you mean 'preset'\?"),
        (", example: {times: 1}", "", r"mine: .* missing required field example"),
        ("example: {times: 1}", "example: 1", r"mine.example: 1 .* object"),
    ],
)
def test_a_misspelt_word_of_an_entry_is_named(right: str, wrong: str, message: str) -> None:
    assert right in ENTRY
    with pytest.raises(BadInput, match=message):
        entries_in(f"mine: {ENTRY.replace(right, wrong)}")
