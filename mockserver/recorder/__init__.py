"""Real jobs taped once and replayed for ever.

record.py     the reverse proxy before a provider      passing.py    one exchange on its way through it
spending.py   what may be spent through it             callbacks.py  callbacks on their way through it
media.py      videos by hash and size                  matching.py   which call an exchange is
har.py        a tape as HAR 1.2                        file.py       a tape on disk, whole at any moment
washing.py    what never reaches the disk              tape.py       reads tapes, other tools' too
jobs.py       a tape as jobs                           replay.py     a tape in place of a provider
signed.py     signed queries of links                  rewriting.py  ids, times and links made new
beside.py     records what is new to a replay          shelf.py      a folder of tapes
replays.py    tapes served beside another server
"""
