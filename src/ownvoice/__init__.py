"""The speech server: the protocol of `cartesia` over engines on this machine."""
