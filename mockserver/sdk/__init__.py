"""The only part of this package that a plug-in may import: one module for each kind.

A plug-in says with `sdk = 1` for which version it was written. While the number is the same,
everything here keeps its name and meaning.
"""

VERSION = 1
