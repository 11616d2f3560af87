"""A check that changes a field of a creation is left out where a creation has no such field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.verifier.catalogue import all_checks, find_subject
from contracts.verifier.errors import CouldNotRun, Skip
from contracts.verifier.session import Session
from contracts.verifier.target import Target

NOBODY = Target("http://127.0.0.1:1")
FIELDS = {"model": "errors.unknown_model", "prompt": "errors.missing_prompt"}


def run(name: str, body: dict[str, str]) -> None:
    subject = replace(find_subject("kie"), create_body=lambda model, url: body)
    check = next(one for one in all_checks() if one.id == name)
    list(check.run(Session(subject, NOBODY, "sk-me", "veo3")))


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_is_sent_if_the_field_is_not_there(field: str) -> None:
    with pytest.raises(Skip, match=f"a creation of kie has no field '{field}'"):
        run(FIELDS[field], {"text": "a cat"})


@pytest.mark.parametrize("field", FIELDS)
def test_the_creation_is_sent_if_it_is_there(field: str) -> None:
    with pytest.raises(CouldNotRun, match="cannot reach"):
        run(FIELDS[field], {field: "x"})
