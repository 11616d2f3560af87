"""Campaigns: run a command once for every fault and phase, and see how it coped.

plan ──► attempt (one case: sandbox, command, evidence) ──► verdict ──► table, page, junit, json
"""
