"""What is served at `/_mock/`: static files of ours alone, small, under a strict policy."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running
from mockserver.dashboard import static_files
from tests.support import needs
from tests.support.serving import settings
from tests.support.some import some

MOST_BYTES = 300_000
FILES = dict(static_files())
NAMES = sorted(set(FILES) - {"index.html"})
HERE = Path(__file__).parent


def test_all_of_the_page_is_small() -> None:
    assert sum(map(len, FILES.values())) < MOST_BYTES


@pytest.mark.parametrize("path", ["/_mock/", *(f"/_mock/dashboard/{name}" for name in NAMES)])
def test_each_file_comes_with_its_type_and_a_policy_that_lets_nothing_else_in(
    client: httpx.Client, path: str
) -> None:
    reply = client.get(path)
    policy = reply.headers["content-security-policy"]
    assert reply.status_code == 200
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-type"].startswith(("text/", "image/svg"))
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_who_takes_gzip_gets_the_same_in_fewer_bytes(client: httpx.Client) -> None:
    with client.stream("GET", "/_mock/dashboard/app.js") as reply:
        raw = b"".join(reply.iter_raw())
    assert reply.headers["content-encoding"] == "gzip"
    plain = client.get("/_mock/dashboard/app.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == FILES["app.js"]
    assert len(raw) < len(plain.content) / 2


def test_no_file_has_inline_script_or_style_or_names_another_host() -> None:
    page = FILES["index.html"].decode()
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
    for name, content in some(FILES.items()):
        text = content.decode().replace("http://www.w3.org/", "")
        assert not re.search(r"https?://[a-z]|\beval\(|innerHTML|insertAdjacentHTML", text), name


def test_the_page_preloads_every_module_so_that_none_is_waited_for() -> None:
    named = re.findall(r"dashboard/(\w+\.js)", FILES["index.html"].decode())
    assert sorted(named) == [name for name in NAMES if name.endswith(".js")]


@pytest.mark.parametrize("name", ["nothing.js", "../__init__.py", "%2e%2e/__init__.py"])
def test_what_is_no_file_of_the_page_is_not_found(client: httpx.Client, name: str) -> None:
    reply = client.get(f"/_mock/dashboard/{name}")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_the_page_needs_no_token_and_what_it_shows_does() -> None:
    running = Running(settings(admin_token="secret-of-the-server"))
    try:
        page = httpx.get(f"{running.base_url}/_mock/", trust_env=False)
        told = httpx.get(f"{running.base_url}/_mock/v1/sandboxes", trust_env=False)
    finally:
        running.stop()
    assert (page.status_code, told.status_code) == (200, 401)


def test_the_front_page_leads_there(client: httpx.Client) -> None:
    assert "href='_mock/'" in client.get("/").text


@pytest.mark.parametrize("query", ["", "?next=//elsewhere.example/"])
def test_the_address_without_the_slash_leads_to_the_page_of_the_same_host(
    client: httpx.Client, query: str
) -> None:
    reply = client.get(f"/_mock{query}", headers={"host": "elsewhere.example"})
    assert (reply.status_code, reply.headers["location"]) == (307, "_mock/")
    found = client.get("/_mock", follow_redirects=True)
    assert (found.status_code, found.content) == (200, FILES["index.html"])
    assert client.post("/_mock").status_code == 404


def test_node_tests_the_modules_that_need_no_page(tmp_path: Path) -> None:
    for name in some(name for name in NAMES if name.endswith(".js")):
        (tmp_path / name).write_bytes(FILES[name])
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    shutil.copy(HERE / "geometry.test.js", tmp_path)
    command = [needs.program("node"), "--test", "geometry.test.js"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def _words(language: str) -> dict[str, str]:
    text = FILES["words.js"].decode()
    [block] = re.findall(rf"const {language} = \{{\n(.*?)\n\}};", text, re.DOTALL)
    return {
        name.strip('"'): said for name, said in re.findall(r'^  ([\w"-]+): "(.*)",$', block, re.M)
    }


def test_every_word_is_there_in_both_languages_with_the_same_gaps() -> None:
    english, chinese = _words("ENGLISH"), _words("CHINESE")
    assert list(english) == list(chinese)
    for name, said in some(english.items()):
        assert said.count("{}") == chinese[name].count("{}"), name


def test_every_word_that_a_file_names_is_known() -> None:
    sources = "".join(content.decode() for name, content in FILES.items() if name != "words.js")
    named = set(re.findall(r'\bt\("([^"]+)"|data-(?:word|label|hint)="([^"]+)"', sources))
    wanted = {word for pair in named for word in pair if word}
    assert len(wanted) > 60
    assert wanted <= set(_words("ENGLISH"))
