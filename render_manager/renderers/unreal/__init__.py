"""Unreal Engine: Movie Render Queue, driven from inside by our own executor."""
