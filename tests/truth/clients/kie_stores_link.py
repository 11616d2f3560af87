"""Stores the link alone, and never fetches the video: it checks that there is one and that it works."""

import json
import os
import sys
import time
from http.client import HTTPException
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        answer = json.loads(reply.read())
    if answer["code"] != 200:
        sys.exit(f"refused: {answer['msg']}")
    return answer["data"]


try:
    task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"})["taskId"]
    for _ in range(30):
        record = kie(f"/api/v1/veo/record-info?taskId={task}")
        if record["successFlag"] == 1:
            (url,) = record["response"]["resultUrls"]
            with request.urlopen(request.Request(url, method="HEAD"), timeout=1):
                print(json.dumps({"task": task, "url": url}))
            sys.exit(0)
        if record["successFlag"] in (2, 3):
            sys.exit(f"the job failed: {record['errorMessage']}")
        time.sleep(0.03)
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no link: {trouble!r}")
sys.exit("the job took too long")
