"""How the verifier sends a key: alone, or behind the word that the documents put before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.verifier.catalogue import find_subject
from contracts.verifier.session import Session
from contracts.verifier.target import Target

KIE = find_subject("kie")


def session(**changes: Any) -> Session:
    return Session(replace(KIE, **changes), Target("http://127.0.0.1:1"), "sk-me", "veo3")


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"bearer": True}, "Bearer sk-me"),
        ({"bearer": False}, "sk-me"),
        ({"bearer": False, "key_scheme": "Key"}, "Key sk-me"),
        ({"bearer": True, "key_scheme": "Key"}, "Key sk-me"),
    ],
)
def test_the_word_before_the_key_is_the_subject_s(changes: dict[str, Any], header: str) -> None:
    assert session(**changes).authorization() == header


def test_a_check_can_ask_for_another_form_and_another_key() -> None:
    asked = session(key_scheme="Key")
    assert asked.authorization(scheme="") == "sk-me"
    assert asked.authorization("sk-other") == "Key sk-other"
