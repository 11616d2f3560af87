"""What a plug-in may import, and nothing else of this package: one module for each kind.

A plug-in says with `sdk = 1` for which of its versions it was written. What stands here keeps its
name and meaning for as long as the number stays.
"""

VERSION = 1
