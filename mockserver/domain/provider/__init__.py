"""A provider: its codec, its facts, and what findings and campaigns need to know of it."""
