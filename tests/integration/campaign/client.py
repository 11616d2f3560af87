"""A client of Kie in one file without dependencies, whose manners the first argument chooses.

careful   retries reads, never a creation; says in one line what went wrong
blind     repeats whatever fails, creations too
swallows  prints what went wrong and ends with 0
raises    lets every exception through
endless   asks for ever
"""

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

BASE = os.environ.get("MY_URL") or os.environ["KIE_BASE_URL"]
KEY = os.environ.get("MY_KEY") or os.environ["KIE_API_KEY"]
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FAILURES = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, RuntimeError)
HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, HEADERS)
    with HTTP.open(request, timeout=5) as reply:
        content = json.load(reply)
    if content["code"] != 200:
        raise RuntimeError(content["msg"])
    return content["data"]


def again(attempts, action):
    for left in reversed(range(attempts)):
        try:
            return action()
        except FAILURES:
            if not left:
                raise


def wait(task, attempts, polls):
    for _ in range(polls):
        found = again(attempts, lambda: call(f"/api/v1/veo/record-info?taskId={task}"))
        if found["successFlag"] == 1:
            return found["response"]["resultUrls"][0]
        if found["successFlag"] in (2, 3):
            raise RuntimeError("the job failed")
    raise RuntimeError("the job took too long")


def fetch(url, path):
    with HTTP.open(url, timeout=5) as reply:
        content = reply.read()
    if len(content) < 1000:
        raise ValueError("that is no video")
    Path(path).write_bytes(content)


def make(manners, path):
    reads = 1 if manners in ("raises", "swallows") else 3
    creations = 3 if manners == "blind" else 1
    order = {"prompt": "a cat", "model": "veo3_fast"}
    task = again(creations, lambda: call("/api/v1/veo/generate", order)["taskId"])
    url = wait(task, reads, 10**9 if manners == "endless" else 20)
    again(reads, lambda: fetch(url, path))


def main(manners, path):
    if manners == "raises":
        return make(manners, path)
    try:
        make(manners, path)
    except FAILURES as error:
        print(f"no video: {error}", file=sys.stderr)
        return 0 if manners == "swallows" else 1


sys.exit(main(*sys.argv[1:]))
