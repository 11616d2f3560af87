"""An event is told in the same form, whether it is shown first or written as it is."""

from __future__ import annotations

import msgspec

from mockserver.admin.events import shown
from mockserver.domain.journal.event import Event
from mockserver.domain.reply.reply import encode_json


def test_an_event_without_faults_is_written_as_it_would_be_shown() -> None:
    found = Event(kind="exchange", sandbox="s", real_ms=1, virtual_ms=2, seq=3, path="/x")
    assert encode_json(found) == msgspec.json.encode(shown(found))
