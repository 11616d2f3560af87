"""Posts the whole conversation again when a stream does not end well, up to three times."""

import http.client
import json
import os
import re
import sys
import time
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["APIYI_BASE_URL"], os.environ["APIYI_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
BODY = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}


def link():
    sent = request.Request(f"{BASE}/v1/chat/completions", json.dumps(BODY).encode(), HEADERS)
    text = ""
    with request.urlopen(sent, timeout=1) as stream:
        for line in stream:
            if line.startswith(b"data: [DONE]"):
                return re.search(r"https?://[^\s)]+\.mp4", text).group()
            if line.startswith(b"data: "):
                text += json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
    raise ValueError("the stream ended without [DONE]")


for attempt in range(3):
    try:
        with request.urlopen(link(), timeout=1) as video:
            Path(sys.argv[1]).write_bytes(video.read())
        sys.exit(0)
    except (OSError, http.client.HTTPException, ValueError, LookupError, AttributeError) as trouble:
        print(f"attempt {attempt}: {trouble!r}")
    time.sleep(0.1)
sys.exit("three attempts failed")
