"""Another machine's queue as if it were here, over its API and its live events."""
