"""Sends a form with fields that APIYI ignores, and saves whatever comes with status 200 as the video."""

import os
import sys
import time
from pathlib import Path

import httpx

FIELDS = {"model": "veo-3.1", "prompt": "a cat", "seconds": "8", "size": "1280x720"}
FORM = {name: (None, value) for name, value in FIELDS.items()}

http = httpx.Client(
    base_url=os.environ["APIYI_BASE_URL"],
    headers={"Authorization": f"Bearer {os.environ['APIYI_API_KEY']}"},
    timeout=1,
    trust_env=False,
)
try:
    video = http.post("/v1/videos", files=FORM).raise_for_status().json()
    for _ in range(30):
        status = http.get(f"/v1/videos/{video['id']}").raise_for_status().json()["status"]
        if status == "failed":
            sys.exit("the video failed")
        if status == "completed":
            reply = http.get(f"/v1/videos/{video['id']}/content", headers={"Accept": "video/mp4"})
            Path(sys.argv[1]).write_bytes(reply.raise_for_status().content)
            sys.exit(0)
        time.sleep(0.03)
except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
    sys.exit(f"no video: {error!r}")
sys.exit("the video took too long")
