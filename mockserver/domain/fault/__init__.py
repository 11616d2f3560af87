"""Fault rules: how they are given, compiled, found, matched and combined."""
