"""Runs the same conformance suite against the mock or the real provider. Without a budget, it is free.

main.run(options)        the command
├── subjects/<name>.py   what to ask a provider, and what it costs
├── target.py            the only place that speaks HTTP
├── job.py               the paid job that most checks share
├── checks/<area>.py     the checks, found by the name of their file
├── har.py               recorded traffic instead of a live host
└── report/<format>.py   the reports
"""
