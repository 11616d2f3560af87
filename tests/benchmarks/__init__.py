"""Speed as ratios: each case runs interleaved with a bare ASGI function in the same minute."""
