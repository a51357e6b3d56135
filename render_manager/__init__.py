"""Render Manager: queue, watch and trust renders."""

__version__ = "0.1.0"
