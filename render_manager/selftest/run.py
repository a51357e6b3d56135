"""The self-test as a program: a folder of its own, the checks, the report."""

from __future__ import annotations

import json
import logging
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import render_manager
from render_manager.assembly import RenderManager, assemble
from render_manager.base.i18n import _
from render_manager.base.settings import Settings, default, load_settings
from render_manager.gui.trial import window_application
from render_manager.renderers.renderer import Renderer
from render_manager.selftest.checks import Checks, all_checks
from render_manager.selftest.renderer import SelftestCatalog
from render_manager.selftest.report import Report

AS_SET_HERE = {
    "api_port": 0,
    "cancel_grace_seconds": 0.5,
    "min_free_memory_mb": 0,
    "min_free_disk_mb": 0,
    "prevent_sleep": False,
}


def run_selftest(*, as_json: bool, renderer: Renderer | None = None) -> int:
    """Make every check and print the report; 0 if each passed, else 1.

    Nothing is touched but a temporary folder, which is removed.
    """
    with _temporary_home() as folder:
        report = _check_all(folder, renderer)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        print(report.text(_heading()))
    return 0 if report.passed else 1


def _heading() -> str:
    version, python = render_manager.__version__, platform.python_version()
    return f"Render Manager {version}, Python {python}, {platform.platform()}"


def _check_all(folder: Path, renderer: Renderer | None) -> Report:
    report = Report()
    application = window_application()
    built: list[RenderManager] = []

    def build() -> str:
        settings = _own_settings()
        built.append(assemble(settings, catalog=SelftestCatalog(settings, renderer)))
        built[0].start()
        return str(folder)

    if not report.attempt("start", _("Start"), build):
        return report
    checks = Checks(built[0], folder)
    try:
        for name, title, act in all_checks(checks):
            report.attempt(name, title, act)
    finally:
        report.attempt("stop", _("Stop"), lambda: _stop(checks, built[0]))
        application.processEvents()
    return report


def _stop(checks: Checks, manager: RenderManager) -> str:
    checks.close()
    manager.stop()
    return _("everything was put away")


def _own_settings() -> Settings:
    """The defaults, whatever environment, `.env` and settings file say."""
    ordinary = {name: default(name) for name in Settings.model_fields}
    return load_settings(**(ordinary | AS_SET_HERE))


@contextmanager
def _temporary_home() -> Iterator[Path]:
    """A folder that is `RENDER_MANAGER_HOME` as long as this lasts.

    Its name has letters of other scripts in it, as folders of users have.
    """
    before = os.environ.get("RENDER_MANAGER_HOME")
    folder = Path(tempfile.mkdtemp(prefix="render manager 自检 ü "))
    os.environ["RENDER_MANAGER_HOME"] = str(folder / "home")
    (folder / "home").mkdir()
    try:
        yield folder
    finally:
        if before is None:
            del os.environ["RENDER_MANAGER_HOME"]
        else:
            os.environ["RENDER_MANAGER_HOME"] = before
        logging.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
