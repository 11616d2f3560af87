"""For CI systems that read JUnit XML. A failed SHOULD or MAY counts as passed, with its text."""

import re
from xml.etree import ElementTree as Xml

from contracts.verifier.model import Report

# XML 1.0 has no way to write these.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Write one test suite with a test case for each check, or with one error if none could be made."""
    failed = sum(result.violates for result in report.results)
    counts = {
        "tests": str(len(report.results) + bool(report.error)),
        "failures": str(failed),
        "errors": "1" if report.error else "0",
        "skipped": str(report.count("skip")),
    }
    attributes = {"name": f"reelmock verify {report.provider}", **counts}
    suite = Xml.Element("testsuite", attributes)
    if report.error:
        case = Xml.SubElement(
            suite, "testcase", classname=report.provider, name="the checks can be made"
        )
        message = _FORBIDDEN.sub("?", report.error)
        Xml.SubElement(case, "error", message=message, type="could_not_run").text = message
    for result in report.results:
        name = f"{result.check.id}: {result.check.title}"
        place = f"{report.provider}.{result.check.area}"
        case = Xml.SubElement(suite, "testcase", classname=place, name=name)
        text = _FORBIDDEN.sub("?", "\n".join(result.problems))
        if result.violates:
            message = text.partition("\n")[0]
            Xml.SubElement(case, "failure", message=message, type=result.check.level).text = text
        elif result.outcome == "fail":
            Xml.SubElement(case, "system-out").text = f"{result.check.level}: {text}"
        elif result.outcome == "skip":
            Xml.SubElement(case, "skipped", message=_FORBIDDEN.sub("?", result.reason))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suite, "unicode") + "\n"
