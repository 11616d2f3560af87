"""What all codecs share: the kind of error that a status is, and how loosely written values are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clientlib import (
    InvalidRequest,
    MalformedReply,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    Redirected,
    TaskNotFound,
)
from clientlib._codec import (
    by_status,
    integer,
    links,
    percent,
    refuse_unless_ok,
    same_task,
    text,
)
from clientlib._models import Reply


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (299, MalformedReply),
        (300, Redirected),
        (399, Redirected),
        (404, TaskNotFound),
        (405, InvalidRequest),
        (418, InvalidRequest),
        (429, RateLimited),
        (499, InvalidRequest),
        (500, ProviderUnavailable),
        (599, ProviderUnavailable),
    ],
)
def test_a_status_alone_stands_for_a_kind_of_error(status: int, kind: type[ProviderError]) -> None:
    assert by_status(status) is kind


@pytest.mark.parametrize(("status", "success"), [(199, 0), (200, 1), (299, 1), (300, 0)])
def test_success_is_the_class_of_200_to_299(status: int, success: int) -> None:
    assert Reply(status, {}, b"").is_success == success


def _kind(status: int, code: str | None, type_: str, message: str) -> type[ProviderError]:
    return by_status(status)


def _judged(status: int, body: Any) -> ProviderError | None:
    try:
        refuse_unless_ok(Reply(status, {}, json.dumps(body).encode()), _kind)
    except ProviderError as error:
        return error
    return None


def test_an_error_in_a_body_of_200_is_one_unless_the_body_is_a_task() -> None:
    error = {"code": "full", "message": "no room"}
    told = _judged(200, {"error": error})
    assert told is not None
    assert (told.code, told.message) == ("full", "no room")
    assert _judged(200, {"id": "video_1", "error": error}) is None
    assert _judged(200, {"error": "words"}) is None
    assert _judged(200, {}) is None


def test_a_failing_status_is_an_error_whatever_its_body_says() -> None:
    told = [_judged(503, body) for body in ({"error": "words"}, {"id": "video_1"}, [1])]
    assert [error and error.message for error in told] == [
        "words",
        "HTTP 503 without a reason",
        "HTTP 503 without a reason",
    ]
    assert type(_judged(200, [1])) is MalformedReply


@pytest.mark.parametrize(
    ("value", "read"),
    [("a", "a"), (0, "0"), (1.5, "1.5"), ("", None), (True, None), (None, None), ([], None)],
)
def test_a_scalar_is_read_as_text(value: object, read: str | None) -> None:
    assert text(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (7, 7),
        (" 7 ", 7),
        ("-7", -7),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("7.0", None),
        (7.0, None),
        (True, None),
        (None, None),
    ],
)
def test_an_integer_may_be_written_as_text(value: object, read: int | None) -> None:
    assert integer(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (50, 50.0),
        ("50%", 50.0),
        (" 12.5% ", 12.5),
        (0, 0.0),
        (-1, 0.0),
        (100, 100.0),
        (101, 100.0),
        ("half", None),
        (float("nan"), None),
        (True, None),
        (None, None),
    ],
)
def test_progress_is_a_number_from_0_to_100(value: object, read: float | None) -> None:
    assert percent(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (["https://h/a", "http://h/b", "ftp://h/c", 7], ("https://h/a", "http://h/b")),
        ("https://h/a", ("https://h/a",)),
        (' ["https://h/a"]', ("https://h/a",)),
        ("[broken", ()),
        ({"url": "https://h/a"}, ()),
        (None, ()),
    ],
)
def test_links_are_read_however_they_were_wrapped(value: object, read: tuple[str, ...]) -> None:
    assert links(value) == read


def test_a_reply_about_another_task_is_refused_and_one_that_names_none_is_not() -> None:
    reply = Reply(200, {}, b"{}")
    for told in ("mine", "", None, 7):
        same_task(reply, "mine", told)
    with pytest.raises(MalformedReply, match=r"mine.*yours"):
        same_task(reply, "mine", "yours")
