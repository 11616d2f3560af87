"""Annotations for GitHub Actions: errors for breaking changes, warnings for new things, else
notices.
"""

from contracts.counted import counted
from contracts.drift.model import Comparison

_WORDS = {"breaking": "error", "additive": "warning", "cosmetic": "notice"}


def render(comparison: Comparison) -> str:
    """Write a workflow command for each difference, and a summary."""
    lines = []
    for drift in comparison.drifts:
        title = _property(f"{comparison.provider}: {drift.kind} ({drift.severity})")
        lines.append(f"::{_WORDS[drift.severity]} title={title}::{_data(str(drift))}")
    told = f"{comparison.a} -> {comparison.b}: {counted(len(comparison.drifts), 'difference')}"
    lines.append(f"::notice title=reelmock diff {comparison.provider}::{_data(told)}")
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
