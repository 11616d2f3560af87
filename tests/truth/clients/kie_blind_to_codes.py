"""Looks at the HTTP status alone, which Kie sets to 200 even when it refuses."""

import json
import os
import sys
import time
from pathlib import Path
from urllib import error, request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    try:
        with request.urlopen(sent, timeout=1) as reply:
            return json.loads(reply.read()).get("data") or {}
    except error.HTTPError as refused:
        sys.exit(f"refused with {refused.code}")


try:
    task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"}).get("taskId")
    for _ in range(8):
        record = kie(f"/api/v1/veo/record-info?taskId={task}")
        if record.get("successFlag") == 1:
            with request.urlopen(record["response"]["resultUrls"][0], timeout=1) as video:
                Path(sys.argv[1]).write_bytes(video.read())
            sys.exit(0)
        if record.get("successFlag") in (2, 3):
            sys.exit(f"the job failed: {record['errorMessage']}")
        time.sleep(0.03)
except (OSError, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
sys.exit("the job took too long")
