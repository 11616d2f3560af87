"""Copes, with httpx: reads are repeated, a creation only when it was refused for the moment."""

import os
import sys
import time
from pathlib import Path

import httpx

TRIES, UNTIL = 4, time.monotonic() + 5
AGAIN = (408, 425, 429, 500, 502, 503, 504)
key = {"Authorization": f"Bearer {os.environ['XCOMPUTE_API_KEY']}"}
http = httpx.Client(base_url=os.environ["XCOMPUTE_BASE_URL"], timeout=1, trust_env=False)


def pause(reply, attempt):
    time.sleep(float(reply.headers.get("Retry-After", 0)) if reply else 0.1 * 2**attempt)


def submit():
    body = {"model": "veo3.1-fast", "prompt": "a cat"}
    for attempt in range(TRIES):
        reply = http.post("/v1/videos/generations", json=body, headers=key)
        if reply.status_code not in (429, 503):
            return reply.raise_for_status().json()["data"][0]["task_id"]
        pause(reply, attempt)
    return sys.exit("the creation was refused too often")


def read(url, use, headers=None):
    """What `use` makes of a reply; a bad reply or none is asked for again, four times in all."""
    for attempt in range(TRIES):
        reply = None
        try:
            reply = http.get(url, headers=headers)
            if reply.status_code not in AGAIN:
                return use(reply.raise_for_status())
        except httpx.HTTPStatusError:
            raise
        except (httpx.HTTPError, ValueError, LookupError, TypeError, UnicodeError) as trouble:
            print(f"attempt {attempt}: {trouble!r}")
        pause(reply if reply and "Retry-After" in reply.headers else None, attempt)
    return sys.exit(f"{url} was answered badly {TRIES} times")


def finished(reply):
    """The links of a job that has ended, or None."""
    task = reply.json()["data"]
    if task["status"] == "failed":
        sys.exit(f"the job failed: {task['error']}")
    if task["status"] == "completed":
        return [url for video in task.get("result", {}).get("videos", []) for url in video["url"]]
    return None


def whole(reply):
    video, at = reply.content, 0
    while at + 8 <= len(video):
        at += max(8, int.from_bytes(video[at : at + 4], "big"))
    if video[4:8] != b"ftyp" or at != len(video):
        raise ValueError("this is no whole video")
    return video


try:
    task_id = submit()
    while (links := read(f"/v1/tasks/{task_id}", finished, key)) is None:
        if time.monotonic() > UNTIL:
            sys.exit(f"gave up on task {task_id}: ask again later")
        time.sleep(0.03)
    if not any(links):
        sys.exit("the job succeeded without a video")
    Path(sys.argv[1]).write_bytes(read(links[0], whole))
except (httpx.HTTPError, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
