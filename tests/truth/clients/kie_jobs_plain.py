"""Kie's jobs API as in a first draft: a name in camelCase, no timeout, no check of any code."""

import json
import os
import sys
import time
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent) as reply:
        return json.loads(reply.read())["data"]


video = {"prompt": "a cat", "model": "veo3_fast", "aspectRatio": "9:16"}
task = kie("/api/v1/jobs/createTask", {"model": "veo-3-1", "input": video})["taskId"]
path = f"/api/v1/jobs/recordInfo?taskId={task}"
while (record := kie(path))["state"] not in ("success", "fail"):
    time.sleep(0.03)
if record["state"] == "fail":
    sys.exit(f"{record['failCode']}: {record['failMsg']}")
with request.urlopen(json.loads(record["resultJson"])["resultUrls"][0]) as found:
    Path(sys.argv[1]).write_bytes(found.read())
print("done")
