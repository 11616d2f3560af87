"""A client of Kie in one file without dependencies, whose manners the first argument chooses.

careful      retries reads, never a creation; says in one line what went wrong
obedient     careful, and comes back after what Retry-After says, with a creation too
blind        repeats whatever fails, creations too
swallows     prints what went wrong and ends with 0
raises       lets every exception through
endless      asks for ever
placeholder  where there is no video it leaves a copy of another one, named by PLACEHOLDER
keeps        remembers the first video that it ever got in KEPT, and leaves a copy where there is none
leftovers    fetches into v.mp4.try0.mp4 and so on, and lets them lie beside the whole file
announces    saves nothing, prints "VIDEO READY! URL: …" whatever it got, and ends with 0
answers      saves nothing, prints {"urls": …} whatever it got, and ends with 0
stuck_once   in each case it never ends the first time, and careful from then on; ONCE is a folder
unshared     careful, but only one of it may run, ever: LOCK is its file
notes        saves what is no video: the link in a file
helped       starts a helper that holds its output open and outlives it
"""

# ruff: noqa: TID251 - a program of its own, which waits as such programs do

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

BASE = os.environ.get("MY_URL") or os.environ["KIE_BASE_URL"]
KEY = os.environ.get("MY_KEY") or os.environ["KIE_API_KEY"]
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FAILURES = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, RuntimeError)
HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
MANNERS = sys.argv[1]
POLLS = 10**9 if MANNERS == "endless" else 20
ALL_FINE = ("swallows", "placeholder", "keeps", "announces", "answers")


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, HEADERS)
    with HTTP.open(request, timeout=5) as reply:
        content = json.load(reply)
    if content["code"] != 200:
        raise RuntimeError(content["msg"])
    return content["data"]


def told_to_wait_s(error):
    told = getattr(error, "headers", None) or {}
    return int(told.get("retry-after") or 0) if MANNERS == "obedient" else 0


def again(attempts, action):
    for left in reversed(range(attempts)):
        try:
            return action()
        except FAILURES as error:
            if not left:
                raise
            time.sleep(told_to_wait_s(error))


def create():
    order = {"prompt": "a cat", "model": "veo3_fast"}
    try:
        return call("/api/v1/veo/generate", order)["taskId"]
    except FAILURES as error:
        if not told_to_wait_s(error):
            raise
        time.sleep(told_to_wait_s(error))
        return call("/api/v1/veo/generate", order)["taskId"]


def wait(task, attempts):
    for _ in range(POLLS):
        found = again(attempts, lambda: call(f"/api/v1/veo/record-info?taskId={task}"))
        if found["successFlag"] == 1:
            return (found["response"]["resultUrls"] or [None])[0]
        if found["successFlag"] in (2, 3):
            raise RuntimeError("the job failed")
    raise RuntimeError("the job took too long")


def fetch(url, path):
    with HTTP.open(url, timeout=5) as reply:
        content = reply.read()
    if len(content) < 1000:
        raise ValueError("that is no video")
    Path(path).write_bytes(content)


def fetch_with_leftovers(url, path):
    for attempt in range(3):
        part = Path(f"{path}.try{attempt}.mp4")
        with HTTP.open(url, timeout=5) as reply:
            whole = int(reply.headers["content-length"])
            try:
                part.write_bytes(reply.read())
            except http.client.IncompleteRead as cut:
                part.write_bytes(cut.partial)
        if part.stat().st_size == whole:
            shutil.copy(part, path)
            return
    raise RuntimeError("no attempt was whole")


def make(path):
    reads = 1 if MANNERS in ("raises", *ALL_FINE) else 3
    task = again(3 if MANNERS == "blind" else 1, create)
    url = wait(task, reads)
    if MANNERS in ("announces", "answers"):
        return url
    if MANNERS == "notes":
        Path(path).write_text(url)
    elif MANNERS == "leftovers":
        fetch_with_leftovers(url, path)
    else:
        again(reads, lambda: fetch(url, path))
    return url


def tell(url):
    if MANNERS == "announces":
        print(f"VIDEO READY! URL: {url}")
    elif MANNERS == "answers":
        print(json.dumps({"urls": url and [url]}))


def pretend(path):
    if MANNERS == "placeholder":
        shutil.copy(os.environ["PLACEHOLDER"], path)
    elif MANNERS == "keeps":
        shutil.copy(os.environ["KEPT"], path)
    tell(None)


def main(path):
    if MANNERS == "raises":
        make(path)
        return 0
    if MANNERS == "stuck_once" and os.environ["REELMOCK_CASE"] != "no fault":
        seen = Path(os.environ["ONCE"], os.environ["REELMOCK_CASE"])
        if not seen.exists():
            seen.touch()
            make(path)
            threading.Event().wait()
    if MANNERS == "unshared":
        Path(os.environ["LOCK"]).touch(exist_ok=False)
    if MANNERS == "helped":
        subprocess.Popen(["sleep", "600"])
    try:
        tell(make(path))
    except FAILURES as error:
        print(f"no video: {error}", file=sys.stderr)
        pretend(path)
        return 0 if MANNERS in ALL_FINE else 1
    if MANNERS == "keeps" and not Path(os.environ["KEPT"]).exists():
        shutil.copy(path, os.environ["KEPT"])
    return 0


sys.exit(main(sys.argv[2]))
