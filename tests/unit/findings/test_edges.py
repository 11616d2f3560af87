"""The places where a finding could wrong a client that did nothing wrong."""

from __future__ import annotations

import pytest

from mockserver.domain.finding.finding import NotJudged, Report, examine
from mockserver.engine.registry import Registry
from tests.unit.findings.clients import avoids_polled_too_fast, does_key_to_media_host
from tests.unit.findings.story import SSE, Story, outcome, sightings, struck

A, B = "1" * 32, "2" * 32
BY_EXIT_CODE = (
    "accepted_truncated_media",
    "took_cut_stream_for_success",
    "trusted_foreign_callback",
)


@pytest.mark.parametrize("name", BY_EXIT_CODE)
def test_how_a_client_took_it_is_not_judged_without_its_exit_code(name: str) -> None:
    seen = outcome(name, Story().evidence())
    assert isinstance(seen, NotJudged)
    assert seen.reason == "the client's exit code is not known"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_creation_repeated_after_a_gateway_error_is_a_second_job(status: int) -> None:
    story = Story()
    story.create(status=status, reply="")
    story.create(A)
    assert len(sightings("submitted_twice", story.evidence())) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_creation_repeated_after_a_clear_no_is_one_job(status: int) -> None:
    story = Story()
    story.create(status=status)
    story.create(A)
    assert sightings("submitted_twice", story.evidence()) == ()


def test_a_reply_that_cannot_be_read_leaves_a_creation_in_doubt() -> None:
    story = Story()
    story.create(A, reply_body=b'{"code":200,"data":{"task')
    story.create(B)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_page_in_place_of_a_reply_leaves_a_creation_in_doubt_that_made_no_job() -> None:
    story = Story()
    story.create(reply_body=b"<html>Bad Gateway</html>")
    story.create(B)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_form_is_the_same_whatever_its_boundary() -> None:
    story = Story()
    for boundary in (b"aaa", b"bbb"):
        body = b"--" + boundary + b'\r\ncontent-disposition: form-data; name="prompt"\r\n\r\ncat'
        kind = b"multipart/form-data; boundary=" + boundary
        fields = {"request_body": body, "request_headers": ((b"content-type", kind),)}
        story.call("create", status=504, **fields)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_link_asked_for_anew_may_be_tried_again() -> None:
    story = Story()
    story.download(A, 403)
    story.poll(A)
    story.download(A, 403)
    assert sightings("retried_in_vain", story.evidence()) == ()
    story.download(A, 403)
    assert len(sightings("retried_in_vain", story.evidence())) == 1


def test_a_link_that_a_fault_killed_was_not_used_too_late() -> None:
    story = Story()
    reason = "the link has expired"
    story.download(A, 403, reason=reason, faults=struck("expired_early"))
    assert sightings("used_expired_url", story.evidence()) == ()


def test_an_end_that_a_fault_hid_was_not_told() -> None:
    story = Story()
    story.create(A)
    for _ in range(5):
        story.wait(30_000).poll(A, faults=struck("missing_field"))
    assert sightings("polled_after_the_end", story.evidence()) == ()


def test_a_failed_job_has_nothing_to_fetch() -> None:
    story = Story()
    story.create(A)
    story.fail(A)
    story.wait(90_000).poll(A)
    assert sightings("never_fetched_result", story.evidence(over=True)) == ()


def test_a_job_that_is_not_done_yet_has_nothing_to_fetch() -> None:
    story = Story()
    story.create(A)
    story.wait(10_000).poll(A)
    assert sightings("never_fetched_result", story.evidence(over=True)) == ()


def test_a_video_that_nobody_asked_about_is_unfetched_once_the_client_has_ended() -> None:
    story = Story()
    story.create(A)
    story.wait(90_000)
    assert sightings("never_fetched_result", story.evidence()) == ()
    assert len(sightings("never_fetched_result", story.evidence(over=True))) == 1


@pytest.mark.parametrize(("urls", "found"), [("signed", 1), ("all", 1), ("empty", 0)])
def test_a_signed_link_is_a_link_to_fetch(urls: str, found: int) -> None:
    story = Story()
    story.create(A)
    story.yields(A, urls)
    story.wait(90_000).poll(A)
    assert len(sightings("never_fetched_result", story.evidence(over=True))) == found


@pytest.mark.parametrize("some_came", [False, True])
def test_a_part_of_the_video_is_told_only_where_one_came(some_came: bool) -> None:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    if some_came:
        story.fetch(A, size_bytes=400)
    else:
        story.download(A, 404)
    (found,) = sightings("never_fetched_result", story.evidence(over=True))
    assert ("(a part of it was)" in found.what) is some_came


def test_garbled_media_is_damaged_although_all_of_it_came() -> None:
    story = Story()
    story.create(A)
    story.download(A)  # it was sent as plain bytes: nothing more is journalled
    assert len(sightings("accepted_truncated_media", story.evidence(exit_code=0))) == 1


