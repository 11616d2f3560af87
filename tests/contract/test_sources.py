"""What SOURCES.md points at exists: schemas, checks, parts, operations."""

import re

import pytest
import yaml

import contracts
from contracts.registry import ROOT, documents
from contracts.verifier.catalogue import AREAS, checks_for
from tests.support.some import some


def rows(provider):
    text = (ROOT / provider / "SOURCES.md").read_text("utf-8")
    for line in text.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) == 4 and not re.match(r"^[\s-]*$|^ statement $", cells[1]):
            yield cells[1].strip(), cells[2].strip()


def named(cell):
    return re.findall(r"`([^`]+)`", cell)


def switches(provider):
    found = set()

    def walk(node):
        if isinstance(node, dict):
            found.update(node.get("x-dialect", {}))
            for item in node.values():
                walk(item)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(list(documents(provider).values()))
    return found


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_statement_is_kept_somewhere_or_says_why_not(provider):
    found = list(rows(provider))
    assert len(found) > 20
    for statement, cell in found:
        kept = named(cell) or "openapi" in cell
        assert kept or re.match(r"not kept: .{10,}|nothing to keep$", cell), statement


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_place_that_is_named_exists(provider):
    messages = set(contracts.messages(provider))
    parts = set(documents(provider)["_parts.json"]["$defs"])
    checks = {check.id for check in checks_for(provider)}
    document = yaml.safe_load(contracts.openapi_path(provider).read_text("utf-8"))
    operations = str(document)
    places = [(*row, name) for row in rows(provider) for name in named(row[1])]
    for statement, cell, name in some(places):
        if name == "lifecycle.json":
            assert (ROOT / provider / name).is_file()
        elif name.startswith("_parts#"):
            assert name.removeprefix("_parts#") in parts, (statement, name)
        elif name.split(".")[0] in AREAS and "." in name:
            assert name in checks, (statement, name)
        elif re.search(rf"dialects? [^;]*`{re.escape(name)}`", cell):
            assert name in {*switches(provider), "http_status"}, (statement, name)
        elif re.fullmatch(r"[a-z]+_[a-z0-9_]+", name) and name not in messages:
            assert name in operations or name in parts | {"_parts"} or name in statement, (
                    statement, name,
                )  # fmt: skip
