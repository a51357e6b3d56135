"""What the self-test found, for a person or a program."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried. `name` is its word for programs, `title` that for people."""

    name: str
    title: str
    passed: bool
    says: str
    seconds: float


@dataclass(slots=True)
class Report:
    """The checks in the order in which they were made."""

    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    def attempt(self, name: str, title: str, act: Callable[[], str]) -> bool:
        """Make one check: `act` returns what it saw, or raises what is wrong."""
        began = time.monotonic()
        try:
            passed, says = True, act()
        except UserError as error:
            passed, says = False, str(error)
        except Exception as error:
            LOG.critical("This is a bug", exc_info=True)
            passed, says = False, f"{type(error).__name__}: {error}"
        self.checks.append(Check(name, title, passed, says, time.monotonic() - began))
        return passed

    def text(self, heading: str) -> str:
        """A line for each check, and one that says how it went as a whole."""
        lines = [heading, ""]
        for check in self.checks:
            mark = "✔" if check.passed else "✖"
            lines.append(f"  {mark} {check.title} ({check.seconds:.1f} s): {check.says}")
        failed = [check.title for check in self.checks if not check.passed]
        if failed:
            last = _("Render Manager does not work here: {checks}.").format(
                checks=", ".join(failed)
            )
        else:
            last = _("Render Manager works here.")
        return "\n".join([*lines, "", last])

    def as_json(self) -> dict[str, Any]:
        checks = [
            {
                "name": check.name,
                "ok": check.passed,
                "says": check.says,
                "seconds": round(check.seconds, 3),
            }
            for check in self.checks
        ]
        return {"ok": self.passed, "checks": checks}
