"""Answers callbacks badly: a repeated one with 409 (`refuses`), the first only after two seconds (`late`)."""

import json
import os
import sys
import time
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
WAY = sys.argv[2]
came, done = Event(), set()


def kie(path, body=None):
    sent = request.Request(BASE + path, body and json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        return json.loads(reply.read())["data"]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if WAY == "late":
            time.sleep(2)
        try:
            self.send_response(409 if WAY == "refuses" and raw in done else 200)
            self.end_headers()
        except OSError:
            return  # nobody waited for so long
        finally:
            done.add(raw)
            came.set()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
Thread(target=server.serve_forever, daemon=True).start()
hook = f"http://127.0.0.1:{server.server_port}/done"
try:
    body = {"prompt": "a cat", "model": "veo3_fast", "callBackUrl": hook}
    task = kie("/api/v1/veo/generate", body)["taskId"]
    if not came.wait(5):
        sys.exit("no callback came")
    time.sleep(1)  # whatever is sent again comes in this time
    record = kie(f"/api/v1/veo/record-info?taskId={task}")
    with request.urlopen(record["response"]["resultUrls"][0], timeout=1) as video:
        Path(sys.argv[1]).write_bytes(video.read())
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
