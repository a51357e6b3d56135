"""A real browser without a window, driven over a pipe by its own protocol (DevTools)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--mute-audio",
)
AS_3_AND_4 = (
    "import os, sys; from fcntl import F_DUPFD, fcntl; "
    "theirs, ours = (fcntl(int(number), F_DUPFD, 9) for number in sys.argv[1:3]); "
    "os.dup2(theirs, 3); os.dup2(ours, 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""Runs a program with these two file numbers: where the protocol is spoken."""

KEYS = {"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
SECONDS = 20.0
LEFT = ("context", "collected", "navigated", "Inspected target")
"""Words of the fault when a page was left while something was awaited in it."""

AWAITED = """new Promise((done, fail) => {
  const until = performance.now() + %d;
  const look = () => {
    let found = false;
    try { found = (() => (%s))(); } catch { found = false; }
    if (found) done(true);
    else if (performance.now() > until) fail(new Error("never so"));
    else setTimeout(look, 10);
  };
  look();
})"""


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class ProtocolError(Exception):
    """What Chromium says was wrong."""


class Chromium:
    """The browser; ends when the block is left."""

    def __init__(self, program: str, home: Path) -> None:
        theirs, self._out = os.pipe()
        self._in, ours = os.pipe()
        wrapped = [sys.executable, "-c", AS_3_AND_4, str(theirs), str(ours)]
        profile = f"--user-data-dir={home}"
        self._process = subprocess.Popen(
            [*wrapped, program, *FLAGS, profile, "about:blank"],
            pass_fds=(theirs, ours),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(ours)
        self._rest = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call("Browser.close")
        finally:
            os.close(self._out)
            os.close(self._in)
            with self._process:
                self._process.wait(SECONDS)

    def page(self, width: int = 1440, height: int = 900, language: str = "en-US") -> Page:
        """A page with cookies and a memory of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        asked = {"url": "about:blank", "browserContextId": context}
        target = self.call("Target.createTarget", asked)["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = Page(self, attached["sessionId"])
        page.resize(width, height)
        page.speak(language)
        return page

    def call(
        self, method: str, asked: dict[str, Any] | None = None, session: str | None = None
    ) -> dict[str, Any]:
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": asked or {}}
        if session is not None:
            said["sessionId"] = session
        data = json.dumps(said).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        until = time.monotonic() + SECONDS
        while (heard := self._hear(until)).get("id") != self._number:
            self.events.append(heard)
        if "error" in heard:
            raise ProtocolError(heard["error"]["message"])
        result: dict[str, Any] = heard["result"]
        return result

    def _hear(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            data = os.read(self._in, 1 << 20) if ready else b""
            if not data:
                raise ProtocolError("Chromium does not answer")
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(message)
        return heard


class Page:
    """One page of it, as a person uses it: `css` names what is looked for."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **asked: Any) -> dict[str, Any]:
        return self._browser.call(method, asked, self._session)

    def resize(self, width: int, height: int) -> None:
        is_phone = width < 600
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=is_phone,
        )

    def speak(self, language: str) -> None:
        agent = self._browser.call("Browser.getVersion")["userAgent"]
        self._call(
            "Network.setUserAgentOverride",
            userAgent=agent.replace("Headless", ""),
            acceptLanguage=language,
        )

    def dress(self, theme: str) -> None:
        """`dark` or `light`, as the system would have it."""
        feature = {"name": "prefers-color-scheme", "value": theme}
        self._call("Emulation.setEmulatedMedia", features=[feature])

    def set_cookie(self, url: str, name: str, value: str) -> None:
        self._call("Network.setCookie", url=url, name=name, value=value, httpOnly=True)

    def go(self, url: str) -> None:
        self._call("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """The value of a script's expression. Raises ProtocolError with what was thrown."""
        found = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            thrown = found["exceptionDetails"]
            raise ProtocolError(thrown.get("exception", {}).get("description") or thrown["text"])
        return found["result"].get("value")

    def wait(self, condition: str, seconds: float = 10) -> None:
        """Until an expression of JavaScript holds, in whatever page is there by then."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            try:
                self.run(AWAITED % (max(left, 0.1) * 1000, condition))
                return
            except ProtocolError as error:
                is_left = any(word in str(error) for word in LEFT)
                if not is_left or left < 0:
                    shown = self.run("document.body?.innerText")
                    raise AssertionError(f"never so: {condition}\n{shown}") from None

    def see(self, css: str, text: str = "") -> None:
        """Until something like that is shown, with the text in it."""
        self.wait(f"{_found(css, text)}?.checkVisibility()")

    def click(self, css: str, text: str = "") -> None:
        self.see(css, text)
        self.run(f"{_found(css, text)}.click()")

    def write(self, css: str, text: str) -> None:
        self.see(css)
        self.run(f"document.querySelector({json.dumps(css)}).focus()")
        self._call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            number = KEYS[key]
            self._call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=number,
            )

    def prepare(self, script: str) -> None:
        """Run it in every page that is opened from now on, before its own scripts."""
        self._call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def choose_file(self, css: str, file: Path) -> None:
        self.wait(f"document.querySelector({json.dumps(css)})")
        script = f"document.querySelector({json.dumps(css)})"
        found = self._call("Runtime.evaluate", expression=script)["result"]["objectId"]
        self._call("DOM.setFileInputFiles", objectId=found, files=[str(file)])

    def shoot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))

    @property
    def faults(self) -> list[str]:
        """What the console would show in red."""
        found = []
        for event in self._mine():
            said = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(said["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded" and said["entry"]["level"] == "error":
                found.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
            elif event["method"] == "Runtime.consoleAPICalled" and said["type"] == "error":
                found.append(json.dumps(said["args"]))
        return found

    @property
    def requests(self) -> list[str]:
        """The addresses of all that it asked for."""
        found = []
        for event in self._mine():
            if event["method"] == "Network.requestWillBeSent":
                found.append(event["params"]["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                found.append(event["params"]["url"])
        return found

    def _mine(self) -> list[dict[str, Any]]:
        return [event for event in self._browser.events if event.get("sessionId") == self._session]


def _found(css: str, text: str) -> str:
    """JavaScript for the first that fits."""
    all_of_it = f"[...document.querySelectorAll({json.dumps(css)})]"
    return f"{all_of_it}.find((each) => each.textContent.includes({json.dumps(text)}))"
