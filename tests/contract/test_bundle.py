"""A provider's OpenAPI document in one piece says what its files say, and tools take it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator, validators
from openapi_spec_validator import validate as validate_openapi
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import contracts
from contracts.bundle import CLASH, bundle, bundled
from contracts.keywords import KEYWORDS
from tests.support.some import some

PROVIDERS = pytest.mark.parametrize("provider", contracts.providers())
Kind = validators.extend(Draft202012Validator, KEYWORDS)


def component(provider: str, message: str) -> str:
    """The name that a message has in a bundle."""
    name = "".join(word.capitalize() for word in message.split("_"))
    document = yaml.safe_load(contracts.openapi_path(provider).read_text("utf-8"))
    return f"{name}{CLASH}" if name in document["components"].get("schemas", {}) else name


@PROVIDERS
def test_it_is_valid_and_refers_to_nothing_outside(provider: str) -> None:
    document = bundle(provider)
    validate_openapi(document)
    targets = re.findall(r'"\$ref": ?"([^"]*)"', bundled(provider).decode())
    assert [target for target in some(targets) if not target.startswith("#/components/")] == []


@PROVIDERS
def test_no_two_types_have_one_title(provider: str) -> None:
    titles = re.findall(r'^ *"title": "([^"]*)"', bundled(provider).decode(), re.MULTILINE)
    assert len(some(titles)) == len(set(titles))


@PROVIDERS
def test_no_two_operations_have_one_id(provider: str) -> None:
    ids = re.findall(r'"operationId": "([^"]*)",\n *"(?:tags|summary)', bundled(provider).decode())
    assert len(some(ids)) == len(set(ids))


@PROVIDERS
def test_its_schemas_judge_every_case_as_the_files_do(provider: str) -> None:
    schemas = bundle(provider)["components"]["schemas"]
    resource = DRAFT202012.create_resource(bundle(provider))
    registry: Registry[Any] = Registry().with_resource("urn:bundle", resource)
    judged, wrong = 0, []
    for group in contracts.cases(provider):
        name = component(provider, group["message"])
        judge = Kind({"$ref": f"urn:bundle#/components/schemas/{name}"}, registry=registry)
        tests = [t for t in group["tests"] if name in schemas and not t.get("strict", False)]
        judged += len(tests)
        wrong += [t["description"] for t in tests if judge.is_valid(t["data"]) != t["valid"]]
    assert wrong == []
    assert judged > 50


@PROVIDERS
def test_every_message_of_a_body_is_a_component(provider: str) -> None:
    schemas = set(bundle(provider)["components"]["schemas"])
    bodies = [m for m in contracts.messages(provider) if "headers" not in m and "query" not in m]
    missing = {m for m in bodies if component(provider, m) not in schemas}
    assert missing <= {"create_form", "upload_form", *(m for m in missing if m.startswith("error"))}


@PROVIDERS
def test_a_component_says_what_its_file_says_of_itself(provider: str) -> None:
    schemas = bundle(provider)["components"]["schemas"]
    names = {message: component(provider, message) for message in contracts.messages(provider)}
    for message in some([message for message, name in names.items() if name in schemas]):
        file = contracts.schema(provider, message)
        said = [file[word] for word in ("title", "description") if word in file]
        assert schemas[names[message]]["description"] == ". ".join(some(said))


@PROVIDERS
def test_the_server_hands_it_out_with_its_own_address(provider: str, client: httpx.Client) -> None:
    served = client.get(f"/_mock/v1/openapi/{provider}.json").json()
    assert served.pop("servers") == [{"url": f"/{provider}"}]
    document = json.loads(bundled(provider))
    assert served == {name: part for name, part in document.items() if name != "servers"}


def test_the_document_of_nobody_is_not_found_and_the_nearest_is_named(
    client: httpx.Client,
) -> None:
    reply = client.get("/_mock/v1/openapi/kia.json")
    assert reply.status_code == 404
    assert "did you mean 'kie'?" in reply.json()["detail"]


@PROVIDERS
def test_an_alternative_that_is_an_object_is_a_component_of_its_own(provider: str) -> None:
    schemas = bundle(provider)["components"]["schemas"]
    found = [one for schema in schemas.values() for one in alternatives(schema)]
    assert [one for one in some(found) if "properties" in one] == []
    referred = {one["$ref"].rpartition("/")[2] for one in found if "$ref" in one}
    assert set(some(referred)) <= schemas.keys()


def test_an_object_of_any_properties_says_so() -> None:
    schemas = bundle("kie")["components"]["schemas"]
    assert schemas["JobsInput"]["additionalProperties"] is True


def test_an_optional_constant_that_is_true_is_told_without_the_word_const() -> None:
    data = bundle("kie")["components"]["schemas"]["UploadCreated"]["properties"]["data"]
    optional = data["properties"]["success"]
    assert "const" not in optional  # openapi-python-client makes wrong Python of it
    judge = Draft202012Validator(optional)
    assert [value for value in (True, False, None, 1, "true") if judge.is_valid(value)] == [True]


def alternatives(schema: Any) -> Iterator[dict[str, Any]]:
    """What stands under anyOf and oneOf, at any depth."""
    if isinstance(schema, list):
        for item in schema:
            yield from alternatives(item)
    elif isinstance(schema, dict):
        for word, item in schema.items():
            if word in ("anyOf", "oneOf"):
                yield from item
            yield from alternatives(item)
