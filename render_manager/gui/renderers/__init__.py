"""Which renderers are on this machine, and fetching the one that can be fetched."""
