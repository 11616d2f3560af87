"""Variables of the environment that say where a server is, and what a command is told."""

from __future__ import annotations

PREFIX = "REELMOCK_"
URL = f"{PREFIX}URL"
KEY = f"{PREFIX}KEY"
TOKEN = f"{PREFIX}ADMIN_TOKEN"
CA = f"{PREFIX}CA"
PLUGINS = f"{PREFIX}PLUGINS"
VERIFY_KEY = f"{PREFIX}VERIFY_KEY"
CASE = f"{PREFIX}CASE"
TMP = f"{PREFIX}TMP"
RECORD = f"{PREFIX}RECORD"
RECORD_KEY = f"{PREFIX}RECORD_KEY"
RECORD_UPSTREAM = f"{PREFIX}RECORD_UPSTREAM"
