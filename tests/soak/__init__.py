"""Long runs that break things on purpose, each with a checker of what was promised."""
