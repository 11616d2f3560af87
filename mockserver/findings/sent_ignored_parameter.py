"""A parameter was sent that the provider does not know and silently ignores."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from mockserver.domain.evidence import Evidence, json_of
from mockserver.domain.finding import Finding, Sighting


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What the documents list, by provider and end of the path (seeds 000, 001, 003; docs.kie.ai).
KNOWN: dict[tuple[str, str], frozenset[str]] = {
    ("apiyi", "/v1/videos"): frozenset({"model", "prompt"}),
    ("kie", "/api/v1/veo/generate"): _names(
        "prompt imageUrls model generationType aspect_ratio aspectRatio callBackUrl enableFallback "
        "enableTranslation watermark resolution duration seeds"
    ),
    ("kie", "/api/v1/veo/extend"): _names("taskId prompt seeds model watermark callBackUrl"),
    ("kie", "/api/v1/veo/get-4k-video"): frozenset({"taskId", "index", "callBackUrl"}),
    ("xcompute", "/v1/videos/generations"): _names(
        "model prompt duration aspect_ratio generation_type image_urls resolution enable_gif "
        "official_fallback webhook"
    ),
}


def _look(evidence: Evidence) -> Iterator[Sighting]:
    seen: dict[tuple[str, str], list[int]] = {}
    for entry in evidence.exchanges("create", "upgrade"):
        known = next(
            (
                names
                for (provider, path), names in KNOWN.items()
                if provider == entry.provider and entry.path.endswith(path)
            ),
            None,
        )
        body = json_of(entry.request_body)
        if known is None or not isinstance(body, dict):
            continue
        for name in body:
            if name not in known:
                seen.setdefault((name, _meant(name, known)), []).append(entry.seq)
    for (name, meant), seqs in seen.items():
        hint = f"; did you mean `{meant}`?" if meant else ""
        yield Sighting(f"`{name}` is ignored{hint}", tuple(seqs))


def _meant(name: str, known: frozenset[str]) -> str:
    """The known parameter that a name comes near, whatever its case and underscores."""
    plain = {k.lower().replace("_", ""): k for k in sorted(known)}
    near = get_close_matches(name.lower().replace("_", ""), plain, n=1, cutoff=0.75)
    return plain[near[0]] if near else ""


FINDING = Finding(
    "sent_ignored_parameter",
    "warning",
    "sent a parameter that the provider silently ignores",
    "Providers do not refuse what they do not know. A misspelt `callbackUrl` (Kie writes "
    "`callBackUrl`) means that no callback ever comes, and no error says so.",
    "Spell parameters as the provider's documents do, and leave out what they do not list.",
    _look,
)
