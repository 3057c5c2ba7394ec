"""The only place that turns figures into SVG: one resident headless Chromium page with plotly.js for all of them.

Same figure, same bytes: plotly's random ids are taken out and what was drawn once is not drawn again. Without a browser
or without the front-end files there are no pictures, and paper prints the tables instead and says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from components.figures import Figure
from components.picture import chromium
from components.tokens import ASSETS, paint

PLOTLY = ASSETS / "vendor" / "plotly-cartesian.min.js"
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--font-render-hinting=none",
)  # fmt: skip
_DRAW = """async ([jobs, format, scale]) => {
  const drawn = [];
  for (const [figure, width, height] of jobs) {
    drawn.push(await Plotly.toImage({ data: figure.data, layout: figure.layout,
      config: { staticPlot: true, locale: 'en' } }, { format, width, height, scale }));
  }
  return drawn;
}"""
_UID = re.compile(r'id="(?:top)?defs-([0-9a-f]{6})"')
_PREFIX = "data:image/svg+xml,"
_SCALE = 3  # device pixels of a CSS pixel in a PNG


@dataclass(frozen=True)
class Job:
    """A figure in the paper's colours and its size in CSS pixels."""

    figure: Figure
    width: int
    height: int

    @property
    def key(self) -> str:
        """The same for the same picture."""
        body = json.dumps([self.figure, self.width, self.height], sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()[:16]


def job(figure: Mapping[str, Any], width: int, height: int, family: str, *, size: int = 12) -> Job:
    """A figure of the screen made ready for paper: light colours, the paper's font, one size of letters."""
    layout = figure["layout"] | {"font": figure["layout"]["font"] | {"family": family, "size": size}}
    marks = [mark | {"font": mark.get("font", {}) | {"size": size}} for mark in layout.get("annotations", [])]
    data = [trace | {"uid": f"trace{number}"} for number, trace in enumerate(figure["data"])]  # else plotly draws lots
    painted: Figure = paint({"data": data, "layout": layout | {"annotations": marks}}, "light")
    return Job(painted, width, height)


class Charts:
    """A browser that stays open: `with Charts() as charts: charts.draw(jobs)`, from any thread.

    It lives in a thread of its own: Playwright answers only there, and not beside a running event loop.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "charts")
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None
        self._drawn: dict[tuple[str, str], bytes] = {}
        self.fault = ""  # why there are no pictures; empty when there are

    def __enter__(self) -> Charts:
        path = chromium()
        if path is None:
            self.fault = "本机没有 Chromium，图以数据表代替"
        elif not PLOTLY.exists():
            self.fault = "没有前端文件（make install），图以数据表代替"
        else:
            try:
                self._thread.submit(self._open, path).result()
            except Error as error:
                self.fault = f"Chromium 打不开（{error.message.splitlines()[0]}），图以数据表代替"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, path: str) -> None:
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=path, args=list(_FLAGS))
        context = self._browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", offline=True)
        self._page = context.new_page()
        self._page.set_content("<!doctype html><html lang='zh'><body></body></html>")
        self._page.add_script_tag(path=str(PLOTLY))

    def close(self) -> None:
        """Let the browser go."""
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _shut(self) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._driver is not None:
            self._driver.stop()
        self._browser = self._driver = self._page = None

    def draw(self, jobs: Iterable[Job], *, as_png: bool = False) -> dict[str, bytes]:
        """The picture by the key of each job: SVG, or PNG for what cannot hold SVG; empty without a browser."""
        if self._page is None:
            return {}
        form = "png" if as_png else "svg"
        asked = {each.key: each for each in jobs}
        self._thread.submit(self._fill, asked, form).result()
        return {key: self._drawn[key, form] for key in asked}

    def expect(self, wanted: Job) -> None:
        """Begin to draw what will be asked for, while the next numbers are being read."""
        if self._page is not None:
            self._thread.submit(self._fill, {wanted.key: wanted}, "svg")

    def _fill(self, asked: Mapping[str, Job], form: str) -> None:
        fresh = {key: each for key, each in asked.items() if (key, form) not in self._drawn}
        if not fresh or self._page is None:
            return
        given = [[each.figure, each.width, each.height] for each in fresh.values()]
        found = self._page.evaluate(_DRAW, [given, form, _SCALE if form == "png" else 1])
        made = [b64decode(each.partition(",")[2]) if form == "png" else _clean(each) for each in found]
        self._drawn |= {(key, form): body for key, body in zip(fresh, made, strict=True)}


def _clean(address: str) -> bytes:
    """The SVG behind plotly's data address, with its random id replaced."""
    svg = unquote(address.removeprefix(_PREFIX))
    for uid in dict.fromkeys(_UID.findall(svg)):
        svg = svg.replace(uid, "figure")
    return svg.encode()
