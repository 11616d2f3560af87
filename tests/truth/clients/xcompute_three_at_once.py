"""Makes three videos of one prompt at the same time and fetches each: three jobs are wanted, and paid."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["XCOMPUTE_BASE_URL"], os.environ["XCOMPUTE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
TARGET = Path(sys.argv[1])


def call(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        return json.loads(reply.read())["data"]


def make(number):
    body = {"model": "veo3.1-fast", "prompt": "a cat"}
    task_id = call("/v1/videos/generations", body)[0]["task_id"]
    for _ in range(30):
        task = call(f"/v1/tasks/{task_id}")
        if task["status"] == "failed":
            raise ValueError(f"{task_id} failed: {task['error']}")
        if task["status"] == "completed":
            with request.urlopen(task["result"]["videos"][0]["url"][0], timeout=1) as video:
                TARGET.with_stem(f"video{number}").write_bytes(video.read())
            return
        time.sleep(0.03)
    raise ValueError(f"gave up on {task_id}: ask again later")


try:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(make, range(3)))
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"not all three videos were made: {trouble!r}")
