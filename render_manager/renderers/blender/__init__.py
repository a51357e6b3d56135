"""Blender: installed or embedded, driven by a script of ours, heard through its log."""
