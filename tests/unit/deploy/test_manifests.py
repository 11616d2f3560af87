"""The files under docs/deploy are what their schemas and Reelmock itself expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from mockserver.cli.terminal.options import settings_from
from mockserver.settings import Settings

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "docs/deploy"
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
)
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SINGLE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.single.yaml").read_text("utf-8"))

# The parts of the compose specification that the file uses, closed to everything else.
WORDS = {"type": "array", "items": {"type": "string"}}
SERVICE = {
    "type": "object",
    "properties": {
        "image": {"type": "string"},
        "build": {
            "type": "object",
            "properties": {"context": {"type": "string"}},
            "additionalProperties": False,
        },
        "command": WORDS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "deploy": {
            "type": "object",
            "properties": {"replicas": {"type": "integer", "minimum": 2}},
            "additionalProperties": False,
        },
        "depends_on": {"anyOf": [WORDS, {"type": "object"}]},
        "healthcheck": {
            "type": "object",
            "required": ["test"],
            "properties": {
                "test": WORDS,
                "interval": {"type": "string", "pattern": r"^\d+s$"},
                "timeout": {"type": "string", "pattern": r"^\d+s$"},
                "retries": {"type": "integer"},
            },
            "additionalProperties": False,
        },
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^\d+:\d+$"}},
        "volumes": WORDS,
        "extra_hosts": WORDS,
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
    },
    "oneOf": [{"required": ["image"]}, {"required": ["build"]}],
    "additionalProperties": False,
}
COMPOSE_SCHEMA = {
    "type": "object",
    "required": ["name", "services"],
    "properties": {
        "name": {"type": "string"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object"},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}"
)
def test_every_kubernetes_manifest_is_valid(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.31", strict=True)


@pytest.mark.parametrize("compose", [COMPOSE, SINGLE], ids=["replicas", "single"])
def test_the_compose_files_are_valid(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, COMPOSE_SCHEMA)


def test_one_reelmock_serves_the_containers_beside_it_and_this_machine() -> None:
    (service,) = SINGLE["services"].values()
    settings = settings_from({**_flags(service["command"]), "allow_host": ("reelmock",)})
    assert (settings.host, settings.store, settings.public_url) == ("0.0.0.0", "memory", "")
    assert service["ports"] == [f"{settings.port}:{settings.port}"]
    assert service["extra_hosts"] == ["host.docker.internal:host-gateway"]
    assert (DEPLOY / service["build"]["context"] / "Dockerfile").is_file()


def test_no_pod_has_variables_of_the_service_that_is_called_as_ours_are() -> None:
    assert MANIFESTS[1]["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_what_the_compose_file_mounts_and_waits_for_exists() -> None:
    services = COMPOSE["services"]
    assert (DEPLOY / services["balancer"]["volumes"][0].split(":")[0]).is_file()
    assert (DEPLOY / services["reelmock"]["build"]["context"] / "Dockerfile").is_file()
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)


def _flags(command: list[str]) -> dict[str, str]:
    assert command[:2] == ["reelmock", "serve"]
    pairs = (word.removeprefix("--").replace("-", "_").partition("=") for word in command[2:])
    return {name: value or "true" for name, _, value in pairs}


@pytest.mark.parametrize(
    "command",
    [
        COMPOSE["services"]["reelmock"]["command"],
        MANIFESTS[1]["spec"]["template"]["spec"]["containers"][0]["args"],
    ],
    ids=["compose", "kubernetes"],
)
def test_every_option_given_to_reelmock_is_one_it_takes(command: list[str]) -> None:
    flags = _flags(command)
    flags |= {"allow_host": (flags["allow_host"],)} if "allow_host" in flags else {}
    settings = settings_from(flags)
    assert isinstance(settings, Settings)
    assert settings.store.startswith("redis://")
