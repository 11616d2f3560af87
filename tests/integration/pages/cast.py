"""What the pages call the reader's own: a client, a program, a package of npm."""

from __future__ import annotations

import json
from pathlib import Path

CLIENT = '''\
"""A client of Kie's: it makes one video."""

import os
from pathlib import Path

from clientlib import Client, Pace


def make(prompt, base_url=None, key=None, path="cat.mp4"):
    with Client("kie", base_url=base_url, api_key=key, pace=Pace(0.02)) as client:
        job = client.submit(prompt)
        job.wait(deadline=20)
        return Path(job.download(path, deadline=20))


if __name__ == "__main__":
    make("a cat")
'''
TRY = """\
const reply = await fetch(`%s/veo/generate`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env.KIE_API_KEY}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ model: 'veo3_fast', prompt: 'a cat' }),
});
if ((await reply.json()).code !== 200) process.exit(1);
"""


def npm_package(folder: Path, base: str) -> None:
    """A package whose tests create one job below an address, written as in a template of JavaScript."""
    (folder / "package.json").write_text(json.dumps({"scripts": {"test": "node try.mjs"}}))
    (folder / "try.mjs").write_text(TRY % base)


NAIVE_PROGRAM = r"""#!/bin/sh
# A program that believes all that it is told: my_app [PROMPT] [--out FILE]
set -e
out=$REELMOCK_TMP/video.mp4
call() { curl -s -H "Authorization: Bearer $KIE_API_KEY" "$@"; }
task=$(call "$KIE_BASE_URL/api/v1/veo/generate" -H 'Content-Type: application/json' \
  -d '{"prompt":"a prompt"}' | sed 's/.*"taskId":"//; s/".*//')
link=
while [ -z "$link" ]; do
  record=$(call "$KIE_BASE_URL/api/v1/veo/record-info?taskId=$task")
  case $record in *'"code":200'*) ;; *) exit 1 ;; esac
  link=$(echo "$record" | sed -n 's/.*"resultUrls":\["\([^"]*\)".*/\1/p')
done
curl -s -o "$out" "$link" || true
"""
