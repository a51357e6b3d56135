"""`render-manager selftest`: proves on this machine that the parts work together."""
