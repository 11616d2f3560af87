"""The quick way to read a query is the plain way."""

from __future__ import annotations

from urllib.parse import parse_qs

from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.domain.provider.provider import parameter_in

QUERIES = st.text("ab=&%+;1é", max_size=12)


@given(QUERIES, st.sampled_from(["a", "b", "a b", "1"]))
@example("a=%31", "a")
@example("a=1+1", "a")
@example("a=1", "a")
def test_a_parameter_is_what_the_standard_library_reads(query: str, name: str) -> None:
    plain = parse_qs(query, keep_blank_values=True, errors="replace").get(name)
    assert parameter_in(query, name) == (plain[0] if plain else None)
