"""The proofs by killing, shortly; `python -m tests.proof.kills` does them at length."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.proof import kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")


@pytest.mark.parametrize("what", ["program", "renderer"])
def test_after_kills_all_is_there_and_nothing_was_rendered_twice(what: str, home: Path) -> None:
    proof = kills.prove(what, "fake", count=4, seed=7, home=home, frames=20)
    assert proof.wrong == []
