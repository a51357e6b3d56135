"""One file per renderer: what a scene holds, how it is rendered, what the log says."""
