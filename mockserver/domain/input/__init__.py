"""Reads texts that come in: quantities, patterns, and the words for what is wrong."""
