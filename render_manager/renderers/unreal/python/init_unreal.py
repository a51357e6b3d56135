"""Unreal runs this file from each folder that UE_PYTHONPATH names, when its Python starts."""

import os

if os.environ.get("RENDER_MANAGER_JOB"):
    import render_manager_executor  # noqa: F401 - so that Unreal knows the class
