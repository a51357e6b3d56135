"""Rendering on other machines: the manager's end and the worker's, over Celery and its broker."""
