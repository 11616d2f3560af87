"""The cases run, every message has some on both sides, and every fixture is one of them."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import contracts
from contracts.registry import ROOT, documents
from tests.support.some import some

FIXTURES = Path(__file__).parents[2] / "fixtures"
GROUPS = [(name, group) for name in contracts.providers() for group in contracts.cases(name)]
TESTS = [
    pytest.param(name, group["message"], test, id=f"{name}-{group['message']}-{number}")
    for name, group in GROUPS
    for number, test in enumerate(group["tests"])
]
INDEXED = [
    (name, entry)
    for name in contracts.providers()
    for entry in json.loads((FIXTURES / name / "index.json").read_text("utf-8"))
]


def test_there_are_cases_for_three_providers():
    assert contracts.providers() == ("apiyi", "kie", "xcompute")
    assert len(TESTS) > 600


@pytest.mark.parametrize(("provider", "message", "test"), TESTS)
def test_a_case_is_judged_as_it_says(provider, message, test):
    strict = test.get("strict", False)
    problems = contracts.validate(provider, message, test["data"], strict=strict)
    assert (not problems) == test["valid"], (test["description"], [str(p) for p in problems])


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_message_has_a_valid_and_an_invalid_case(provider):
    verdicts: dict[str, set[bool]] = {message: set() for message in contracts.messages(provider)}
    for group in contracts.cases(provider):
        verdicts[group["message"]] |= {test["valid"] for test in group["tests"]}
    assert {message for message, seen in verdicts.items() if seen != {True, False}} == set()


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/cases/*.json")), ids=lambda path: path.stem)
def test_a_cases_file_has_the_form_of_cases(path):
    form = json.loads((ROOT / "meta" / "cases.schema.json").read_text("utf-8"))
    Draft202012Validator(form).validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(("provider", "entry"), INDEXED, ids=lambda value: str(value)[:40])
def test_a_fixture_exists_and_is_a_case_verbatim(provider, entry):
    text = (FIXTURES / provider / entry["file"]).read_text("utf-8")
    assert entry["source"]
    if "message" not in entry:
        return
    data = json.loads(text)
    assert data in [
        test["data"]
        for group in contracts.cases(provider)
        if group["message"] == entry["message"]
        for test in group["tests"]
        if test["valid"]
    ]


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_fixture_file_is_in_the_index(provider):
    folder = FIXTURES / provider
    files = {str(path.relative_to(folder)) for path in folder.glob("*/*") if path.is_file()}
    recorded = {name for name in files if name.startswith("recordings/")}
    assert files - recorded == {entry["file"] for name, entry in INDEXED if name == provider}


@pytest.mark.parametrize("provider", contracts.providers())
def test_a_schema_is_well_formed_sourced_and_named_after_its_file(provider):
    for name, document in some(documents(provider).items()):
        Draft202012Validator.check_schema(document)
        assert document["$id"] == f"https://reelmock.invalid/contracts/{provider}/schemas/{name}"
        assert document["title"]
        assert name.startswith("_") or document["x-source"], name


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_reference_leads_somewhere(provider):
    found = documents(provider)
    references = [ref for name, doc in found.items() for ref in _references(name, doc)]
    assert references
    for home, ref in references:
        name, _, fragment = ref.partition("#")
        at = found[name or home]
        for part in fragment.split("/")[1:]:
            at = at[part]


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_documented_field_is_described(provider):
    """A field without any rule would let every mutant through."""
    rules = {"$ref", "type", "const", "enum", "anyOf", "not"}
    found = documents(provider)
    described = [(name, *field) for name, doc in found.items() for field in _fields(doc)]
    for name, field, part in some(described):
        assert rules & set(part), (name, field)


def _references(home, node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield home, node["$ref"]
        for item in node.values():
            yield from _references(home, item)
    if isinstance(node, list):
        for item in node:
            yield from _references(home, item)


def _fields(node):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield from node.get("properties", {}).items()
        for item in node.values():
            yield from _fields(item)
    if isinstance(node, list):
        for item in node:
            yield from _fields(item)
