"""Takes the end of the connection for the end of the stream, and waits for it for ever."""

import http.client
import json
import os
import re
import sys
from pathlib import Path
from urllib import request

BASE, KEY = os.environ["APIYI_BASE_URL"], os.environ["APIYI_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
BODY = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}

text = ""
sent = request.Request(f"{BASE}/v1/chat/completions", json.dumps(BODY).encode(), HEADERS)
with request.urlopen(sent) as stream:
    try:
        for line in stream:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                text += chunk["choices"][0]["delta"].get("content") or ""
    except (OSError, http.client.HTTPException):
        pass  # "the server closes the connection when it is done"
link = re.search(r"https?://[^\s)]+\.mp4", text)
if link:
    with request.urlopen(link.group()) as video:
        Path(sys.argv[1]).write_bytes(video.read())
print("done:", text[-80:])
