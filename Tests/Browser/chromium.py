"""Headless Chromium, driven through its devtools protocol over a pair of pipes: no driver, no port, no library."""

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from typing import Any

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    # Containers have no room for the sandbox; the pages are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--no-first-run",
    "--force-color-profile=srgb",
    # Widths of text as they are on paper, whatever the pixels.
    "--font-render-hinting=none",
    # What a page asks of the network is told, and never sent.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class ChromiumError(Exception):
    """Chromium is missing, does not answer, or refuses a command."""


def find() -> str:
    """The path of Chromium: $CHROMIUM, else the first of its names that is there."""
    wanted = os.environ.get("CHROMIUM")
    for name in [wanted] if wanted else NAMES:
        if path := shutil.which(name):
            return path
    raise ChromiumError(
        f"{wanted or 'Chromium'} is not there: install it (Debian: apt-get install chromium fonts-liberation), "
        "or name another with CHROMIUM=/path/to/it")


class Chromium:
    """One process of the browser. A command waits for its answer; events are kept until they are taken."""

    def __init__(self, path: str, patience: float = 60) -> None:
        self.patience = patience
        self.events: list[dict[str, Any]] = []
        self._count = 0
        self._unread = b""
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        commands, self._commands = _pipe()
        self._answers, answers = _pipe()
        command = [path, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        # Chromium reads commands from descriptor 3 and answers on 4.
        self._process = os.posix_spawn(path, command, os.environ, setpgroup=0, file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, commands, 3),
            (os.POSIX_SPAWN_DUP2, answers, 4),
        ])
        os.close(commands)
        os.close(answers)

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._commands)
        os.close(self._answers)
        os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of a command."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            try:
                unsent = unsent[os.write(self._commands, unsent):]
            except BrokenPipeError:
                raise ChromiumError("Chromium has ended") from None
        deadline = time.monotonic() + self.patience
        while True:
            answer = self._receive(deadline, method)
            if answer.get("id") != self._count:
                self.events.append(answer)
            elif "error" in answer:
                raise ChromiumError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def wait(self, event: str) -> None:
        """Until an event has come."""
        deadline = time.monotonic() + self.patience
        while all(known["method"] != event for known in self.events):
            self.events.append(self._receive(deadline, event))

    def _receive(self, deadline: float, awaited: str) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise ChromiumError(f"Chromium gives no answer to {awaited} in {self.patience:.0f} seconds")
            piece = os.read(self._answers, 1 << 20)
            if not piece:
                raise ChromiumError("Chromium has ended")
            self._unread += piece
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)


class Tab:
    """A page in a tab of its own. What is evaluated runs in a world apart from the page's scripts."""

    def __init__(self, browser: Chromium) -> None:
        self.browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        self._world = 0
        browser.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> "Tab":
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.call("Target.closeTarget", targetId=self._target)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self._session, **parameters)

    def open(self, url: str) -> None:
        """Loads a page, and waits until its pictures are there."""
        answer = self.call("Page.navigate", url=url)
        if "errorText" in answer:
            raise ChromiumError(f"{url}: {answer['errorText']}")
        self.browser.wait("Page.loadEventFired")
        world = self.call("Page.createIsolatedWorld", frameId=answer["frameId"])
        self._world = world["executionContextId"]
        # Lazy images beyond the window would never come.
        self.evaluate("for (const image of document.images) image.loading = 'eager'")
        self.evaluate("Promise.allSettled([document.fonts.ready, ...[...document.images].map(i => i.decode())])")

    def evaluate(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        answer = self.call("Runtime.evaluate", expression=script, contextId=self._world, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise ChromiumError(thrown.get("exception", {}).get("description") or thrown["text"])
        return answer["result"].get("value")


def _pipe() -> tuple[int, int]:
    """The ends of a pipe, for reading and for writing, with numbers that no child has a use for."""
    ends = os.pipe()
    read, write = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return read, write
