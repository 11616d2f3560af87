"""Kie's successFlag, and how a job can fail."""

from __future__ import annotations

from mockserver.sdk.provider import Failure, State, whole_number

GENERATING, SUCCESS, FAILED_BEFORE, FAILED_UPSTREAM = 0, 1, 2, 3  # seed 001
BEFORE = ("english_only", "image_fetch", "unsafe_image")  # inferred: before generation began


def flag(state: State) -> int | str:
    """The successFlag of a state. An undocumented word is sent as it is."""
    if state.word:
        number = whole_number(state.word)
        return state.word if number is None else number
    if state.failure is not None:
        return FAILED_BEFORE if state.failure.name in BEFORE else FAILED_UPSTREAM
    return SUCCESS if state.phase == "succeeded" else GENERATING


# Texts: docs: generate-veo-3-video-callbacks
FAILURES: dict[str, Failure] = {
    failure.name: failure
    for failure in (
        Failure(
            "content_policy",
            400,
            "Your prompt was flagged by Website as violating content policies.",
        ),
        Failure(
            "english_only",
            400,
            "Only English prompts are supported at this time",
        ),
        Failure(
            "image_fetch",
            400,
            "Failed to fetch the image. Kindly verify any access limits set by you or your "
            "service provider",
        ),
        Failure("unsafe_image", 400, "Public error: unsafe image upload"),
        Failure(
            "fallback_refused",
            400,  # the record has only 400, 500 and 501; the callback says 422
            "Your request was rejected by Flow(Your prompt was flagged by Website as violating "
            "content policies). You may consider using our other fallback channels, which are "
            "likely to succeed. Please refer to the documentation.",
        ),
        Failure(  # observed: file 57365155924
            "audio",
            400,
            "The Google model was unable to generate audio for this request.",
        ),
        # observed: file 21614578256, 30 s after a creation that named real people
        Failure("real_people", 422, "failed"),
        Failure("internal", 500, "Internal Error, Please try again later."),
        # code and text recorded on a sibling endpoint (aleph); in this record: inferred
        Failure("upstream", 500, "internal error, please try again later."),
        Failure("timeout", 500, "Internal Error - Timeout"),
        Failure("generation_failed", 501, "Failed - Video generation task failed"),
    )
}
UNAVAILABLE_4K = Failure(  # docs: 4K callbacks page
    "upgrade_failed",
    500,
    "The 4K version of this video is unavailable. Please try a different video.",
)
CALLBACK_CODES = {"fallback_refused": 422}  # every other callback has the record's errorCode
