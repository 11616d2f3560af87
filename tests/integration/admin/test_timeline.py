"""The time line comes in pages; the client puts them together."""

from __future__ import annotations

import httpx
import pytest

from mockserver.admin.http.call import PREFIX
from mockserver.control import Control
from mockserver.control import client as client_module
from tests.integration.admin.conftest import Submit

PATH = f"{PREFIX}/sandboxes/current/timeline"


def test_pages_are_together_what_the_client_gives(
    client: httpx.Client, control: Control, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        submit()
    control.advance("1d")
    pages = [client.get(PATH, params={"limit": 4}).json()]
    while pages[-1]["next"] is not None:
        after = pages[-1]["next"]
        pages.append(client.get(PATH, params={"limit": 4, "after": after}).json())
        assert len(pages) < 20
    whats = [moment["what"] for page in pages for moment in page["moments"]]
    assert [len(page["moments"]) for page in pages[:3]] == [4, 4, 4]
    monkeypatch.setattr(client_module, "PAGE", 4)
    whole = control.timeline()
    assert [moment.what for moment in whole.moments] == whats
    assert whole.next is None
    assert sum("succeeded" in what for what in whats) == 3


@pytest.mark.parametrize("after", ["x", "1-2-3", "1-2-3-²", "-1-0-0-0", "1-2-3-" + "9" * 17])
def test_a_place_that_no_page_gave_is_refused_by_name(client: httpx.Client, after: str) -> None:
    reply = client.get(PATH, params={"after": after})
    assert (reply.status_code, reply.json()["field"]) == (422, "after")
    assert "what the page before gave as `next`" in reply.json()["detail"]
