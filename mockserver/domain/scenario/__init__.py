"""Scenarios: makers of plans that decide what happens to a job."""
