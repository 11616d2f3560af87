"""For CI systems that read JUnit XML. A breaking difference is a failure; all others pass."""

import re
from xml.etree import ElementTree as Xml

from contracts.drift.model import Comparison

# XML 1.0 has no way to write these.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(comparison: Comparison) -> str:
    """Write one test suite with a test case for each difference; if there is no difference, with
    one that passes.
    """
    counts = {
        "tests": str(max(len(comparison.drifts), 1)),
        "failures": str(comparison.count("breaking")),
    }
    suite = Xml.Element("testsuite", {"name": f"reelmock diff {comparison.provider}", **counts})
    for drift in comparison.drifts:
        text = _FORBIDDEN.sub("?", str(drift))
        place = f"{comparison.provider}.{drift.severity}"
        case = Xml.SubElement(
            suite, "testcase", classname=place, name=f"{drift.kind}: {drift.place}"
        )
        if drift.severity == "breaking":
            Xml.SubElement(case, "failure", message=text, type=drift.kind).text = text
        else:
            Xml.SubElement(case, "system-out").text = text
    if not comparison.drifts:
        Xml.SubElement(suite, "testcase", classname=comparison.provider, name="no difference")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suite, "unicode") + "\n"
