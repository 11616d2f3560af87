"""A client of Kie that believes whatever callback comes, and asks for nothing else."""

import http.server
import json
import os
import sys
import threading
import urllib.request

HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
KEY = {"authorization": f"Bearer {os.environ['KIE_API_KEY']}"}
CAME = threading.Event()
TOLD = []


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()
        TOLD.append(body)
        CAME.set()

    def log_message(self, *args):
        """Says nothing."""


def main():
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    order = {"prompt": "a cat", "callBackUrl": f"http://127.0.0.1:{hook.server_address[1]}/"}
    url = os.environ["KIE_BASE_URL"] + "/api/v1/veo/generate"
    HTTP.open(urllib.request.Request(url, json.dumps(order).encode(), KEY)).close()
    if not CAME.wait(3):
        return "no callback came"
    print(json.loads(TOLD[0])["data"]["info"]["resultUrls"][0])
    return 0


sys.exit(main())
