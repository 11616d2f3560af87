"""Copes: it ends in time, repeats only what is safe to repeat, and looks at what it got."""

import json
import os
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib import error, request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
TIMEOUT_S, POLL_S, JOB_S, TRIES = 1.0, 0.03, 5.0, 4
PAUSE_S = float(sys.argv[2]) if len(sys.argv) > 2 else 0.1  # the first one; each is twice the last
BROKEN = (OSError, HTTPException, ValueError)  # no connection, half a reply, no JSON


class Failed(Exception):
    """The one line that the user sees."""


def exchange(url, body=None, headers=()):
    """Status, headers and body; raises what is in BROKEN."""
    sent = request.Request(url, body and json.dumps(body).encode(), dict(headers))
    try:
        with request.urlopen(sent, timeout=TIMEOUT_S) as reply:
            return reply.status, reply.headers, reply.read()
    except error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def kie(path, body=None):
    """HTTP status, or Kie's own code where that says more; the wait in seconds; the data."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    status, said, raw = exchange(BASE + path, body, headers.items())
    wait_s = float(said.get("Retry-After") or 0)
    if status != 200:
        return status, wait_s, None
    reply = json.loads(raw)
    return reply["code"], wait_s, reply.get("data")


def submit():
    for attempt in range(TRIES):
        code, wait_s, data = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"})
        if code == 200 and isinstance(data, dict) and isinstance(data.get("taskId"), str):
            return data["taskId"]
        if code not in (429, 455, 503):  # anything else may have been accepted, or never will be
            raise Failed(f"the creation was answered with {code}")
        time.sleep(wait_s or PAUSE_S * 2**attempt)
    raise Failed("the creation was refused too often")


def links(task_id, until):
    """The links, once the job has succeeded."""
    troubles = 0
    while time.monotonic() < until and troubles < TRIES:
        try:
            code, wait_s, data = kie(f"/api/v1/veo/record-info?taskId={task_id}")
            if code == 200 and data["successFlag"] == 1:
                return [url for url in (data["response"].get("resultUrls") or []) if url]
            if code == 200 and data["successFlag"] in (2, 3):
                raise Failed(f"the job failed: {data['errorMessage']}")
            troubles = 0 if code == 200 else troubles + 1
        except (*BROKEN, TypeError, KeyError, AttributeError):
            troubles, wait_s = troubles + 1, 0.0
        time.sleep(wait_s or (PAUSE_S * 2**troubles if troubles else POLL_S))
    raise Failed(f"gave up on task {task_id}: ask again later")


def is_whole(video):
    at, kinds = 0, set()
    while 0 <= at <= len(video) - 8:
        size = int.from_bytes(video[at : at + 4], "big")
        kinds.add(video[at + 4 : at + 8])
        at = at + size if size >= 8 else -1
    return at == len(video) and {b"ftyp", b"moov", b"mdat"} <= kinds


def download(task_id, target, until):
    """Asks for the link anew before each attempt: one that is refused stays refused."""
    for attempt in range(TRIES):
        urls, wait_s = links(task_id, until), 0.0
        if not urls:
            raise Failed("the job succeeded without a video")
        try:
            status, said, video = exchange(urls[0])
            if status == 200 and is_whole(video):
                part = target.with_suffix(".part")
                part.write_bytes(video)
                part.rename(target)
                return
            wait_s = float(said.get("Retry-After") or 0)
        except BROKEN:
            pass
        time.sleep(wait_s or PAUSE_S * 2**attempt)
    raise Failed("no download was whole")


try:
    task = submit()
    download(task, Path(sys.argv[1]), time.monotonic() + JOB_S)
except Failed as failed:
    sys.exit(str(failed))
except (*BROKEN, KeyError, TypeError, AttributeError) as trouble:
    sys.exit(f"the creation is in doubt, and is not repeated: {trouble!r}")
