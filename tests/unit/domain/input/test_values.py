"""Small values by example: shares, spans, words near a word, ids, media names, headers."""

import pytest

from mockserver.domain.chance.chance import Spread, seconds
from mockserver.domain.input.errors import (
    REASON_CHARS,
    BadInput,
    Refusal,
    nearest,
    shown,
    wrong_field,
)
from mockserver.domain.input.quantity import fraction, span_ms
from mockserver.domain.job import ids
from mockserver.domain.job.task import MediaName, parse_media_name
from mockserver.domain.journal.redaction import clean_headers
from mockserver.domain.reply.reply import header_text

CHANCE = b"twenty-four bytes of it!"


@pytest.mark.parametrize(("given", "share"), [("60%", 0.6), ("60", 0.6), (0.6, 0.6), (1, 1.0)])
def test_a_share_is_read_as_people_write_it(given: object, share: float) -> None:
    assert fraction({"at": given}, "at", 0.0) == pytest.approx(share)
    assert fraction({}, "at", 0.25) == 0.25


@pytest.mark.parametrize("given", ["-1%", "101%", "half", "", None, "nan", "inf"])
def test_what_is_no_share_is_refused(given: object) -> None:
    with pytest.raises(BadInput, match="a share such as"):
        fraction({"at": given}, "at", 0.0)


@pytest.mark.parametrize(
    ("given", "ms"),
    [
        ("1.5s", 1500),
        ("3m", 180_000),
        ("24h", 86_400_000),
        ("23h59m", 86_340_000),
        ("1d2h3m4s5ms", 93_784_005),
        (" 7s ", 7000),
        ("0", 0),
        (" 0.0 ", 0),
    ],
)
def test_a_span_is_read_as_people_write_it(given: object, ms: int) -> None:
    assert span_ms(given) == ms


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            "7",
            "1500",
            0,
            7,
            250,
            0.5,
            "00.5",
            "-1s",
            "1 s",
            "s",
            "1w",
            True,
            None,
            "1e3",
            "9" * 400,
            "36526d",
        ),
        *("1h30", "30m1h", "1h1h", "1h 30m", "0h0", "36525d1ms"),
    ],
)
def test_what_is_no_span_is_refused(given: object) -> None:
    with pytest.raises(BadInput, match="a duration such as"):
        span_ms(given)


def test_a_wrong_word_is_answered_with_the_nearest() -> None:
    assert nearest("suceed", ["succeed", "fail"]) == "; did you mean 'succeed'?"
    assert nearest("zzz", ["succeed", "fail"]) == ""


def test_a_value_is_shown_on_one_line_and_cut() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("x" * 500)) == 80


def test_a_value_of_just_the_length_that_is_shown_is_not_cut() -> None:
    whole = "'" + "x" * 78 + "'"
    assert shown("x" * 78) == whole
    assert shown("x" * 79) == whole[:-1] + "…"


def test_a_refusal_says_what_was_got_and_what_would_be_right() -> None:
    refusal = wrong_field("invalid_field", "n", 9, "1 to 4")
    assert (refusal.kind, refusal.reason) == ("invalid_field", "n: got 9, expected 1 to 4")


def test_a_ulid_begins_with_its_time() -> None:
    assert ids.ulid(CHANCE, 0).startswith("0" * 10)
    assert ids.ulid(CHANCE, 1_469_918_176_385).startswith("01ARYZ6S41")


def test_ids_of_two_chances_and_two_moments_differ() -> None:
    made = {ids.token(chance, at_ms) for chance in (CHANCE, bytes(24)) for at_ms in (0, 1)}
    assert len(made) == 4


def test_spans_of_a_model_reach_from_cut_to_cut() -> None:
    fast = seconds(90, 155, 240)
    assert fast.draw(0.0) == 90_000
    assert fast.draw(0.9999999999) == 240_000
    assert 145_000 < fast.draw(0.5) < 165_000


def test_spans_without_room_are_their_median() -> None:
    assert seconds(5, 5, 5).draw(0.3) == 5000
    assert seconds(0, 0, 0).draw(0.3) == 0
    assert Spread(0, 1, 1).draw(0.3) == 1


def test_a_median_that_is_its_own_upper_cut_still_varies_downwards() -> None:
    spread = seconds(1, 2, 2)
    assert spread.draw(0.0) == 1000
    assert 1000 < spread.draw(0.5) < 2000
    assert spread.draw(0.9999999) == 2000


def test_a_media_name_says_which_video_it_is() -> None:
    assert parse_media_name("task_01-0-1080p.mp4") == MediaName("task_01", 0, "1080p")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x.mp4",
        "a-0-720p.mp4/..",
        "../a-0-720p.mp4",
        "a-10-720p.mp4",
        "a-0-2k.mp4",
        "a-٣-720p.mp4",
    ],
)
def test_a_name_that_was_never_handed_out_is_none(name: str) -> None:
    assert parse_media_name(name) is None


def test_a_header_is_one_line_of_ascii() -> None:
    assert header_text("prompt:\r\nX-Evil: 画") == rb"prompt: X-Evil: \u753b"


def test_keys_and_cookies_are_never_written_down() -> None:
    headers = [(b"authorization", b"Bearer k"), (b"cookie", b"c"), (b"accept", b"*/*")]
    assert clean_headers(headers, ()) == ((b"accept", b"*/*"),)


def test_a_reason_is_cut_before_anybody_sees_it() -> None:
    reason = Refusal("malformed", "a" * 100_000).reason
    assert len(reason) == REASON_CHARS
