"""Windows: a task of the Task Scheduler that starts when the user logs on.

Unproven: no Windows was at hand; the form is that of Microsoft's task schema 1.2, and schtasks is
called as it is documented.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

from render_manager.base.i18n import _
from render_manager.base.paths import data_home
from render_manager.service.autostart.program import (
    MARK,
    Done,
    Program,
    Run,
    Service,
    not_any_more,
    refused,
    remove_ours,
    write_ours,
)

NAMES = {Service.MANAGER: "RenderManager", Service.WORKER: "RenderManagerWorker"}

# Without these settings Windows ends a task after three days, and when a laptop's plug is pulled.
_XML = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>Render Manager</Author>
    <Description>{mark}: render-manager {switch} --on</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>{folder}
    </Exec>
  </Actions>
</Task>
"""


class TaskScheduler:
    def __init__(self, run: Run, program: Program) -> None:
        self._run = run
        self._program = program
        self._name = NAMES[program.service]
        self._title = program.service.title

    def is_on(self) -> bool:
        return self._schtasks("/Query", "/TN", self._name).code == 0

    def turn_on(self) -> list[str]:
        file = task_file(self._program.service)
        write_ours(file, b"\xff\xfe" + task_xml(self._program, user_name()).encode("utf-16-le"))
        done = self._schtasks("/Create", "/TN", self._name, "/XML", str(file), "/F")
        if done.code != 0:
            raise refused(done)
        told = [
            _("{program} starts when you log on: the task {name}").format(
                program=self._title, name=self._name
            ),
            _("To start it now: {command}").format(command=f"schtasks /Run /TN {self._name}"),
        ]
        for name in self._program.environment:
            sentence = _("A task has no environment of its own: set {name} for your user (setx).")
            told.append(sentence.format(name=name))
        return told

    def turn_off(self) -> list[str]:
        if self.is_on() and (done := self._schtasks("/Delete", "/TN", self._name, "/F")).code != 0:
            raise refused(done)
        remove_ours(task_file(self._program.service))
        return [not_any_more(self._title)]

    def _schtasks(self, *words: str) -> Done:
        return self._run(("schtasks", *words))


def task_file(service: Service) -> Path:
    name = "autostart.xml" if service is Service.MANAGER else f"autostart-{service.value}.xml"
    return data_home() / name


def user_name() -> str:
    domain, user = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
    return f"{domain}\\{user}" if domain else user


def task_xml(program: Program, user: str) -> str:
    folder = ""
    if program.folder is not None:
        folder = f"\n      <WorkingDirectory>{escape(str(program.folder))}</WorkingDirectory>"
    return _XML.format(
        mark=MARK,
        switch=program.service.command,
        user=escape(user),
        command=escape(program.words[0]),
        arguments=escape(subprocess.list2cmdline(program.words[1:])),
        folder=folder,
    )
