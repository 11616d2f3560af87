"""Reads the stream to its end, with a limit on silence, and takes nothing less for success."""

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
LINK = re.compile(r"https?://[^\s)]+\.mp4")
SILENCE_S = 4  # twice what a slow reply takes, so that a busy machine is not taken for silence


def spoken():
    """The whole text; raises ValueError for a stream that did not end as it should."""
    sent = request.Request(f"{BASE}/v1/chat/completions", json.dumps(BODY).encode(), HEADERS)
    text, reason = "", None
    with request.urlopen(sent, timeout=SILENCE_S) as stream:
        for line in stream:
            data = line.decode().strip().removeprefix("data: ")
            if data == "[DONE]" and reason == "stop":
                return text
            if not line.startswith(b"data: ") or data == "[DONE]":
                continue
            chunk = json.loads(data)
            if "error" in chunk:
                raise ValueError(f"the stream says: {chunk['error']}")
            (choice,) = chunk["choices"]
            text += choice["delta"].get("content") or ""
            reason = choice["finish_reason"] or reason
    raise ValueError(f"the stream ended without its end: finish_reason {reason}")


def is_whole(video):
    at = 0
    while at + 8 <= len(video):
        at += max(8, int.from_bytes(video[at : at + 4], "big"))
    return video[4:8] == b"ftyp" and at == len(video)


def downloaded(link):
    for attempt in range(3):
        try:
            with request.urlopen(link, timeout=SILENCE_S) as reply:
                if is_whole(video := reply.read()):
                    return video
        except (OSError, http.client.HTTPException) as trouble:
            print(f"attempt {attempt}: {trouble!r}")
        time.sleep(0.1 * 2**attempt)
    return sys.exit("no download was whole")


try:
    link = LINK.search(spoken())
except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video, and the creation is not repeated: {trouble!r}")
if link is None:
    sys.exit("the stream named no video")
Path(sys.argv[1]).write_bytes(downloaded(link.group()))
