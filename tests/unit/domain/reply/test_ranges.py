"""Which bytes a media request gets, case by case (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import pytest

from mockserver.domain.reply.ranges import Extent, extent

WHOLE = Extent(200, 0, 100)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("", WHOLE),
        ("bytes=0-", Extent(206, 0, 100)),
        ("bytes=0-0", Extent(206, 0, 1)),
        ("bytes=10-19", Extent(206, 10, 20)),
        ("bytes=10-10", Extent(206, 10, 11)),
        ("bytes=99-", Extent(206, 99, 100)),
        ("bytes=90-1000", Extent(206, 90, 100)),
        ("bytes=100-", Extent(416, 0, 0)),
        ("bytes=-1", Extent(206, 99, 100)),
        ("bytes=-100", Extent(206, 0, 100)),
        ("bytes=-1000", Extent(206, 0, 100)),
        ("bytes=-0", Extent(416, 0, 0)),
        ("bytes=20-10", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=0-1,4-5", WHOLE),
        ("pages=0-1", WHOLE),
    ],
)
def test_a_range_gives_these_bytes(asked: str, got: Extent) -> None:
    assert extent(100, '"a"', asked, "", "") == got


@pytest.mark.parametrize(
    ("if_range", "got"), [('"a"', 206), (' "a" ', 206), ('"b"', 200), ("", 206)]
)
def test_a_range_of_another_version_gives_the_whole(if_range: str, got: int) -> None:
    assert extent(100, '"a"', "bytes=1-2", if_range, "").status == got


@pytest.mark.parametrize(
    ("if_none_match", "got"),
    [('"a"', 304), ('"b", "a"', 304), ("*", 304), (" * ", 304), ('"b"', 200), ("", 200)],
)
def test_a_version_that_the_client_has_is_not_sent_again(if_none_match: str, got: int) -> None:
    assert extent(100, '"a"', "", "", if_none_match).status == got
