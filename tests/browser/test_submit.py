"""A job is submitted by hand: through the dashboard's form, with real calls of the emulated API."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from mockserver.app import Running
from tests.browser.conftest import PLANTED, Opened
from tests.support.serving import client_of


def form_of(page: Page, call: str) -> Locator:
    """The form of a call such as `kie · generate`."""
    page.get_by_role("button", name="Submit a job").first.click()
    details = page.locator("#details")
    details.get_by_label("Which").select_option(label=call)
    expect(details.locator("form")).to_have_attribute("aria-label", call)
    return details


@pytest.mark.parametrize("call", ["apiyi · create", "kie · generate", "xcompute · create"])
def test_a_first_job_is_submitted_as_the_contract_has_it_and_opened(
    opened: Opened, own: Running, call: str
) -> None:
    page = opened(own)
    details = form_of(page, call)
    details.locator("[name=prompt]").fill("a cat by hand")
    details.get_by_role("button", name="Submit a job").click()
    expect(details).to_contain_text("Reply: 200")
    expect(page.locator(".lane", has_text="a cat by hand")).to_have_attribute(
        "data-phase", "queued"
    )
    details.get_by_role("button", name="Open the job").click()
    expect(page.locator("#details h2")).to_have_text("a cat by hand")


def test_a_job_lands_in_the_sandbox_that_is_shown_and_another_key_shows_its_own(
    opened: Opened, own: Running
) -> None:
    with client_of(own, "sk-shown") as shown, client_of(own, "sk-other") as other:
        here = shown.get("/_mock/v1/sandboxes/current").json()["id"]
        page = opened(own)
        there = other.get("/_mock/v1/sandboxes/current").json()["id"]
        details = form_of(page, "kie · generate")
        send = details.get_by_role("button", name="Submit a job")
        send.click()
        expect(page.locator(".lane")).to_have_count(1)
        details.locator("[name=key]").fill("sk-other")
        details.locator("[name=prompt]").fill("of the other key")
        send.click()
        expect(page.locator(".lane")).to_contain_text("of the other key")
        for client, sandbox in ((shown, here), (other, there)):
            assert client.get(f"/_mock/v1/sandboxes/{sandbox}/tasks").json()["total"] == 1


def test_a_refusal_is_shown_as_the_provider_sends_it_with_our_reason(
    opened: Opened, own: Running
) -> None:
    page = opened(own)
    details = form_of(page, "kie · generate")
    details.get_by_text("More fields").click()
    details.locator("[name=more]").fill('{"model": "veo9"}')
    details.get_by_role("button", name="Submit a job").click()
    expect(details.locator("section pre")).to_contain_text('"code": 422')
    expect(details.locator(".why")).to_contain_text("veo9")
    details.locator("[name=more]").fill("veo9")
    details.get_by_role("button", name="Submit a job").click()
    expect(page.locator("#told")).to_contain_text("a JSON object is expected")


def test_fields_are_sent_in_their_own_types_and_a_picture_as_a_form(
    opened: Opened, own: Running
) -> None:
    page = opened(own)
    details = form_of(page, "kie · generate")
    details.get_by_text("More fields").click()
    details.locator("[name=duration]").select_option("4")
    details.locator("[name=imageUrls]").fill("https://a.test/1.png\nhttps://a.test/2.png")
    details.locator("[name=enableTranslation]").select_option("false")
    with page.expect_request("**/veo/generate") as kie:
        details.get_by_role("button", name="Submit a job").click()
    expect(details).to_contain_text("Reply: 200")
    sent = kie.value.post_data_json
    assert (sent["duration"], sent["enableTranslation"]) == (4, False)
    assert sent["imageUrls"] == ["https://a.test/1.png", "https://a.test/2.png"]
    details.get_by_label("Which").select_option(label="apiyi · create")
    expect(details.locator("form")).to_have_attribute("aria-label", "apiyi · create")
    details.locator("[name=model]").select_option("veo-3.1-fl")
    details.get_by_text("More fields").click()
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    details.locator("[name=input_reference]").set_input_files(picture)  # type: ignore[arg-type]
    with page.expect_request("**/v1/videos") as apiyi:
        details.get_by_role("button", name="Submit a job").click()
    assert "multipart/form-data" in apiyi.value.headers["content-type"]


def test_a_stream_is_shown_while_it_runs_and_can_be_hung_up(opened: Opened, own: Running) -> None:
    page = opened(own)
    details = form_of(page, "apiyi · chat")
    details.get_by_role("button", name="Submit a job").click()
    page.get_by_role("button", name="+30 s").click()
    expect(details.locator("section pre")).to_contain_text("data: ")
    details.get_by_role("button", name="Hang up").click()
    expect(details.locator(".why")).to_have_text("Hung up by hand.")


def test_what_is_typed_and_answered_stays_text_and_the_form_outlasts_what_happens(
    opened: Opened, own: Running
) -> None:
    page = opened(own)
    details = form_of(page, "kie · generate")
    details.locator("[name=prompt]").fill(PLANTED)
    details.get_by_text("More fields").click()
    details.locator("[name=more]").fill(f'{{"model": "{PLANTED[:12]}"}}')
    details.get_by_role("button", name="Submit a job").click()
    expect(details.locator(".why")).to_contain_text("<img")
    page.get_by_role("button", name="+30 s").click()
    expect(page.locator("#told")).to_have_text("Done.")
    expect(details.locator("[name=prompt]")).to_have_value(PLANTED)
    assert page.locator("#planted").count() == 0
