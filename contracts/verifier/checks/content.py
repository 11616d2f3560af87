"""The videos of a finished job."""

from collections.abc import Iterator

from contracts.sdk import Answer, Call, Check, Session, Skip, at_pointer, looks_like_video, validate

DAY_S = 86_400
_RANGE_BYTES = 100


def _json(session: Session) -> Iterator[object]:
    answer = session.finished().content
    if answer is None:
        raise Skip("content was not fetched")
    if _is_video(answer):
        raise Skip("this host answers bytes whatever is accepted (a documented dialect)")
    yield from session.judge(answer)
    if answer.status != 200:
        yield f"{answer}"


def _bytes(session: Session) -> Iterator[object]:
    answer = session.finished().content_bytes
    if answer is None:
        raise Skip("content was not fetched")
    if answer.content_type.startswith("application/json") and answer.status == 200:
        raise Skip("this host answers JSON whatever is accepted (a documented dialect)")
    yield from validate("apiyi", "headers_video", dict(answer.headers))
    yield from looks_like_video(answer)


def _not_ready(session: Session) -> Iterator[object]:
    answer = session.job.early_content
    if answer is None:
        raise Skip("the job could not be asked for")
    if answer.status == 200:
        raise Skip("the job was done at once")
    yield from session.expect(answer, "error_video_not_ready")


def _unknown_id(session: Session) -> Iterator[object]:
    path = session.subject.content_path.format(id=session.subject.unknown_id)
    yield from session.expect(session.call("GET", path), session.subject.unknown_message)


def _download(session: Session) -> Iterator[object]:
    job = session.finished()
    if job.content is not None and _is_video(job.content):
        raise Skip("this host hands out bytes, no URL (a documented dialect)")
    if job.media is None:
        yield "no media URL in the final reply"
        return
    yield from looks_like_video(job.media)


def _range(session: Session) -> Iterator[object]:
    job = session.finished()
    if job.media is None or job.media_url is None:
        raise Skip("no media URL")
    span = {"range": f"bytes=0-{_RANGE_BYTES - 1}"}
    part = session.target.call("GET", job.media_url, extra=span, follow=True)
    if part.status != 206:
        yield f"a range was asked for: HTTP 206 expected, got {part.status}"
    elif part.body != job.media.body[:_RANGE_BYTES]:
        yield "the part differs from the beginning of the whole"


def _expiry(session: Session) -> Iterator[object]:
    final = session.finished().final
    data = final.json if final else None
    data = data.get("data", data) if isinstance(data, dict) else None
    ended, completed = at_pointer(data, "/completed")
    found, expires = at_pointer(data, "/result/videos/0/expires_at")
    if not ended or not found:
        raise Skip("no times in the final reply")
    if not isinstance(expires, int) or not isinstance(completed, int):
        raise Skip("the times are no numbers")
    lives_s = expires - completed
    if lives_s not in (DAY_S, 3 * DAY_S):
        yield f"expires_at - completed is {lives_s} s; documented are {DAY_S} and {3 * DAY_S}"


def _is_video(answer: Answer) -> bool:
    return answer.content_type.startswith("video/")


CHECKS = (
    Check("content.json", "MUST", "content as JSON has its documented form",
          "seed 000; code: threezhang/docs", _json, ("apiyi",), job=True),
    Check("content.bytes", "SHOULD", "content as bytes is an MP4 with its length",
          "client (observed); docs: docs.apiyi.com/en/api-capabilities/veo-3-1-official",
          _bytes, ("apiyi",), job=True),
    Check("content.not_ready", "MUST", "content asked for too early is refused as not ready",
          "seed 000", _not_ready, ("apiyi",), job=True),
    Check("content.unknown_id", "MUST", "content of an unknown id is refused",
          "seed 000", _unknown_id, ("apiyi",), (Call("GET", "{poll}/content"),)),
    Check("content.download", "MUST", "the URL of a finished job hands out an MP4",
          "seed 000; seed 001; seed 003", _download, job=True),
    Check("content.range", "MAY", "the URL answers a range",
          "code: QuantumNous/new-api controller/video_proxy.go", _range, job=True),
    Check("content.expiry", "SHOULD", "a link expires 24 hours (newer: 72) after completion",
          "seed 003; client (observed); code: apimart-ai/apimart-skills",
          _expiry, ("xcompute",), job=True),
)  # fmt: skip
