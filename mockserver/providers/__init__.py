"""Codecs of the providers. Each has a folder that exports one `PROVIDER`, and is found by its
folder's name.
"""
