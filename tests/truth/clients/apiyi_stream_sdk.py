"""The OpenAI SDK's stream as its documentation shows it: the link is taken from the text of all chunks."""

import re
import sys
from pathlib import Path
from urllib import request

from openai import OpenAI

client = OpenAI()
stream = client.chat.completions.create(
    model="veo-3.1", messages=[{"role": "user", "content": "a cat"}], stream=True
)
text = ""
for chunk in stream:
    text += chunk.choices[0].delta.content or ""
link = re.search(r"https?://[^\s)]+\.mp4", text).group()
with request.urlopen(link) as video:
    Path(sys.argv[1]).write_bytes(video.read())
