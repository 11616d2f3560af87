"""What commands share: the environment of a child, addresses, the bill, the look at a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.cli.demo_steps.film import examine
from mockserver.cli.demo_steps.jobs import takes
from mockserver.cli.terminal.address import ServerAddress, address_of
from mockserver.cli.terminal.bill import bill, price
from mockserver.cli.terminal.child import TRUST_VARIABLES, environment
from mockserver.control import Balance, Control
from mockserver.domain.input.errors import BadInput
from mockserver.media.assets import catalogue, path_of
from mockserver.web.tls import issue
from tests.support.serving import settings


def address(server: Running, ca: Path | None = None, **changes: object) -> ServerAddress:
    return address_of(settings(**changes), server.base_url, server.app, ca)


def test_a_template_may_name_any_base_url_and_the_key(server: Running) -> None:
    found = environment(address(server), "sk-1", ["A={kie}/x", "B={key}:{base_url}", "C=a=b"])
    assert found["A"] == f"{server.base_url}/kie/x"
    assert found["B"] == f"sk-1:{server.base_url}"
    assert found["C"] == "a=b"


@pytest.mark.parametrize("wrong", ["A", "=x", "A={", "A={nobody}", "A={0}", "A={key.x}"])
def test_a_template_that_cannot_be_filled_is_refused(server: Running, wrong: str) -> None:
    with pytest.raises(BadInput):
        environment(address(server), "sk-1", [wrong])


def test_extra_variables_go_over_ours(server: Running) -> None:
    assert environment(address(server), "k", ["KIE_BASE_URL=x"])["KIE_BASE_URL"] == "x"


def test_with_a_ca_every_runtime_is_told_to_trust_it(server: Running) -> None:
    found = environment(address(server, Path("/x/ca.pem")), "k", [])
    assert {found[name] for name in TRUST_VARIABLES} == {"/x/ca.pem"}
    assert not set(TRUST_VARIABLES) & set(environment(address(server), "k", []))


def test_a_public_url_is_what_is_shown(server: Running) -> None:
    found = address(server, public_url="https://mock.example.com/")
    assert found.providers["kie"].base_url == "https://mock.example.com/kie"
    assert found.control_url == "https://mock.example.com/_mock/v1"


def test_prices_are_told_in_dollars_too_where_the_unit_is_another() -> None:
    assert price(Balance("USD", None, None, 0.15, 0.15)) == "0.15 USD"
    assert price(Balance("credits", None, None, 60, 0.3)) == "60 credits ($0.3)"


def test_a_bill_counts_calls_by_operation_and_status(server: Running, key: str) -> None:
    import httpx

    headers = {"authorization": key}
    path = f"{server.base_url}/apiyi/v1/videos"
    with Control(server.base_url, key=key) as control:
        for prompt in ("a cat [mock:instant]", ""):
            body = {"model": "veo-3.1", "prompt": prompt}
            httpx.post(path, json=body, headers=headers, trust_env=False)
        lines = bill(control, list(control.entries(kind="exchange"))).splitlines()
    assert lines[0] == "Reelmock was called 2 times:"
    assert lines[1].split() == ["apiyi", "create", "2", "200", "x1,", "400", "x1"]
    assert lines[-1].split() == ["apiyi", "0.25", "USD"]


def test_a_bill_says_which_jobs_still_run(server: Running, key: str) -> None:
    import httpx

    headers = {"authorization": key}
    path = f"{server.base_url}/apiyi/v1/videos"
    told = []
    with Control(server.base_url, key=key) as control:
        for prompt in ("a cat [mock:instant]", "a cat [mock:stall]", "a dog [mock:stall]"):
            body = {"model": "veo-3.1", "prompt": prompt}
            httpx.post(path, json=body, headers=headers, trust_env=False)
            told.append(bill(control, list(control.entries(kind="exchange"))).splitlines()[-1])
    assert told[0].split() == ["apiyi", "0.25", "USD"]
    assert told[1:] == ["1 job has not ended yet.", "2 jobs have not ended yet."]


@pytest.mark.parametrize(
    "name", [n for n in catalogue() if path_of(catalogue()[n]).suffix == ".mp4"]
)
def test_shipped_videos_are_whole_and_of_their_size(name: str) -> None:
    asset = catalogue()[name]
    film = examine(path_of(asset))
    assert film.problem == ""
    assert (film.width, film.height) == (asset.width, asset.height)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_found_out(tmp_path: Path, share: float) -> None:
    whole = path_of(next(iter(catalogue().values()))).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: int(len(whole) * share)])
    assert examine(tmp_path / "cut.mp4").problem


def test_the_demo_has_a_job_for_every_mode() -> None:
    assert [(take.provider, take.mode) for take in takes()] == [
        ("apiyi", "async"),
        ("apiyi", "SSE n=2"),
        ("kie", "polling"),
        ("kie", "callback"),
        ("kie", "1080p"),
        ("kie", "jobs API"),
        ("xcompute", "polling"),
    ]
    assert len({take.key for take in takes()}) == 7


def test_tls_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(BadInput, match=r"tls needs the package trustme: pip install trustme"):
        issue(tmp_path, [])
