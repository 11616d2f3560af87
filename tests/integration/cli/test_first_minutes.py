"""What somebody meets who has just installed it: each of these once ended in a traceback or in silence."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.cli.demo_steps.film import examine
from tests.integration.cli.conftest import REELMOCK, Served, environment
from tests.support.patience import PATIENCE_S, next_line

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Served]
NOWHERE = "http://127.0.0.1:9"  # a proxy there would answer nothing
KEYED = ("--api-key", "sk-me")
DEMO = ("demo", "--rate", "600")  # where nothing hangs on the pace


def with_environment(
    folder: Path, *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """One command line with further variables."""
    return subprocess.run(
        [REELMOCK, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**environment(folder), **variables},
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_the_demo_ends_well_whatever_the_terminals_encoding(tmp_path: Path, encoding: str) -> None:
    done = with_environment(tmp_path, *DEMO, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "queued ? running" in done.stdout


def test_no_proxy_comes_between_the_demo_and_its_server(tmp_path: Path) -> None:
    done = with_environment(tmp_path, *DEMO, HTTP_PROXY=NOWHERE, ALL_PROXY=NOWHERE)
    assert done.returncode == 0, done.stdout


def test_the_demos_last_lines_are_lines_to_type(tmp_path: Path) -> None:
    done = with_environment(tmp_path, *DEMO)
    lines = re.findall(r"^  (\S+) (\w+|--help)", done.stdout.partition("Next")[2], re.MULTILINE)
    assert [word for _, word in lines] == ["serve", "make", "run", "--help"]
    for command, word in lines:
        asked = [command, word] if word == "--help" else [command, word, "--help"]
        subprocess.run(asked, check=True, capture_output=True, timeout=PATIENCE_S, cwd=tmp_path)


def test_ctrl_c_ends_the_demo_at_once_with_what_was_done(tmp_path: Path) -> None:
    # At this rate the shortest job takes more than a minute.
    demo = subprocess.Popen(
        [REELMOCK, "demo", "--rate", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path),
    )
    first = next_line(demo)
    demo.send_signal(signal.SIGINT)
    output, errors = demo.communicate(timeout=PATIENCE_S)
    assert first.startswith("Reelmock at")
    assert (demo.returncode, errors) == (130, "")
    assert "ended by Ctrl-C" in output
    assert "Next" not in output


SHOWS_PROXY = """
import os, urllib.request
print(urllib.request.urlopen(os.environ["REELMOCK_URL"] + "/_mock/v1/version").status)
print(os.environ["NO_PROXY"], os.environ["no_proxy"])
"""


def test_what_run_starts_reaches_the_server_past_a_proxy(tmp_path: Path) -> None:
    done = with_environment(
        tmp_path,
        *("run", "--allow-no-calls", "--", sys.executable, "-c", SHOWS_PROXY),
        HTTP_PROXY=NOWHERE,
        http_proxy=NOWHERE,
        NO_PROXY="intern.example",
    )
    status, hosts = done.stdout.splitlines()
    assert status == "200"
    assert set(hosts.split()) == {"intern.example,127.0.0.1,localhost,::1"}


@pytest.mark.parametrize(
    "words",
    [
        ("task", "list", "--url", "http://[::1"),
        ("task", "list", "--url", "ftp://127.0.0.1"),
        ("task", "list", "--key", "schlüssel"),
        ("task", "list", "--token", "schlüssel"),
        ("make", "a cat", "--provider", "kie", *KEYED, "--base-url", "http://[::1"),
        ("verify", "kie", "--base-url", "http://[::1"),
        ("verify", "kie", "--base-url", "https://127.0.0.1:1", "--ca", "nowhere.pem"),
        ("serve", "--port", "0", "--public-url", "http://[::1"),
        ("serve", "--port", "0", "--admin-token", "schlüssel"),
        ("serve", "--port", "0", "--state", "."),
        ("serve", "--port", "0", "--scenario", "sucseed"),
        ("serve", "--port", "0", "--profile", "flakey"),
    ],
)
def test_a_word_that_cannot_be_used_is_one_line(cli: Run, words: tuple[str, ...]) -> None:
    done = cli(*words)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_words_are_checked_before_the_port_is_taken(cli: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words in (["--scenario", "sucseed"], ["--profile", "flakey"]):
            done = cli("serve", "--port", port, *words)
            assert words[1] in done.stderr
            assert "listen" not in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("make", "a cat"), "one of apiyi, kie, xcompute"),
        (("verify",), "say which provider; there are apiyi, kie, xcompute"),
    ],
)
def test_who_names_no_provider_is_told_which_there_are(
    cli: Run, words: tuple[str, ...], expected: str
) -> None:
    done = cli(*words)
    assert done.returncode == 2
    assert expected in done.stderr


def test_a_variable_that_nobody_reads_is_named_with_the_nearest(tmp_path: Path) -> None:
    done = with_environment(tmp_path, "serve", "--port", "0", REELMOCK_SCENARO="fail")
    assert done.returncode == 2
    assert "did you mean 'REELMOCK_SCENARIO'?" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("task", "list"),
        ("wait",),
        ("watch",),
        ("verify", "kie", "--plan"),
        ("provider", "list"),
        ("make", "a cat", "--provider", "kie"),
        ("campaign", "true"),
        ("demo",),
    ],
)
def test_every_command_names_a_variable_that_nobody_reads(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = with_environment(tmp_path, *words, REELMOCK_KYE="sk-me")
    assert done.returncode == 2
    assert done.stderr.startswith("reelmock: REELMOCK_KYE: "), done.stderr
    helped = with_environment(tmp_path, words[0], "--help", REELMOCK_KYE="sk-me")
    assert helped.returncode == 0


KUBERNETES = {
    "REELMOCK_SERVICE_HOST": "10.0.0.7",
    "REELMOCK_SERVICE_PORT_HTTP": "8080",
    "REELMOCK_PORT_8080_TCP_ADDR": "10.0.0.7",
}


def test_what_kubernetes_says_of_a_service_of_that_name_is_no_setting(tmp_path: Path) -> None:
    show = (sys.executable, "-c", "print('ran')")
    done = with_environment(tmp_path, "run", "--allow-no-calls", "--", *show, **KUBERNETES)
    assert done.stdout == "ran\n", done.stderr


@pytest.mark.parametrize(
    ("started", "every"), [((), "0.5"), (("--speed", "1000"), "0.2"), (("--clock", "auto"), "0.2")]
)
def test_make_asks_as_often_as_a_reelmocks_speed_allows_and_says_so(
    serve: Serve, cli: Run, tmp_path: Path, started: tuple[str, ...], every: str
) -> None:
    server = serve(*started)
    kie = server.address["providers"]["kie"]["base_url"]
    # With Kie's own pace, 30 s, this takes longer than the test's patience.
    done = cli("make", "a cat", "--provider", "kie", "--base-url", kie, *KEYED)
    assert (done.returncode, done.stdout) == (0, "video.mp4\n"), done.stderr
    assert f"at {kie}: asks every {every} s" in done.stderr
    assert examine(tmp_path / "video.mp4").problem == ""
    found = cli("findings", "--url", server.address["base_url"], "--key", KEYED[1], "--json")
    assert json.loads(found.stdout)["found"] == []


@pytest.mark.parametrize("budget", [0, 1000])
def test_verify_needs_no_key_here_and_says_what_it_did_not_check(
    serve: Serve, cli: Run, budget: int
) -> None:
    kie = serve("--speed", "1000").address["providers"]["kie"]["base_url"]
    done = cli("verify", "kie", "--base-url", kie, "--budget", str(budget), "--pace", "0.05")
    assert done.returncode == 0, done.stdout
    last = done.stdout.splitlines()[-1]
    if budget:
        assert "add --budget" not in done.stdout
        assert "kie conforms" in last
    else:
        assert re.fullmatch(
            r"\d+ of 39 checked, the rest costs about \d+ credits: add --budget \d+", last
        )
        assert "kie conforms:" not in done.stdout


def test_what_asks_a_host_reaches_a_server_with_a_certificate_of_its_own(
    serve: Serve, cli: Run
) -> None:
    address = serve("--tls").address
    kie, ca = address["providers"]["kie"]["base_url"], address["ca"]
    make = ("make", "a cat [mock:instant]", "--provider", "kie", *KEYED, "--base-url", kie)
    compare = ("diff", "contract", kie, "--provider", "kie", "--pace", "0")
    for words in (("verify", "kie", "--base-url", kie, "--pace", "0"), make, compare):
        stranger = cli(*words)
        assert stranger.returncode != 0
        assert "--ca names the file of its CA" in stranger.stderr
        done = cli(*words, "--ca", ca)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("task", "list", "--url"),
        ("wait",),
        ("verify", "kie", "--base-url"),
        ("diff", "contract", "--provider", "kie"),
        ("make", "a cat", "--provider", "kie", *KEYED, "--base-url"),
    ],
)
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_that_cannot_be_read_is_named(
    cli: Run, tmp_path: Path, words: tuple[str, ...], content: str | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    done = cli(*words, "https://127.0.0.1:9", "--ca", "ca.pem")
    assert done.returncode == 2
    assert re.search(r"\bca\b.*ca\.pem", done.stderr, re.IGNORECASE), done.stderr
    assert done.stderr.count("\n") == 1


def test_who_meets_an_unknown_ca_is_told_the_option(serve: Serve, cli: Run) -> None:
    url = serve("--tls").address["base_url"]
    for words in (("task", "list", "--key", "sk-me", "--url", url), ("wait", url, "--for", "1s")):
        assert "--ca" in cli(*words).stderr


def test_what_a_client_wrote_steers_no_terminal(serve: Serve, cli: Run) -> None:
    server = serve()
    url, kie = server.address["base_url"], server.address["providers"]["kie"]["base_url"]
    made = cli(
        *("make", "\x1b[2Ja cat [mock:instant]", "--provider", "kie", "--base-url", kie, *KEYED)
    )
    assert made.returncode == 0, made.stderr
    shown = cli("task", "list", "--url", url, "--key", "sk-me").stdout
    assert "\x1b" not in shown
    assert "\\x1b[2Ja cat" in shown
    (task,) = json.loads(cli("task", "list", "--url", url, "--key", "sk-me", "--json").stdout)
    assert task["prompt"].startswith("\x1b[2J")
    wrong = cli("serve", "--port", "0", "--scenario", "\x1b]0;title\x07").stderr
    assert "\x1b" not in wrong


def test_a_missing_package_is_named_with_the_command_that_gets_it(
    serve: Serve, tmp_path: Path
) -> None:
    kie = serve().address["providers"]["kie"]["base_url"]
    for module, words, expected in (
        ("trustme", ["serve", "--tls"], "tls needs the package trustme: pip install trustme"),
        ("redis", ["serve", "--store", "redis://127.0.0.1:1"], "pip install redis hiredis"),
        ("prometheus_client", ["serve", "--metrics"], "pip install prometheus-client"),
        ("jsonschema", ["verify", "kie", "--base-url", kie], "pip install jsonschema"),
    ):
        code = (
            f"import sys; sys.modules[{module!r}] = None\n"
            f"from mockserver.cli import run_line; sys.exit(run_line({[*words]!r}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**environment(tmp_path), "REELMOCK_PORT": "0"},
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 2
        assert expected in done.stderr
        assert done.stderr.count("\n") == 1
