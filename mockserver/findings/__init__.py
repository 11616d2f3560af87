"""What clients do wrong.

Each file is one finding: it exports one `FINDING`, and its name is the finding's.
"""
