"""Linux: a unit of the user's own systemd."""

from __future__ import annotations

import os
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.service.autostart.program import (
    MARK,
    NOT_THERE,
    Done,
    Program,
    Run,
    Service,
    check_ours,
    not_any_more,
    refused,
    remove_ours,
    write_ours,
)

UNITS = {
    Service.MANAGER: "render-manager.service",
    Service.WORKER: "render-manager-worker.service",
}

DESCRIPTIONS = {
    Service.MANAGER: "Render Manager",
    Service.WORKER: "Farm worker of Render Manager",
}

# A crash must not take renderers along: the next start takes them over. With wrong settings (2)
# another start would fare no better; 130 is how it ends when it is told to.
_TEXT = """\
# {mark}: render-manager {switch} --on
[Unit]
Description={description}

[Service]
ExecStart={command}
{extra}Restart=on-failure
RestartSec=10
RestartPreventExitStatus=2
SuccessExitStatus=130
KillMode=process
TimeoutStopSec=60

[Install]
WantedBy=default.target
"""


class Systemd:
    def __init__(self, run: Run, program: Program) -> None:
        self._run = run
        self._program = program
        self._unit = UNITS[program.service]
        self._title = program.service.title

    def is_on(self) -> bool:
        return self._systemctl("is-enabled", self._unit).code == 0

    def turn_on(self) -> list[str]:
        file = unit_file(self._unit)
        check_ours(file)
        if self._systemctl("--version").code == NOT_THERE:
            sentence = _("There is no systemd here. Start this with your session: {command}")
            raise UserError(sentence.format(command=" ".join(self._program.words)))
        write_ours(file, unit_text(self._program).encode())
        for words in (("daemon-reload",), ("enable", self._unit)):
            if (done := self._systemctl(*words)).code != 0:
                remove_ours(file)
                raise refused(done)
        return [
            _("{program} starts with this computer: {file}").format(program=self._title, file=file),
            self._before_the_login(),
            _("To start it now: {command}").format(command=f"systemctl --user start {self._unit}"),
        ]

    def turn_off(self) -> list[str]:
        file = unit_file(self._unit)
        check_ours(file)
        if file.exists():
            if (done := self._systemctl("disable", self._unit)).code != 0:
                raise refused(done)
            remove_ours(file)
            self._systemctl("daemon-reload")
        return [not_any_more(self._title)]

    def _before_the_login(self) -> str:
        if self._run(("loginctl", "enable-linger")).code == 0:
            return _("It need not wait for you to log in.")
        sentence = _("It waits for you to log in; for it not to, run: {command}")
        return sentence.format(command="sudo loginctl enable-linger $USER")

    def _systemctl(self, *words: str) -> Done:
        return self._run(("systemctl", "--user", *words))


def unit_file(unit: str) -> Path:
    base = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    return folder / "systemd" / "user" / unit


def unit_text(program: Program) -> str:
    extra = ""
    if program.folder is not None:
        extra += f"WorkingDirectory={_literal(str(program.folder))}\n"
    for name, value in program.environment.items():
        extra += f"Environment={_quoted(f'{name}={value}')}\n"
    command = " ".join(_quoted(word).replace("$", "$$") for word in program.words)
    return _TEXT.format(
        mark=MARK,
        switch=program.service.command,
        description=DESCRIPTIONS[program.service],
        command=command,
        extra=extra,
    )


def _quoted(word: str) -> str:
    text = _literal(word.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{text}"' if text != word or any(c in " \t'" for c in word) else word


def _literal(text: str) -> str:
    """Without a meaning for systemd. Raises UserError for what it cannot be told."""
    if not text.isprintable():
        raise UserError(_("“{path}” has a line break in its name. Rename it.").format(path=text))
    return text.replace("%", "%%")
