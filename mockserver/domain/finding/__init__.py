"""Findings: the evidence of a sandbox, and the mistakes that it shows."""
