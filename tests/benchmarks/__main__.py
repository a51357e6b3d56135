"""`python -m tests.benchmarks [SECTION …]`: figures, each a ratio or count from one run.

Timings on a shared machine are noisy: what is compared is measured in turns (A B A B …) and
quoted as the ratio of medians. Nothing here passes or fails.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

from tests.benchmarks import (
    api,
    database,
    evidence,
    farm,
    farm_original,
    frame_grid,
    latency,
    log,
    overhead,
    player,
    thumbnails,
    window,
)
from tests.benchmarks.report import Figure, print_figures

SECTIONS = {
    "overhead": overhead.measure,
    "latency": latency.measure,
    "evidence": evidence.measure,
    "thumbnails": thumbnails.measure,
    "player": player.measure,
    "database": database.measure,
    "window": window.measure,
    "frame_grid": frame_grid.measure,
    "log": log.measure,
    "api": api.measure,
    "farm": farm.measure,
    "farm_original": farm_original.measure,
}


def main(names: list[str]) -> None:
    figures: list[Figure] = []
    for name in names or SECTIONS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="render-manager-benchmark-") as folder:
            figures += SECTIONS[name](Path(folder))
    print_figures(figures)


if __name__ == "__main__":
    main(sys.argv[1:])
