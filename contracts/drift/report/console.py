"""For people at a terminal."""

from contracts.drift.model import SEVERITIES, Comparison


def render(comparison: Comparison) -> str:
    """Write the differences by severity, then what could not be compared."""
    lines = [f"{comparison.provider}: {comparison.a} -> {comparison.b}"]
    for severity in SEVERITIES:
        drifts = [drift for drift in comparison.drifts if drift.severity == severity]
        if drifts:
            lines += ["", f"{severity}:", *(f"  {drift}" for drift in drifts)]
    lines += ["", *(f"note: {note}" for note in comparison.notes), _verdict(comparison)]
    return "\n".join(lines) + "\n"


def _verdict(comparison: Comparison) -> str:
    if not comparison.drifts:
        return "no difference"
    return ", ".join(f"{comparison.count(severity)} {severity}" for severity in SEVERITIES)
