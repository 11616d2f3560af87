"""The files for CI are what their schemas say, and call commands and options that there are."""

from __future__ import annotations

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from mockserver.cli import root
from tests.support.some import some

ROOT = Path(__file__).parents[3]
VENDOR = files("check_jsonschema") / "builtin_schemas" / "vendor"
FILES = {
    "action.yml": "github-actions",
    ".github/workflows/ci.yml": "github-workflows",
    ".github/workflows/nightly.yml": "github-workflows",
    ".github/workflows/release.yml": "github-workflows",
    "docs/ci/github.yml": "github-workflows",
    "docs/ci/gitlab.yml": "gitlab-ci",
    "docs/guides/drift-check.yml": "github-workflows",
    "docs/deploy/compose.yaml": "compose-spec",
    "docs/deploy/compose.single.yaml": "compose-spec",
}
EXAMPLES = ("docs/ci/github.yml", "docs/ci/gitlab.yml")
DRIFT = "docs/guides/drift-check.yml"


class Plain(yaml.SafeLoader):
    """YAML in which `on` is a word, as GitHub reads it."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, match) for tag, match in found if not tag.endswith(":bool")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read(name: str) -> dict[str, Any]:
    """A YAML file as its program reads it."""
    content: dict[str, Any] = yaml.load((ROOT / name).read_text("utf-8"), Plain)
    return content


@pytest.mark.parametrize(("name", "schema"), FILES.items())
def test_it_is_what_the_schema_of_its_program_says(name: str, schema: str) -> None:
    jsonschema.validate(read(name), json.loads((VENDOR / f"{schema}.json").read_text("utf-8")))


@pytest.mark.parametrize(("name", "schema"), FILES.items())
def test_a_word_that_is_wrong_is_found(name: str, schema: str) -> None:
    wrong = {**read(name), "jobs": 7, "runs": 7, "services": 7, "image": 7}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json.loads((VENDOR / f"{schema}.json").read_text("utf-8")))


def lines(value: object) -> list[str]:
    """Every command line of a file."""
    if isinstance(value, dict):
        return [line for part in value.values() for line in lines(part)]
    if isinstance(value, list):
        return [line for part in value for line in lines(part)]
    return [line for line in str(value).splitlines() if line.startswith("reelmock ")]


@pytest.mark.parametrize("name", (*EXAMPLES, DRIFT))
def test_every_line_is_one_that_the_command_takes(name: str) -> None:
    for line in some(lines(read(name))):
        _, word, *rest = shlex.split(line)
        context = click.Context(root)
        command = root.get_command(context, word) if isinstance(root, click.Group) else None
        assert command is not None, line
        command.make_context(word, rest)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_has_each_of_the_five_ways(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for way in (
        "pytest --junitxml",
        "run --guard --",
        "reelmock wait",
        "--require failed_cleanly --baseline",
        "--budget",
    ):
        assert way in text


def test_the_repository_has_one_placeholder() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.yml"), ROOT / "README.md"]
    owners = {
        owner
        for page in pages
        for owner in re.findall(r"github\.com/([\w-]+)/reelmock", page.read_text("utf-8"))
    }
    assert owners == {"OWNER"}


def test_the_tag_of_a_release_has_to_be_the_version() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    assert "dist/reelmock-${GITHUB_REF_NAME#v}.tar.gz" in text
    publish = read(".github/workflows/release.yml")["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}


ACTION = re.compile(r"^[\w-]+/[\w/-]+@(v\d+|release/v\d+)$")


@pytest.mark.parametrize("name", [name for name in FILES if "github" in FILES[name]])
def test_every_action_of_others_is_held_at_a_major_version(name: str) -> None:
    used = re.findall(r"uses: (\S+)", (ROOT / name).read_text("utf-8"))
    own = ("OWNER/reelmock@main", "./.github/workflows/ci.yml")
    strangers = [action for action in some(used) if action not in own]
    assert [action for action in some(strangers) if not ACTION.match(action)] == []


def test_nothing_is_published_that_has_not_passed_what_every_change_has_to() -> None:
    jobs = read(".github/workflows/release.yml")["jobs"]
    assert jobs["ci"] == {"uses": "./.github/workflows/ci.yml"}
    assert (jobs["build"]["needs"], jobs["publish"]["needs"], jobs["image"]["needs"]) == (
        "ci", "build", "build",
    )  # fmt: skip
    assert ".ci/run" in str(read(".github/workflows/ci.yml")["jobs"]["run"]["steps"])


def test_the_image_has_a_name_in_small_letters() -> None:
    image = read(".github/workflows/release.yml")["jobs"]["image"]
    assert "${GITHUB_REPOSITORY,,}" in str(image["steps"])
    assert "github.repository }}" not in str(image["steps"])
