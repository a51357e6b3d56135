"""The second door: HTTP in, verbs, JSON out. `routes.py` can be read as its documentation."""
