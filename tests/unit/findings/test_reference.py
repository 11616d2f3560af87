"""The reference is what the code says."""

from tests.unit.findings.reference import PAGE, page


def test_the_reference_is_up_to_date() -> None:
    hint = "run python -m tests.unit.findings.reference"
    assert PAGE.read_text("utf-8") == page(), hint
