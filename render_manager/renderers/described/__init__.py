"""The parts of a renderer that is described by a TOML file instead of by code."""
