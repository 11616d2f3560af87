"""The OpenAI SDK with what it does not do by itself: creations once, a deadline, a look at the file."""

import sys
import time
from pathlib import Path

from openai import OpenAI, OpenAIError

UNTIL = time.monotonic() + 5
reads = OpenAI(timeout=1, max_retries=3)
creations = OpenAI(timeout=1, max_retries=0)


def is_whole(video):
    at = 0
    while at + 8 <= len(video):
        at += max(8, int.from_bytes(video[at : at + 4], "big"))
    return video[4:8] == b"ftyp" and at == len(video)


try:
    video = creations.videos.create(model="veo-3.1-fast", prompt="a cat")
    while video.status != "completed":
        if video.status == "failed" or time.monotonic() > UNTIL:
            sys.exit(f"video {video.id} is {video.status}: {video.error}")
        time.sleep(0.1)
        video = reads.videos.retrieve(video.id)
    for _ in range(3):
        content = reads.videos.download_content(video.id).read()
        if is_whole(content):
            Path(sys.argv[1]).write_bytes(content)
            sys.exit(0)
except (OpenAIError, ValueError, TypeError, AttributeError) as error:
    sys.exit(f"no video: {error!r}")
sys.exit("no download was whole")
