"""Scenarios: plan makers that decide what becomes of a job."""
