"""Tries again at once where a provider says how long to wait; up to six times."""

import json
import os
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib import error, request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


def fetched(url, body=None, headers=HEADERS):
    for _ in range(6):
        sent = request.Request(url, body and json.dumps(body).encode(), headers)
        try:
            with request.urlopen(sent, timeout=1) as reply:
                return reply.read()
        except error.HTTPError as refused:
            if refused.code not in (429, 503):
                sys.exit(f"refused with {refused.code}")
    sys.exit("refused too often")


def kie(path, body=None):
    answer = json.loads(fetched(BASE + path, body))
    if answer["code"] != 200:
        sys.exit(f"refused: {answer['msg']}")
    return answer["data"]


try:
    task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"})["taskId"]
    for _ in range(30):
        record = kie(f"/api/v1/veo/record-info?taskId={task}")
        if record["successFlag"] == 1:
            Path(sys.argv[1]).write_bytes(fetched(record["response"]["resultUrls"][0], headers={}))
            sys.exit(0)
        if record["successFlag"] in (2, 3):
            sys.exit(f"the job failed: {record['errorMessage']}")
        time.sleep(0.03)
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
sys.exit("the job took too long")
