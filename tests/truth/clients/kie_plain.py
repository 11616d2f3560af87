"""As in a first draft: no timeout, no retries, no deadline, no check of anything."""

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


task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"})["taskId"]
while (record := kie(f"/api/v1/veo/record-info?taskId={task}"))["successFlag"] == 0:
    time.sleep(0.03)
if record["successFlag"] != 1:
    raise RuntimeError(record["errorMessage"])
with request.urlopen(record["response"]["resultUrls"][0]) as video:
    Path(sys.argv[1]).write_bytes(video.read())
print("done")
