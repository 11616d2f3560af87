"""How a flag among the parameters of a fault may be written."""

from __future__ import annotations

import pytest

from mockserver.domain.fault.fault import Parameter
from mockserver.domain.input.errors import BadInput

FLAG = Parameter("flag", "on or off")


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        (True, True),
        ("true", True),
        ("yes", True),
        ("1", True),
        (False, False),
        ("false", False),
        ("no", False),
        ("0", False),
    ],
)
def test_a_flag_is_read_as_people_write_it(given: object, flag: bool) -> None:
    assert FLAG.read("truncate", given) is flag


@pytest.mark.parametrize("given", ["on", "", "2", None, 2])
def test_what_is_no_flag_is_refused(given: object) -> None:
    with pytest.raises(BadInput, match="truncate"):
        FLAG.read("truncate", given)
