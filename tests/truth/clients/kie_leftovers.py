"""Downloads into a new file at each attempt, and leaves the broken ones lying beside the good one."""

import json
import os
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
TARGET = Path(sys.argv[1])


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        return json.loads(reply.read())["data"]


def attempt(url, leftover):
    """Whether the file is whole: as long as promised, and its boxes end where it ends."""
    with request.urlopen(url, timeout=1) as reply, leftover.open("wb") as file:
        while piece := reply.read1(16384):
            file.write(piece)
    video, at = leftover.read_bytes(), 0
    while at + 8 <= len(video):
        at += max(8, int.from_bytes(video[at : at + 4], "big"))
    return video[4:8] == b"ftyp" and at == len(video)


try:
    task = kie("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"})["taskId"]
    for _ in range(30):
        record = kie(f"/api/v1/veo/record-info?taskId={task}")
        if record["successFlag"]:
            break
        time.sleep(0.03)
    (url,) = record["response"]["resultUrls"]
except (OSError, HTTPException, ValueError, TypeError, KeyError) as error:
    sys.exit(f"no video: {error!r}")
for number in range(3):
    leftover = TARGET.with_name(f"{TARGET.name}.try{number}.mp4")
    try:
        if attempt(url, leftover):
            leftover.rename(TARGET)
            sys.exit(0)
    except (OSError, HTTPException) as error:
        print(f"attempt {number}: {error!r}")
    time.sleep(0.1)
sys.exit("no attempt was whole")
