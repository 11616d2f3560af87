"""A video is on the disk whole, or not at all, and the key stays at home."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from clientlib import (
    BrokenMedia,
    DeadlineExceeded,
    DownloadError,
    JobFailed,
    MediaGone,
    RetryPolicy,
    Status,
    Transfer,
    UnsupportedRequest,
)
from tests.support.client_both import Make
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, PROVIDERS, SUCCEEDED, in_order, task
from tests.support.client_mp4 import video
from tests.support.client_wire import RESET, Script, Seen, Wire, reply, wire

MP4 = video()
TAG = {"etag": '"v1"'}


def ranged(seen: Seen, content: bytes = MP4, **changes: object) -> Script:
    """Serve `content` as a host does that knows ranges."""
    start = int(seen.headers.get("range", "bytes=0-")[6:].rstrip("-"))
    if not start:
        return reply(200, content, TAG, **changes)  # type: ignore[arg-type]
    told = {"content-range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
    return reply(206, content[start:], TAG | told, **changes)  # type: ignore[arg-type]


def hosting(provider: str, media: Callable[[Seen, int], Script]) -> Callable[[Seen], Script]:
    """A provider whose job is done, and a media host at the same address under `/media`; `media`
    is told how many media requests came before."""
    count = [0]

    def handle(seen: Seen) -> Script:
        url = f"http://{seen.headers['host']}/media/{len(count)}.mp4"
        if seen.path.startswith("/media"):
            count[0] += 1
            return media(seen, count[0] - 1)
        count.append(0)
        if seen.path.endswith("/content"):
            return reply(200, {"id": IDS["apiyi"], "url": url})
        return task(provider, SUCCEEDED[provider], url=url)

    return handle


def media_requests(server: Wire) -> list[Seen]:
    return [seen for seen in server.seen if seen.path.startswith("/media")]


def nothing_but(folder: Path, *names: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_finished_job_is_saved_and_the_media_host_never_sees_the_key(
    make: Make, tmp_path: Path, provider: str
) -> None:
    told: list[Transfer] = []
    with wire(hosting(provider, lambda seen, _: ranged(seen))) as server:
        job = make(provider, server.url, headers={"x-team": "film"}).resume(IDS[provider])
        saved = job.download(tmp_path / "cat.mp4", on_transfer=told.append)
    assert saved.read_bytes() == MP4
    assert nothing_but(tmp_path, "cat.mp4")
    assert told[-1] == Transfer(len(MP4), len(MP4))
    (request,) = media_requests(server)
    assert "authorization" not in request.headers
    assert "x-team" not in request.headers
    assert "sk-secret" not in str(request)


def test_a_broken_off_download_is_resumed_where_it_broke_off(make: Make, tmp_path: Path) -> None:
    def media(seen: Seen, before: int) -> Script:
        return ranged(seen, cut_after=100) if before < 2 else ranged(seen)

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == MP4
    ranges = [seen.headers.get("range") for seen in media_requests(server)]
    assert ranges == [None, "bytes=100-", "bytes=200-"]
    assert media_requests(server)[1].headers["if-range"] == '"v1"'


def test_a_download_that_only_resets_gives_up_and_leaves_nothing(
    make: Make, tmp_path: Path
) -> None:
    with wire(hosting("kie", lambda seen, _: RESET)) as server:
        job = make("kie", server.url, retry=RetryPolicy(attempts=3)).resume(IDS["kie"])
        with pytest.raises(DownloadError):
            job.download(tmp_path / "cat.mp4")
        assert len(media_requests(server)) == 3
    assert nothing_but(tmp_path)


def test_a_host_that_ignores_ranges_is_read_from_the_start(make: Make, tmp_path: Path) -> None:
    def media(seen: Seen, before: int) -> Script:
        return reply(200, MP4, TAG, cut_after=None if before else 100)

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == MP4


def test_a_file_that_changed_in_between_is_not_pieced_together(make: Make, tmp_path: Path) -> None:
    newer = video(b"other!" * 50)

    def media(seen: Seen, before: int) -> Script:
        if before == 0:
            return ranged(seen, cut_after=100)
        start = seen.headers.get("range")
        told = {"etag": '"v2"'}
        if start:
            told["content-range"] = f"bytes 100-{len(newer) - 1}/{len(newer)}"
            return reply(206, newer[100:], told)
        return reply(200, newer, told)

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == newer


END = len(MP4)


@pytest.mark.parametrize(
    "content_range",
    [f"bytes 399-{END - 1}/{END}", f"bytes 400-{END}/{END + 1}", "pages 1-2/3", "", "bytes */9"],
)
def test_a_range_that_does_not_fit_is_not_appended(
    make: Make, tmp_path: Path, content_range: str
) -> None:
    def media(seen: Seen, before: int) -> Script:
        if before == 0:
            return ranged(seen, cut_after=400)  # within the frames, where no structure is harmed
        if before == 1:
            return reply(206, b"?" * (END - 400), {"content-range": content_range})
        return ranged(seen)

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == MP4


def test_a_range_past_the_end_means_that_all_is_there(make: Make, tmp_path: Path) -> None:
    def media(seen: Seen, before: int) -> Script:
        if before == 0:
            # Everything comes, but a length that is too long makes it look cut.
            return reply(200, MP4, {"content-length": str(len(MP4) + 1)})
        return reply(416, b"", {"content-range": f"bytes */{len(MP4)}"})

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == MP4


@pytest.mark.parametrize("status", [401, 403, 404, 410])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_expired_url_is_fetched_anew_from_the_provider(
    make: Make, tmp_path: Path, provider: str, status: int
) -> None:
    with wire(
        hosting(provider, lambda seen, before: ranged(seen) if before else reply(status))
    ) as server:
        make(provider, server.url).resume(IDS[provider]).download(tmp_path / "cat.mp4")
    first, second = media_requests(server)
    assert first.path != second.path
    assert (tmp_path / "cat.mp4").read_bytes() == MP4


def test_media_that_is_gone_for_good_is_said_to_be_gone(make: Make, tmp_path: Path) -> None:
    host = hosting("kie", lambda seen, _: reply(404))
    with wire(host) as server:
        with pytest.raises(MediaGone):
            make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
        assert len(media_requests(server)) == 6
    assert nothing_but(tmp_path)


BROKEN = {
    "HTML": b"<html>please log in</html>",
    "JSON": b'{"error": "expired"}',
    "nothing": b"",
    "half": MP4[: len(MP4) // 2],
    "zeros": bytes(500),
    "without the media": MP4[: MP4.index(b"mdat") - 4],
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_video_is_not_kept(make: Make, tmp_path: Path, name: str) -> None:
    host = hosting("kie", lambda seen, _: reply(200, BROKEN[name]))
    with wire(host) as server:
        with pytest.raises(BrokenMedia, match="Not a whole video"):
            make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
        assert len(media_requests(server)) == 3
    assert nothing_but(tmp_path)


def test_a_video_that_was_there_before_outlives_a_failure(make: Make, tmp_path: Path) -> None:
    (tmp_path / "cat.mp4").write_bytes(b"old")
    host = hosting("kie", lambda seen, _: reply(200, b"nonsense"))
    with wire(host) as server, pytest.raises(BrokenMedia):
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == b"old"
    assert nothing_but(tmp_path, "cat.mp4")


def test_a_busy_media_host_is_given_the_time_it_asks_for(
    make: Make, tmp_path: Path, clock: VirtualClock
) -> None:
    def media(seen: Seen, before: int) -> Script:
        return ranged(seen) if before else reply(503, b"", {"retry-after": "40"})

    with wire(hosting("kie", media)) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert clock.slept_s[-1] >= 40


def test_a_redirect_is_followed_without_the_key(make: Make, tmp_path: Path) -> None:
    with wire(lambda seen: ranged(seen)) as elsewhere:
        target = f"{elsewhere.url}/moved.mp4"
        moved = hosting("kie", lambda seen, _: reply(302, b"", {"location": target}))
        with wire(moved) as server:
            make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    assert "authorization" not in elsewhere.seen[0].headers


def test_five_redirects_are_followed_and_a_sixth_is_not(make: Make, tmp_path: Path) -> None:
    def after(hops: int) -> Callable[[Seen, int], Script]:
        return lambda seen, before: (
            ranged(seen) if before >= hops else reply(302, b"", {"location": f"/media/{before}"})
        )

    with wire(hosting("kie", after(5))) as server:
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "five.mp4")
    with (
        wire(hosting("kie", after(6))) as server,
        pytest.raises(DownloadError, match="5 redirects"),
    ):
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "six.mp4")
    assert (tmp_path / "five.mp4").read_bytes() == MP4
    assert nothing_but(tmp_path, "five.mp4")


def test_a_redirect_in_circles_ends(make: Make, tmp_path: Path) -> None:
    host = hosting("kie", lambda seen, _: reply(302, b"", {"location": "/media/x"}))
    with wire(host) as server, pytest.raises(DownloadError, match="redirects"):
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/a.mp4", "http://", "nonsense"])
def test_only_http_urls_are_opened(make: Make, tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError):
        make("kie", "http://127.0.0.1:9").download(url, tmp_path / "cat.mp4")
    assert nothing_but(tmp_path)


def test_apiyis_content_may_be_the_video_itself(make: Make, tmp_path: Path) -> None:
    def handle(seen: Seen) -> Script:
        if seen.path.endswith("/content"):
            return reply(200, MP4, {"content-type": "video/mp4"})
        return task("apiyi", "completed")

    with wire(handle) as server:
        make("apiyi", server.url).resume(IDS["apiyi"]).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() == MP4
    assert server.seen[-1].headers["authorization"] == "sk-secret"
    assert server.seen[-1].headers["accept"].startswith("video/mp4")


def test_content_that_lags_behind_the_status_is_waited_for(
    make: Make, tmp_path: Path, clock: VirtualClock
) -> None:
    early = reply(400, {"error": {"code": "video_not_ready", "message": "not yet"}})
    scripts = [early, early]

    def media(seen: Seen) -> Script:
        if seen.path.endswith("/content") and scripts:
            return scripts.pop()
        return ready(seen)

    ready = hosting("apiyi", lambda seen, _: ranged(seen))
    with wire(media) as server:
        make("apiyi", server.url).resume(IDS["apiyi"]).download(tmp_path / "cat.mp4")
    assert [slept >= 3 for slept in clock.slept_s] == [True, True]


@pytest.mark.parametrize("provider", ["kie", "xcompute"])
def test_a_success_without_a_url_is_asked_about_for_a_minute(
    make: Make, tmp_path: Path, clock: VirtualClock, provider: str
) -> None:
    with wire(lambda seen: task(provider, SUCCEEDED[provider])) as server:
        job = make(provider, server.url).resume(IDS[provider])
        assert job.wait().status is Status.SUCCEEDED
        with pytest.raises(DeadlineExceeded, match="names no video"):
            job.download(tmp_path / "cat.mp4")
    assert sum(clock.slept_s) == pytest.approx(60)
    assert nothing_but(tmp_path)


def test_a_job_that_fails_after_its_success_is_a_failed_job(make: Make, tmp_path: Path) -> None:
    with wire(in_order(task("kie", 1), task("kie", 1), task("kie", 3))) as server:
        with pytest.raises(JobFailed):
            make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4")
        assert len(server.seen) == 3


def test_a_video_that_is_not_among_the_results_is_refused(make: Make, tmp_path: Path) -> None:
    host = hosting("kie", lambda seen, _: ranged(seen))
    with wire(host) as server, pytest.raises(UnsupportedRequest, match="index"):
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4", index=3)


def test_an_error_in_the_callers_own_callback_leaves_nothing_behind(
    make: Make, tmp_path: Path
) -> None:
    def complain(transfer: Transfer) -> None:
        raise KeyError("mine")

    with wire(hosting("kie", lambda seen, _: ranged(seen))) as server, pytest.raises(KeyError):
        make("kie", server.url).resume(IDS["kie"]).download(
            tmp_path / "cat.mp4", on_transfer=complain
        )
    assert nothing_but(tmp_path)


def test_a_folder_that_does_not_exist_is_the_systems_own_error(make: Make, tmp_path: Path) -> None:
    with (
        wire(hosting("kie", lambda seen, _: ranged(seen))) as server,
        pytest.raises(FileNotFoundError),
    ):
        make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "no" / "cat.mp4")


def test_a_drip_is_stopped_by_the_deadline(make: Make, tmp_path: Path, clock: VirtualClock) -> None:
    def media(seen: Seen, before: int) -> Script:
        clock.now_s += 30  # each try takes half a minute and brings ten bytes
        return ranged(seen, cut_after=10)

    host = hosting("kie", media)
    with wire(host) as server:
        with pytest.raises(DeadlineExceeded):
            make("kie", server.url).resume(IDS["kie"]).download(tmp_path / "cat.mp4", deadline=600)
        assert len(media_requests(server)) <= 21
    assert nothing_but(tmp_path)


@pytest.mark.parametrize(("taken_s", "is_late"), [(600, False), (601, True)])
def test_a_reply_that_goes_on_beyond_the_deadline_is_left(
    make: Make, tmp_path: Path, clock: VirtualClock, taken_s: float, is_late: bool
) -> None:
    began_s = clock.now()

    def take_time(transfer: Transfer) -> None:
        clock.now_s = began_s + taken_s

    with wire(hosting("kie", lambda seen, _: ranged(seen))) as server:
        job = make("kie", server.url).resume(IDS["kie"])
        with pytest.raises(DeadlineExceeded) if is_late else nullcontext():
            job.download(tmp_path / "cat.mp4", on_transfer=take_time, deadline=600)
        assert len(media_requests(server)) == 1
    assert nothing_but(tmp_path, *([] if is_late else ["cat.mp4"]))
