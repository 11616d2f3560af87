"""An example of use at the end of every help text."""

from __future__ import annotations

import click

KEEP_LINES = "\b\n"  # click leaves the lines of what follows as they are

EXAMPLES = {
    "": "reelmock serve --speed 100",
    "calibrate": "reelmock calibrate job.har --provider kie --out kie.toml",
    "callback": "reelmock callback list --key sk-me",
    "callback list": "reelmock callback list --key sk-me --task 5098f871ac2caf1ae99b85d5313ac78f",
    "callback resend": "reelmock callback resend cb_1 --key sk-me",
    "campaign": "reelmock campaign --faults poll --html report.html -- python my_client.py",
    "clock": "reelmock clock advance 5m --key sk-me",
    "clock advance": "reelmock clock advance 5m --key sk-me",
    "clock mode": "reelmock clock mode manual --key sk-me",
    "clock rate": "reelmock clock rate 60 --key sk-me",
    "clock show": "reelmock clock show --key sk-me",
    "demo": "reelmock demo --out videos",
    "diff": "reelmock diff contract job.har --provider kie",
    "fault": "reelmock fault add http_error status=503 --times 2 --key sk-me",
    "fault add": "reelmock fault add latency delay=2s --times 3 --key sk-me",
    "fault clear": "reelmock fault clear --key sk-me",
    "fault list": "reelmock fault list",
    "fault remove": "reelmock fault remove rule_1 --key sk-me",
    "fault rules": "reelmock fault rules --key sk-me",
    "fault show": "reelmock fault show latency",
    "findings": "reelmock findings --over --key sk-me",
    "findings list": "reelmock findings list",
    "findings explain": "reelmock findings explain polled_too_fast",
    "journal": "reelmock journal list --key sk-me",
    "journal clear": "reelmock journal clear --key sk-me",
    "journal list": "reelmock journal list --provider kie --status 429 --key sk-me",
    "journal show": "reelmock journal show 3 --key sk-me",
    "make": 'reelmock make "a cat" --provider kie --base-url http://127.0.0.1:8080/kie --api-key sk-me',
    "profile": "reelmock profile set flaky --key sk-me",
    "profile check": "reelmock profile check my-bad-day.yaml",
    "profile clear": "reelmock profile clear --key sk-me",
    "profile list": "reelmock profile list",
    "profile set": "reelmock profile set flaky --key sk-me",
    "profile show": "reelmock profile show flaky",
    "provider": "reelmock provider show kie",
    "mcp": "reelmock mcp --url http://127.0.0.1:8080 --key sk-me",
    "new": "reelmock new scenario hiccup",
    "provider list": "reelmock provider list",
    "provider show": "reelmock provider show kie",
    "record": "reelmock record --provider kie --out job.har --budget 60",
    "redact": "reelmock redact browser.har --out clean.har",
    "replay": "reelmock replay job.har --speed 60",
    "run": "reelmock run -- python my_client.py",
    "sandbox": "reelmock sandbox create --clock manual --seed 7",
    "sandbox create": "reelmock sandbox create --clock manual --start 2030-01-01 --balance kie=500",
    "sandbox delete": "reelmock sandbox delete nightly",
    "sandbox export": "reelmock sandbox export --key sk-me --out sandbox.json",
    "sandbox import": "reelmock sandbox import sandbox.json",
    "sandbox list": "reelmock sandbox list",
    "sandbox reset": "reelmock sandbox reset --key sk-me",
    "sandbox show": "reelmock sandbox show --key sk-me",
    "sandbox speed": "reelmock sandbox speed 1000 --key sk-me",
    "sandbox webhook-key": "reelmock sandbox webhook-key whsec-me --key sk-me",
    "scenario": "reelmock scenario set fail code=content_policy --key sk-me",
    "scenario clear": "reelmock scenario clear --key sk-me",
    "scenario list": "reelmock scenario list",
    "scenario set": "reelmock scenario set fail code=content_policy --provider kie --key sk-me",
    "scenario show": "reelmock scenario show --key sk-me",
    "serve": "reelmock serve --port 0 --profile flaky --json",
    "task": "reelmock task list --key sk-me",
    "task list": "reelmock task list --key sk-me",
    "task show": "reelmock task show 5098f871ac2caf1ae99b85d5313ac78f --key sk-me",
    "verify": "reelmock verify kie --base-url http://127.0.0.1:8080/kie --budget 200",
    "wait": "reelmock wait http://127.0.0.1:8080 --for 30s",
    "watch": "reelmock watch --kind exchange,phase --key sk-me",
}
"""One line for each command, by its name below `reelmock`."""


def with_examples(command: click.Command, name: str) -> click.Command:
    """The command and those below it, each with its example below its help text."""
    if name in EXAMPLES:
        command.epilog = f"{KEEP_LINES}Example:\n  {EXAMPLES[name]}"
    if isinstance(command, click.Group):
        for word, below in command.commands.items():
            with_examples(below, f"{name} {word}".strip())
    return command