def test_a_stream_that_was_repeated_and_ended_well_is_a_success() -> None:
    story = Story()
    for done in (False, True):
        stream = story.call("stream", reply_headers=SSE, reply="")
        story.sent(stream, whole=done, done=done)
    assert sightings("took_cut_stream_for_success", story.evidence(exit_code=0)) == ()


def test_an_unknown_parameter_names_the_one_that_was_meant() -> None:
    story = Story()
    story.create(A, {"prompt": "a cat", "imageUrl": "http://127.0.0.1/a.png", "mood": "calm"})
    told = {seen.what for seen in sightings("sent_ignored_parameter", story.evidence())}
    assert told == {"`imageUrl` is ignored; did you mean `imageUrls`?", "`mood` is ignored"}


@pytest.mark.parametrize("nothing", ["undefined", "None", "null", "[object Object]", ""])
def test_every_language_has_a_word_for_no_task(nothing: str) -> None:
    story = Story()
    story.call("poll", query=f"taskId={nothing}")
    assert len(sightings("ignored_envelope_code", story.evidence())) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 1), ("other=abc", 1), ("taskId=&taskId=abc", 1), ("taskId=abc&taskId=", 0)],
)
def test_of_several_ids_in_a_query_the_first_counts_as_for_the_provider(
    query: str, found: int
) -> None:
    story = Story()
    story.call("poll", query=query)
    assert len(sightings("ignored_envelope_code", story.evidence())) == found


@pytest.mark.parametrize(
    ("provider", "path", "found"),
    [
        ("apiyi", "/v1/videos/undefined", 1),
        ("apiyi", "/v1/videos/None/content", 1),
        ("apiyi", "/v1/videos//content", 1),
        ("apiyi", "/v1/videos/", 1),
        ("apiyi", "/v1/videos/%24%7Bid%7D", 1),
        ("apiyi", "/v1/videos/video_undefined", 0),
        ("apiyi", "/v1/videos", 0),
        ("apiyi", "/v1/models", 0),
        ("xcompute", "/v1/tasks/null", 1),
        ("xcompute", "/v1/tasks/task_01", 0),
    ],
)
def test_no_task_is_asked_for_in_a_path_too(provider: str, path: str, found: int) -> None:
    story = Story()
    story.call("poll", path=path, provider=provider)
    assert len(sightings("ignored_envelope_code", story.evidence())) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"taskId": null}', 1),
        (b'{"taskId": "undefined"}', 1),
        (b'{"index": 0}', 1),
        (b'{"taskId": "abc", "index": 0}', 0),
        (b"no json", 1),
    ],
)
def test_no_task_is_asked_for_in_a_body_too(body: bytes, found: int) -> None:
    story = Story()
    fields = {"operation": "get_4k", "path": "/api/v1/veo/get-4k-video", "method": "POST"}
    story.call("upgrade", request_body=body, **fields)
    assert len(sightings("ignored_envelope_code", story.evidence())) == found


def test_a_report_puts_errors_first_and_says_what_was_not_judged() -> None:
    registry = Registry("mockserver.findings", "FINDING")
    story = Story("auto")
    story.create(A, {"prompt": "a cat", "mood": "calm"})
    story.download(A, key="k1")
    report: Report = examine(registry.all(), story.evidence())
    assert [found.name for found in report.found] == [
        "key_to_media_host",
        "sent_ignored_parameter",
    ]
    assert report.count("error") == 1
    assert set(BY_EXIT_CODE) < set(report.not_judged)


def test_one_clients_mistake_is_no_other_finding() -> None:
    findings = Registry("mockserver.findings", "FINDING").all()
    told = {found.name for found in examine(findings, does_key_to_media_host()).found}
    assert told == {"key_to_media_host"}
    assert {found.name for found in examine(findings, avoids_polled_too_fast()).found} <= {
        "polled_after_the_end",
        "never_fetched_result",
    }


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"code": 422}, "; the creation before it was refused with 422"),
        (
            {"code": 200, "data": {"taskId": None}},
            "; the creation before it succeeded, but its reply named no task id",
        ),
        ({"code": 200, "data": {"taskId": A}}, ""),
    ],
)
def test_an_id_that_no_reply_named_is_told_with_what_the_creation_was_answered(
    reply: dict[str, object], told: str
) -> None:
    story = Story()
    story.create(reply=reply)
    story.poll("null")
    (found,) = sightings("ignored_envelope_code", story.evidence())
    asks = "GET /api/v1/veo/record-info?taskId=null asks for a task that no reply ever named"
    assert found.what == asks + told


def test_a_stream_without_content_has_ended_with_its_head() -> None:
    story = Story()
    story.call("stream", 204, "", reply_headers=(), reply_body=b"")
    assert sightings("left_stream_open", story.evidence(over=True)) == ()
