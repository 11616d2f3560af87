"""Real jobs taped once and replayed for ever.

record.py     the reverse proxy before a provider      spending.py   what may be spent through it
callbacks.py  callbacks on their way through it        media.py      videos by hash and size
har.py        tapes as HAR 1.2                         file.py       a tape on disk, whole at any moment
washing.py    what never reaches the disk              matching.py   which call an entry is
replay.py     a tape in place of a provider            rewriting.py  ids, times and links made new
"""
