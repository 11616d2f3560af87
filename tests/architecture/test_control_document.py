"""What is made from the operations of the control API is made anew when they change."""

from __future__ import annotations

import msgspec
import yaml

from mockserver.control.document import document
from tests.support import control_reference
from tests.support.flow_yaml import flowing


def test_the_document_says_what_the_operations_say() -> None:
    text = control_reference.SOURCE.read_text("utf-8")
    assert text == flowing(document()), "run `python -m tests.support.control_reference`"
    assert yaml.safe_load(text) == msgspec.to_builtins(document())


def test_the_reference_page_is_what_the_document_says() -> None:
    assert control_reference.PAGE.read_text("utf-8") == control_reference.page(document())
