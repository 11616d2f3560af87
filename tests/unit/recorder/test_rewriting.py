"""Moments, links and ids of a tape become those of another job; all else stays."""

from __future__ import annotations

import pytest

from mockserver.recorder.rewriting import Shift, fresh_id, rewriter
from mockserver.recorder.washing import recut

TAPED, ENDED = 1_790_000_000_000, 1_790_000_060_000
BEGIN, END = 1_800_000_000_000, 1_800_000_006_000  # ten times as fast
rewrite = rewriter(
    {"abc": "xyz"}, lambda link: "http://here/1.mp4", Shift(TAPED, ENDED, BEGIN, END)
)


@pytest.mark.parametrize(
    ("taped", "new"),
    [
        ('{"createTime":1790000000000}', '{"createTime":1800000000000}'),
        ('{"completeTime":1790000060000}', '{"completeTime":1800000006000}'),
        ('{"completeTime":1790000030000}', '{"completeTime":1800000003000}'),
        ('{"created": 1790000000,', '{"created": 1800000000,'),
        ('{"expires_at":1790086460}', '{"expires_at":1800086406}'),
        ('{"createTime":"1790000000000"}', '{"createTime":"1800000000000"}'),
        ('{"createTime":"2026-09-21 14:13:20"}', '{"createTime":"2027-01-15 08:00:00"}'),
        ('{"uploadedAt":"2026-09-21T14:13:20.000Z"}', '{"uploadedAt":"2027-01-15T08:00:00.000Z"}'),
        ('{"url":"https://cdn.example/a.mp4?X=1"}', '{"url":"http://here/1.mp4"}'),
        ('{"url":"https:\\/\\/cdn.example\\/a.mp4"}', '{"url":"http:\\/\\/here\\/1.mp4"}'),
        ('{"id":"abc"}', '{"id":"xyz"}'),
    ],
)
def test_what_belongs_to_the_job_is_made_new(taped: str, new: str) -> None:
    assert rewrite(taped.encode()).decode() == new


@pytest.mark.parametrize(
    "text",
    [
        '{"seeds":1790000000}',  # no name of a moment
        '{"createTime":1690000000000}',  # years before the tape
        '{"expires_at":1890000000}',  # years behind it
        '{"createTime":17900000000001}',  # no moment: too many digits
        '{"createTime":"2026-99-21 14:13:20"}',  # no moment
        '{"image":"https://cdn.example/a.png"}',
    ],
)
def test_what_does_not_stays(text: str) -> None:
    assert rewrite(text.encode()).decode() == text


def test_a_fresh_id_looks_like_the_taped_one_and_depends_on_the_seed() -> None:
    taped = "foaicmpl-0b5A-77ff-Zq"
    one, other = fresh_id(taped, "a"), fresh_id(taped, "b")
    assert len({taped, one, other}) == 3
    assert one == fresh_id(taped, "a")
    assert [c.isdigit() for c in one] == [c.isdigit() for c in taped]
    assert [i for i, c in enumerate(one) if c == "-"] == [8, 13, 18]
    assert one.startswith("foaicmpl-")
    assert fresh_id("task_01KA", "a").startswith("task_")
    assert not fresh_id("0b5af00d-77ff-4e1d", "a").startswith("0b5af00d-")


@pytest.mark.parametrize("cuts", [[3, 9], [4, 5, 9], [9]])
def test_pieces_of_a_changed_text_make_up_the_whole_of_it(cuts: list[int]) -> None:
    whole = b"an abc on"
    ends = recut(whole, cuts, lambda text: text.replace(b"abc", b"<a longer one>"))
    assert ends[-1] == len(b"an <a longer one> on")
    assert ends == sorted(ends)
    assert recut(whole, cuts, lambda text: text) == cuts
