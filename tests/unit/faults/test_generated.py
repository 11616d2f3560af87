"""What is made from the code is up to date, and says something of every fault."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.support.generate_docs import CATALOGUE, PAGES, ROOT, faults_page, profile_schema
from tests.support.some import some

PROFILES = sorted((ROOT / "mockserver" / "profiles").glob("*.yaml"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == PAGES[path](), "run python -m tests.support.generate_docs"


def test_every_fault_has_a_heading_with_an_example() -> None:
    sections = faults_page().split("\n### ")
    headed = {section.split("\n")[0]: section for section in sections[1:]}
    for fault in some(CATALOGUE.all()):
        assert f"fault: {fault.name}\n" in headed[fault.name]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_shipped_profile_keeps_to_the_schema(path: Path) -> None:
    content = yaml.safe_load(path.read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(yaml.safe_load(profile_schema()))
    assert [error.message for error in validator.iter_errors(content)] == []


def test_the_schema_refuses_a_fault_that_does_not_exist() -> None:
    validator = jsonschema.Draft202012Validator(yaml.safe_load(profile_schema()))
    assert not validator.is_valid({"faults": [{"fault": "htp_error"}]})
    assert not validator.is_valid({"faults": [{"fault": "http_error", "wen": {}}]})
