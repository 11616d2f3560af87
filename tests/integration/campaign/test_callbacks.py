"""A client that lives by callbacks is judged by them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.integration.campaign.conftest import Campaign

CLIENT = (sys.executable, str(Path(__file__).with_name("hooked_client.py")))


def test_a_client_that_believes_every_callback_is_found_out(campaign: Campaign) -> None:
    run = campaign("", "--faults", "callback_never,callback_unknown_id", command=CLIENT)
    assert run.verdicts["callback_never@callback"] == "failed_cleanly"
    assert run.verdicts["callback_unknown_id@callback"] == "lied"
    case = run.case("callback_unknown_id@callback")
    assert "trusted_foreign_callback" in [one["name"] for one in case["findings"]]
    assert "lied !" in run.out


def test_a_body_that_cannot_be_read_is_a_traceback(campaign: Campaign) -> None:
    run = campaign("", "--only", "callback_malformed_body@callback", command=CLIENT)
    assert run.verdicts == {"callback_malformed_body@callback": "failed_with_a_traceback"}
    assert run.code == 1
