"""Where the verifier's key comes from, which source goes first, and which keys it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.verifier.errors import CouldNotRun
from contracts.verifier.keys import MAX_KEY_CHARS, VARIABLE, find_key

ENVIRONMENT = {VARIABLE: "sk-environment"}


def test_the_flag_goes_before_the_file_and_the_environment(tmp_path: Path) -> None:
    assert find_key("sk-flag", tmp_path / "not there", ENVIRONMENT, "sk-usual") == "sk-flag"


def test_the_file_goes_before_the_environment_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-file\n")
    assert find_key(None, file, ENVIRONMENT, "sk-usual") == "sk-file"


def test_the_environment_goes_before_the_usual_key() -> None:
    assert find_key(None, None, ENVIRONMENT, "sk-usual") == "sk-environment"


def test_the_environment_alone_is_enough() -> None:
    assert find_key(None, None, ENVIRONMENT) == "sk-environment"


def test_the_usual_key_stands_in_where_nobody_gives_one() -> None:
    assert find_key(None, None, {}, "sk-usual") == "sk-usual"


@pytest.mark.parametrize("key", ["!", "~", "k" * MAX_KEY_CHARS])
def test_the_first_and_the_last_visible_character_and_the_longest_key_are_keys(key: str) -> None:
    assert find_key(key, None, {}) == key


@pytest.mark.parametrize("key", [" sk-x", "sk-x\x7f", "k" * (MAX_KEY_CHARS + 1)])
def test_a_key_that_is_just_beyond_is_refused_without_being_told(key: str) -> None:
    with pytest.raises(CouldNotRun) as refused:
        find_key(key, None, {})
    assert key not in str(refused.value)
