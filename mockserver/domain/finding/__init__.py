"""Findings: the evidence of a sandbox, and what is drawn from it."""
