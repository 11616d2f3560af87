"""Ids have their provider's shape, repeat for the same cause and differ for any other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.domain.chance.chance import digest
from mockserver.domain.job import ids
from tests.property.domain.strategies import SEEDS

MOMENTS = st.integers(0, 2**48 - 1)
CHANCES = st.binary(min_size=ids.CHANCE_BYTES, max_size=ids.CHANCE_BYTES)
SHAPES: dict[str, tuple[Callable[[bytes, int], str], str]] = {
    "hex32": (ids.hex32, r"[0-9a-f]{32}"),
    "token": (ids.token, r"[0-9A-Za-z]{24}"),
    "ulid": (ids.ulid, r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
each_kind = pytest.mark.parametrize("kind", SHAPES)


@each_kind
@given(CHANCES, MOMENTS)
def test_an_id_has_its_shape(kind: str, chance: bytes, at_ms: int) -> None:
    make, shape = SHAPES[kind]
    assert re.fullmatch(shape, make(chance, at_ms))


@each_kind
@given(SEEDS, st.lists(st.tuples(st.integers(1, 10**6), MOMENTS), unique=True, max_size=50))
def test_an_id_is_one_of_a_kind_and_repeats(
    kind: str, seed: str, causes: list[tuple[int, int]]
) -> None:
    make = SHAPES[kind][0]
    drawn = [(digest(seed, n, size_bytes=ids.CHANCE_BYTES), at_ms) for n, at_ms in causes]
    made = [make(chance, at_ms) for chance, at_ms in drawn]
    assert len(set(made)) == len(causes)
    assert made == [make(chance, at_ms) for chance, at_ms in drawn]


@each_kind
@given(CHANCES, MOMENTS)
def test_a_sandbox_that_is_reset_gives_other_ids(kind: str, chance: bytes, at_ms: int) -> None:
    make = SHAPES[kind][0]
    assert len({make(chance, at_ms + later_ms) for later_ms in (0, 1, 2, 1000)}) == 4


@given(st.binary(min_size=16, max_size=16))
def test_a_uuid_is_its_seed_in_another_shape(drawn: bytes) -> None:
    seed = drawn.hex()
    uuid = ids.uuid_of(seed).decode()
    assert re.fullmatch(UUID, uuid)
    kept = [digit for at, digit in enumerate(uuid.replace("-", "")) if at not in (12, 16)]
    assert kept == [digit for at, digit in enumerate(seed) if at not in (12, 16)]


@given(CHANCES, MOMENTS, MOMENTS)
def test_ulids_sort_by_time(chance: bytes, one_ms: int, other_ms: int) -> None:
    sooner, later = sorted((one_ms, other_ms))
    assert ids.ulid(chance, sooner)[:10] <= ids.ulid(chance, later)[:10]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
@example("$KEY")
@example("undefined")
def test_a_key_hash_does_not_show_the_key(key: str) -> None:
    mark = "unset" if ids.looks_unset(key) else ""
    assert re.fullmatch(mark + r"[0-9a-f]{12}", ids.key_hash(key))
    assert len(key) < 4 or key not in ids.key_hash(key)
