"""A --help whose commands stand in groups, in plain text: typer itself does so with colours only."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class GroupedHelp(TyperGroup):
    """Commands under the heading that is their `rich_help_panel`, in the order of their arrival."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            if not command.hidden:
                panel = getattr(command, "rich_help_panel", None)
                heading = panel if isinstance(panel, str) else "Commands"
                groups.setdefault(heading, []).append((name, command))
        longest = max(len(name) for group in groups.values() for name, _command in group)
        for heading, group in groups.items():
            limit = formatter.width - 6 - longest
            rows = [(name.ljust(longest), each.get_short_help_str(limit)) for name, each in group]
            with formatter.section(heading):
                formatter.write_dl(rows)
