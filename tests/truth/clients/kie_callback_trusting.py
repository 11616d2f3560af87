"""Believes every callback: it asks neither whose job it is about nor who has sent it.

The second argument says how long it waits for one, in seconds; 0 waits for ever.
"""

import json
import os
import sys
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
WAIT_S = float(sys.argv[2]) or None
came, told = Event(), []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.end_headers()
        try:
            told.append(json.loads(body))
        except ValueError:
            return  # it was answered with 200 all the same
        came.set()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
Thread(target=server.serve_forever, daemon=True).start()
body = {
    "prompt": "a cat",
    "model": "veo3_fast",
    "callBackUrl": f"http://127.0.0.1:{server.server_port}/done",
}
try:
    sent = request.Request(f"{BASE}/api/v1/veo/generate", json.dumps(body).encode(), HEADERS)
    with request.urlopen(sent, timeout=1) as reply:
        print("submitted", json.loads(reply.read())["data"]["taskId"])
    if not came.wait(WAIT_S):
        sys.exit("no callback came")
    if told[0]["code"] != 200:
        sys.exit(f"the callback says: {told[0]['msg']}")
    with request.urlopen(told[0]["data"]["info"]["resultUrls"][0], timeout=1) as video:
        Path(sys.argv[1]).write_bytes(video.read())
except (OSError, HTTPException, ValueError, LookupError, TypeError) as trouble:
    sys.exit(f"no video: {trouble!r}")
