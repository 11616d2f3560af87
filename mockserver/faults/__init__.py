"""Mechanisms of faults.

Each file exports one `FAULT`. Users see them as the names in `catalogue.yaml`.
"""
