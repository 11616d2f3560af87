"""Reads its key from a variable that nobody has set, and sends what Python makes of that."""

import json
import os
import sys
from urllib import request

BASE, KEY = os.environ["KIE_BASE_URL"], os.environ.get("MY_KIE_KEY")
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

sent = request.Request(f"{BASE}/api/v1/veo/generate", b'{"prompt": "a cat"}', HEADERS)
with request.urlopen(sent, timeout=1) as reply:
    answer = json.loads(reply.read())
sys.exit(None if answer["code"] == 200 else answer["msg"])
