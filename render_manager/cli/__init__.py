"""The command line: arguments in, text or JSON out. Commands import what they need when they run."""
