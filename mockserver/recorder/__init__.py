"""Real jobs taped once.

record.py     the reverse proxy before a provider      passing.py    one exchange on its way through it
spending.py   what may be spent through it             callbacks.py  callbacks on their way through it
media.py      videos by hash and size                  matching.py   which call an exchange is
har.py        a tape as HAR 1.2                        file.py       a tape on disk, whole at any moment
tape.py       reads tapes, other tools' too            washing.py    what never reaches the disk
"""
