"""Figures and how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the report; `goal` is what was hoped for."""

    what: str
    value: str
    goal: str = ""


def ratio(what: str, ours: Sequence[float], other: Sequence[float], goal: str = "") -> Figure:
    """The ratio of the medians, with both medians in seconds."""
    a, b = statistics.median(ours), statistics.median(other)
    return Figure(what, f"{a / b:.2f}  ({a:.2f} s / {b:.2f} s)", goal)


def percentiles(what: str, seconds: Sequence[float], goal: str = "") -> Figure:
    """p50 and p95 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    value = f"p50 {1000 * cuts[49]:.3g} ms, p95 {1000 * cuts[94]:.3g} ms  ({len(seconds)} times)"
    return Figure(what, value, goal)


def print_figures(figures: Sequence[Figure]) -> None:
    table = Table("what", "measured", "goal", box=None, pad_edge=False)
    for figure in figures:
        table.add_row(figure.what, figure.value, figure.goal)
    Console(width=150).print(table)
