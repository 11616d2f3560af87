"""Waits for the 1080p version, four seconds at most, and downloads that."""

import json
import os
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
UNTIL = time.monotonic() + 4


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        return json.loads(reply.read())


try:
    task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3"})["data"]["taskId"]
    while (record := kie(f"/api/v1/veo/record-info?taskId={task}")["data"])["successFlag"] == 0:
        time.sleep(0.03)
    if record["successFlag"] != 1:
        sys.exit(f"the job failed: {record['errorMessage']}")
    while (answer := kie(f"/api/v1/veo/get-1080p-video?taskId={task}&index=0"))["code"] != 200:
        if time.monotonic() > UNTIL:
            sys.exit(f"gave up on the 1080p version of {task}: {answer['msg']}")
        time.sleep(0.2)
    with request.urlopen(answer["data"]["resultUrl"], timeout=1) as video:
        Path(sys.argv[1]).write_bytes(video.read())
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
