"""Reading frames: one decode gives evidence, statistics and a thumbnail."""
