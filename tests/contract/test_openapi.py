"""The OpenAPI documents are valid, complete, and foreign tools can read them."""

import json
from pathlib import Path

import pytest
import schemathesis
import yaml
from openapi_core import OpenAPI
from openapi_spec_validator import validate as validate_openapi
from openapi_spec_validator.readers import read_from_filename

import contracts

OPERATIONS = {
    "apiyi": {
        "POST /v1/videos",
        "GET /v1/videos/{video_id}",
        "GET /v1/videos/{video_id}/content",
        "POST /v1/chat/completions",
        "GET /v1/models",
    },
    "kie": {
        "POST /api/v1/veo/generate",
        "GET /api/v1/veo/record-info",
        "GET /api/v1/veo/get-1080p-video",
        "POST /api/v1/veo/get-4k-video",
        "POST /api/v1/veo/extend",
        "GET /api/v1/chat/credit",
        "POST /api/v1/common/download-url",
        "POST /api/file-base64-upload",
        "POST /api/file-stream-upload",
        "POST /api/file-url-upload",
        "POST /api/v1/jobs/createTask",
        "GET /api/v1/jobs/recordInfo",
        "GET /api/v1/models",
        "GET /api/v1/models/{model}/price",
        "GET /api/v1/models/{model}/schema",
        "GET /api/v1/models/{model}/success-rate",
    },
    "xcompute": {
        "POST /v1/videos/generations",
        "POST /v1/videos/{task_id}/remix",
        "GET /v1/tasks/{task_id}",
        "POST /v1/uploads/images",
        "GET /v1/balance",
        "GET /v1/user/balance",
        "GET /v1/models",
        "GET /v1/model-schema",
    },
}
# Headers, queries and forms are stated in OpenAPI's own words; two codes of Kie are named for other
# endpoints only; and an unknown path of xcompute (404) is no operation.
ELSEWHERE = ("headers", "_query", "_form", "_parts", "error_408", "error_433", "error_404")
providers = pytest.mark.parametrize("provider", contracts.providers())


def document(provider):
    return yaml.safe_load(contracts.openapi_path(provider).read_text("utf-8"))


def operations(provider):
    for path, item in document(provider)["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def strings(node, key):
    if isinstance(node, dict):
        for name, item in node.items():
            if name == key and isinstance(item, str):
                yield item
            yield from strings(item, key)
    if isinstance(node, list):
        for item in node:
            yield from strings(item, key)


@providers
def test_a_document_is_valid_openapi(provider):
    path = contracts.openapi_path(provider)
    spec, base_uri = read_from_filename(str(path))
    validate_openapi(spec, base_uri=base_uri)


@providers
def test_every_call_is_described(provider):
    assert {label for label, _ in operations(provider)} == OPERATIONS[provider]


@providers
def test_the_real_host_comes_first_and_the_mock_second(provider):
    hosts = {
        "apiyi": "https://api.apiyi.com",
        "kie": "https://api.kie.ai",
        "xcompute": "https://xcompute.us",
    }
    first, second = (server["url"] for server in document(provider)["servers"][:2])
    assert (first, second) == (hosts[provider], f"http://127.0.0.1:8080/{provider}")


@providers
def test_every_body_is_a_schema_that_exists_and_every_message_is_used(provider):
    refs = {ref.split("#")[0] for ref in strings(document(provider), "$ref")}
    named = {Path(ref).stem for ref in refs if ref.startswith("schemas/")}
    assert named <= {*contracts.messages(provider), "_parts"}
    reached, waiting = set(), set(named) & set(contracts.messages(provider))
    while waiting:
        message = waiting.pop()
        reached.add(message)
        inner = strings(contracts.schema(provider, message), "$ref")
        waiting |= {Path(ref.split("#")[0]).stem for ref in inner} - reached - {"_parts", ""}
    unused = set(contracts.messages(provider)) - reached
    allowed = {name for name in unused if any(word in name for word in ELSEWHERE)}
    # A generic envelope may be shadowed by the precise ones.
    assert unused - allowed <= {"error"}


@providers
def test_links_lead_to_calls_that_exist(provider):
    known = {operation["operationId"] for _, operation in operations(provider)}
    links = [
        link["operationId"]
        for _, operation in operations(provider)
        for reply in operation["responses"].values()
        for link in reply.get("links", {}).values()
    ]
    assert links
    assert set(links) <= known


@providers
def test_schemathesis_reads_every_call(provider):
    loaded = schemathesis.openapi.from_path(contracts.openapi_path(provider))
    labels = {result.ok().label for result in loaded.get_all_operations()}
    assert labels == OPERATIONS[provider]


def core(provider):
    return OpenAPI.from_file_path(str(contracts.openapi_path(provider)))


REPLIES = [
    ("apiyi", "get", "/v1/videos/video_abc123", "200", "responses/completed.json", True),
    ("apiyi", "get", "/v1/videos/video_abc123", "200", "responses/error.json", False),
    ("apiyi", "get", "/v1/videos/video_abc123", "401", "responses/error.json", True),
    ("apiyi", "get", "/v1/videos/video_abc123/content", "200", "responses/content.json", True),
    ("kie", "get", "/api/v1/veo/record-info", "200", "responses/record_succeeded.json", True),
    ("kie", "get", "/api/v1/veo/record-info", "200", "responses/record_unknown.json", True),
    ("kie", "get", "/api/v1/veo/record-info", "200", "responses/credit.json", False),
    ("kie", "get", "/api/v1/chat/credit", "200", "responses/credit_recorded.json", True),
    ("xcompute", "get", "/v1/tasks/task_1", "200", "responses/task_flat.json", True),
    ("xcompute", "get", "/v1/tasks/task_1", "400", "responses/task_unknown.json", True),
    ("xcompute", "get", "/v1/tasks/task_1", "200", "responses/created.json", False),
]


@pytest.mark.parametrize(("provider", "method", "path", "status", "fixture", "fits"), REPLIES)
def test_openapi_core_judges_documented_bodies(provider, method, path, status, fixture, fits):
    api = core(provider)
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.testing import MockRequest, MockResponse

    server = f"http://127.0.0.1:8080/{provider}"
    root = Path(__file__).parents[2] / "fixtures" / provider
    body = json.dumps(json.loads((root / fixture).read_text("utf-8"))).encode()
    request = MockRequest(server, method, f"/{provider}{path}")
    response = MockResponse(body, status_code=int(status))
    try:
        api.validate_response(request, response)
    except OpenAPIError:
        assert not fits
    else:
        assert fits
