"""What a provider takes is compared too: a request that it took breaks nobody, and widens the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.contracts.test_drift import CREATED, SENT, compare, told, write
from tests.unit.contracts.test_verifier_har import GENERATE, entry

FORM = "generate_request"
REFUSED = {"code": 422, "msg": "Ineligible aspect ratio.", "data": None}
Change = Callable[[dict[str, Any]], object]


def taped(path: Path, change: Change, reply: object = CREATED) -> Path:
    """A tape of one creation whose body was changed."""
    sent = json.loads(json.dumps(SENT))
    change(sent)
    said = reply if isinstance(reply, str) else json.dumps(reply)
    return write(path, [entry("POST", GENERATE, said, sent=sent)])


PLANTS: dict[str, tuple[Change, tuple[str, str]]] = {
    "a field that nobody documents": (lambda sent: sent.update(quality="high"), ("added", "/quality")),
    "a word that no document lists": (
        lambda sent: sent.update(model="veo4"),
        ("new enum value", "/model"),
    ),
    "a required field that is gone": (lambda sent: sent.pop("prompt"), ("removed", "/prompt")),
    "a field of another type": (lambda sent: sent.update(prompt=7), ("type changed", "/prompt")),
}  # fmt: skip


@pytest.mark.parametrize("plant", PLANTS)
def test_a_request_that_was_taken_widens_the_contract(tmp_path: Path, plant: str) -> None:
    change, (kind, pointer) = PLANTS[plant]
    before, now = taped(tmp_path / "a.har", lambda sent: None), taped(tmp_path / "b.har", change)
    wanted = {(kind, "additive", FORM, pointer)}
    for side in ("contract", before):
        status, report, complaint = compare(side, now)
        assert complaint == ""
        assert told(report) == wanted
        assert status == 0
    assert compare(now, "contract")[0] == 0
    assert compare("contract", before)[1]["differences"] == []


def test_a_request_that_was_refused_tells_nothing(tmp_path: Path) -> None:
    now = taped(tmp_path / "b.har", lambda sent: sent.update(aspect_ratio="1:1"), REFUSED)
    assert told(compare("contract", now)[1]) == set()


def test_what_is_redacted_has_no_form_of_its_own(tmp_path: Path) -> None:
    marked = "[redacted 1f2e3d4c]"
    now = taped(tmp_path / "b.har", lambda sent: sent.update(aspect_ratio=marked, seeds=marked))
    assert told(compare("contract", now)[1]) == set()


def test_the_patch_of_a_request_names_the_tape(tmp_path: Path) -> None:
    now = taped(tmp_path / "drift.har", lambda sent: sent.update(quality="high"))
    patch = tmp_path / "contract.patch"
    compare("contract", now, update=patch)
    assert '"quality": {"type": "string", "x-source": "recorded: drift.har"}' in patch.read_text(
        "utf-8"
    )
