"""Campaigns: a command run once for every fault and phase, and how it coped.

plan ──► attempt (one case: sandbox, command, evidence) ──► verdict ──► table, page, junit, json
"""
