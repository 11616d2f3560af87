"""What tests share: servers on real sockets, strategies, small clients."""
