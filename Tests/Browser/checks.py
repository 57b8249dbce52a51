"""What a page must be in a browser. Each check gives findings; a sound page has none."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import printed
from chromium import Chromium, Tab

WIDTHS = (360, 400, 480, 600, 720, 721, 800, 1024, 1280, 1920)
SCHEMES = ("light", "dark")
AUDIT_RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
# Once for each of the two drawings of a figure and once for each scheme. No colour depends on the width, and the
# letters of drawings, which axe-core leaves out, are looked at in every layout.
AUDITS = ((1280, "light"), (400, "dark"))
A4 = (210 / 25.4, 297 / 25.4)

# Each kind of finding, and what it says.
KINDS = {
    "console": "a message on the console or an error",
    "request": "something asked of the disk or the network",
    "scroll": "the window has to scroll sideways",
    "overlap": "two texts of a drawing lie on each other",
    "outside": "a text sticks out of its drawing",
    "contrast": "a text of a drawing is too faint on the ground",
    "print": "a drawing, picture or row is cut by the edge of a sheet, or a sheet is blank",
    "access": "a rule of axe-core is broken",
}


@dataclass
class Finding:
    """A fault of a page: once, with all the conditions that show it."""

    kind: str
    text: str
    # Where it is seen: the widths under each scheme, the sheets under each way to print.
    seen: dict[str, list[str]] = field(default_factory=dict)
    # The most pixels by which it is wrong, where that can be said.
    pixels: float = 0

    def __str__(self) -> str:
        groups: dict[str, list[str]] = {}
        for condition, places in self.seen.items():
            groups.setdefault(", ".join(filter(None, places)), []).append(condition)
        seen = "; ".join(" and ".join(group) + (f": {places}" if places else "") for places, group in groups.items())
        extent = f", by {self.pixels:.0f} px" if self.pixels else ""
        return f"{self.kind}: {self.text}{extent}" + (f" [{seen}]" if seen else "")


class Findings:
    """Findings in the order of their kinds; what is found again is one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, kind: str, text: str, condition: str = "", place: str = "", pixels: float = 0) -> None:
        finding = self._found.setdefault((kind, text), Finding(kind, text))
        if condition:
            places = finding.seen.setdefault(condition, [])
            if place not in places:
                places.append(place)
        finding.pixels = max(finding.pixels, pixels)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found.values(), key=lambda finding: list(KINDS).index(finding.kind)))


def axe_script() -> Path | None:
    """axe-core as its package for Playwright brings it, which is not needed itself."""
    package = importlib.util.find_spec("axe_playwright_python")
    folders = package.submodule_search_locations if package else None
    return Path(folders[0]) / "axe.min.js" if folders else None


def check(browser: Chromium, page: Path, axe: str | None) -> list[Finding]:
    """All that is wrong with a page; without axe-core, all but accessibility."""
    findings = Findings()
    with Tab(browser) as tab:
        address = page.resolve().as_uri()
        tab.open(address)
        tab.evaluate((Path(__file__).parent / "page.js").read_text())
        _layout(tab, findings)
        _printed(tab, findings)
        _quiet(browser, address, findings)
        if axe:
            tab.evaluate(f"{axe};0")
            _accessible(tab, findings)
    return list(findings)


def _layout(tab: Tab, findings: Findings) -> None:
    """No sideways scrolling and no text on another, at any width, with all tables open."""
    tab.evaluate("herdbook.unfold(true)")
    for scheme in SCHEMES:
        _emulate(tab, scheme)
        for width in WIDTHS:
            _resize(tab, width)
            for found in tab.evaluate("herdbook.layout()"):
                findings.add(found["kind"], found["text"], scheme, str(width), found["amount"])


def _quiet(browser: Chromium, address: str, findings: Findings) -> None:
    """No word on the console, no error, and no request but for the page itself, and of a gallery for its covers."""
    folder, _, name = address.rpartition("/")
    cover = re.compile(re.escape(folder) + r"/[^/]+/cover\.svg") if name == "index.html" else None
    for event in browser.events:
        parameters = event["params"]
        match event["method"]:
            case "Runtime.consoleAPICalled":
                words = [str(word.get("value", word.get("description"))) for word in parameters["args"]]
                findings.add("console", f"{parameters['type']}: {' '.join(words)}")
            case "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                findings.add("console", details.get("exception", {}).get("description", details["text"]))
            case "Log.entryAdded":
                entry = parameters["entry"]
                findings.add("console", f"{entry['level']}: {entry['text']}")
            case "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if url != address and not url.startswith("data:") and not (cover and cover.fullmatch(url)):
                    findings.add("request", url)


def _accessible(tab: Tab, findings: Findings) -> None:
    """No rule of axe-core is broken, with all tables open."""
    tab.evaluate("herdbook.unfold(true)")
    for width, scheme in AUDITS:
        _emulate(tab, scheme)
        _resize(tab, width)
        for found in tab.evaluate(f"herdbook.audit({json.dumps(AUDIT_RULES)})"):
            findings.add(found["kind"], found["text"], scheme, str(width))


def _printed(tab: Tab, findings: Findings) -> None:
    """Printed on A4, as it is opened and with all tables open: each drawing, picture and row lies whole on one sheet,
    and no sheet is blank.

    Every such element gets an outline in a colour of its own, and the outlines are looked for in the PDF. So what is
    seen is what the printer gets: an outline on two sheets is a cut, and so is one that is clipped at the side.
    """
    tab.call("Emulation.clearDeviceMetricsOverride")
    marks = tab.evaluate("herdbook.mark()")
    for condition, is_open in (("A4", False), ("A4 with tables open", True)):
        tab.evaluate(f"herdbook.unfold({json.dumps(is_open)})")
        _emulate(tab, "light", "print")
        drawn = tab.evaluate("herdbook.drawn()")
        sheets = printed.read(_pdf(tab))
        for number in drawn:
            mark = marks[number - 1]
            pieces = sheets.pieces.get(number)
            if not pieces:
                findings.add("print", f"not printed: {mark['name']}", condition)
                continue
            pages = sorted({piece.page for piece in pieces})
            # The head of a table is printed on every sheet; a row of more than a sheet cannot but be cut.
            may_go_on = mark["isRepeated"] or mark["isRow"] and _height(pieces) > sheets.height
            if len(pages) > 1 and not may_go_on:
                findings.add("print", f"cut between sheets: {mark['name']}", condition, f"{pages[0]} and {pages[1]}")
            lost = max(piece.whole.width - piece.seen.width for piece in pieces)
            if lost > 1:
                findings.add("print", f"cut at the side: {mark['whole']}", condition, pixels=lost * 96 / 72)
        for sheet in sheets.blank:
            findings.add("print", f"sheet {sheet} of {sheets.pages} is blank", condition)
    tab.evaluate("herdbook.unmark()")


def _height(pieces: list[printed.Piece]) -> float:
    return sum({piece.whole: piece.whole.height for piece in pieces}.values())


def _pdf(tab: Tab) -> bytes:
    width, height = A4
    answer = tab.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True, paperWidth=width,
                      paperHeight=height)
    return base64.b64decode(answer["data"])


def _resize(tab: Tab, width: int) -> None:
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)


def _emulate(tab: Tab, scheme: str, medium: str = "screen") -> None:
    tab.call("Emulation.setEmulatedMedia", media=medium,
             features=[{"name": "prefers-color-scheme", "value": scheme}])
