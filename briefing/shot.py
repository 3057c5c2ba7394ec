"""The only place that takes the picture of a live page: when it is drawn whole, at the size asked, or not at all.

The page is opened with `export=1` (nothing moves, the clock stands at the snapshot) and says itself when it is drawn
and what failed; its foot then names place, period, data time and snapshot. Same snapshot, same pixels.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from PIL import Image, PngImagePlugin

from components.picture import chromium

if TYPE_CHECKING:  # a tenth of a server's start, and few pictures are ever taken
    from playwright.sync_api import Page, Route

READY_S = 60.0  # a page that is not drawn by then has failed
LARGEST = 16_384  # device pixels of one side: what Chromium draws and people can open
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip
_SNAPSHOT = re.compile(r"snap-[0-9a-f]{12}")
_PANELS = """() => [...document.querySelectorAll('#page [data-error]')].map(each => ({
  panel: (each.closest('[data-panel]') || each).dataset.panel || '', reason: each.dataset.error }))"""
_TEXT = """() => Object.fromEntries(Object.entries({ title: '.masthead h1', foot: '.page-foot' }).map(
  ([name, where]) => [name, (document.querySelector(where) || {}).innerText || '']))"""
_ALONE = """(name) => {
  const panel = document.querySelector(`#page [data-panel='${name}']`);
  if (!panel) return false;
  for (const each of document.querySelectorAll('#page .drawn > *')) {
    const stays = each === panel || each.contains(panel) || each.matches('.masthead, .chips, .page-foot');
    if (!stays) each.style.display = 'none';
  }
  panel.style.gridColumn = '1 / -1';
  document.querySelector('.frame').classList.add('is-alone');
  return true;
}"""  # what holds the page's place, period, filters and snapshot stays
_HEIGHT = "() => Math.ceil(document.querySelector('.frame').getBoundingClientRect().height)"


class ShotError(Exception):
    """A picture that cannot be taken: of which panel or page, why, and what to do."""


@dataclass(frozen=True)
class Shot:
    """What is wanted: a page (`urban`, `n/on_time_closure_rate`), its query, its CSS pixels, device pixels for each."""

    page: str
    query: Mapping[str, str]
    width: int = 1920
    height: int = 1080
    scale: float = 1
    is_whole: bool = False  # as high as the page, instead of `height`
    panel: str = ""  # the name of the only panel to be seen

    @property
    def path(self) -> str:
        """The address of the page below its server."""
        return f"/{self.page}?{urlencode({**self.query, 'export': '1'})}"


def take(origin: str, shot: Shot, cookies: Mapping[str, str] | None = None) -> bytes:
    """The PNG of a page served at `origin` (`http://127.0.0.1:8050`), seen with these cookies.

    Raises:
        ShotError: no Chromium, no answer, or a page that did not draw whole.
    """
    from playwright.sync_api import Error

    browser_path = chromium()
    if browser_path is None:
        raise ShotError("找不到 Chromium，不能画图：安装 chromium 软件包后再试")
    try:
        # a thread of its own: Playwright refuses one in which an event loop of somebody else is running
        with ThreadPoolExecutor(1, "shot") as thread:
            picture, said = thread.submit(_drawn, browser_path, origin, shot, cookies or {}).result()
    except Error as fault:
        raise ShotError(
            f"/{shot.page} 的图没有画成（{fault.message.splitlines()[0]}）：确认服务在运行，再试一次"
        ) from fault
    return _labelled(picture, said)


def _drawn(browser_path: str, origin: str, shot: Shot, cookies: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """The picture, and the page's title and foot line; raises Playwright's Error and ShotError."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(_FLAGS))
        context = browser.new_context(
            viewport={"width": shot.width, "height": shot.height},
            device_scale_factor=shot.scale,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.route("**/*", lambda route: _at_home(route, origin))
        context.add_cookies([{"name": k, "value": v, "url": origin} for k, v in cookies.items()])
        page = context.new_page()
        page.goto(origin + shot.path, timeout=READY_S * 1000)
        _await(page, shot)
        if shot.panel and not page.evaluate(_ALONE, shot.panel):
            raise ShotError(f"/{shot.page} 上没有 {shot.panel} 这一块：从那一块的菜单里导出")
        if shot.is_whole:  # the window grows to the page: nothing is stitched, nothing stands in the middle
            page.set_viewport_size({"width": shot.width, "height": _height(page, shot)})
            _await(page, shot)
        said: dict[str, str] = page.evaluate(_TEXT)
        picture = page.screenshot(animations="disabled", caret="hide")
        browser.close()
    return picture, said


def _at_home(route: Route, origin: str) -> None:
    """A picture asks nobody but its own server."""
    if route.request.url.startswith((origin + "/", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


def _await(page: Page, shot: Shot) -> None:
    """Until the page says that it is drawn and its letters are there; raises ShotError for what failed."""
    from playwright.sync_api import TimeoutError

    try:
        page.locator('body[data-ready="1"]').wait_for(state="attached", timeout=READY_S * 1000)
    except TimeoutError:
        raise ShotError(f"/{shot.page} 等了 {READY_S:.0f} 秒还没有画完：稍后再试，仍不行请看服务日志") from None
    page.evaluate("() => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => "
                  "requestAnimationFrame(() => done(true)))))")  # fmt: skip
    faults: list[dict[str, str]] = page.evaluate(_PANELS)
    if faults:
        named = "；".join(f"{fault['panel'] or '整页'}：{fault['reason']}" for fault in faults)
        raise ShotError(f"/{shot.page} 没有画全，不出图。{named}")


def _height(page: Page, shot: Shot) -> int:
    height: int = page.evaluate(_HEIGHT)
    if height * shot.scale > LARGEST:
        raise ShotError(f"/{shot.page} 整页高 {height} 像素，放大 {shot.scale:g} 倍后超过 {LARGEST}：调小 --scale")
    return max(height, shot.height)


def _labelled(picture: bytes, said: Mapping[str, str]) -> bytes:
    """The picture with its title, foot and snapshot written into it, for who finds it in a folder one day."""
    snapshot = _SNAPSHOT.search(said["foot"])
    words = {
        "Title": said["title"],
        "Description": " ".join(said["foot"].split()),
        "Snapshot": snapshot[0] if snapshot else "",
    }
    notes = PngImagePlugin.PngInfo()
    for name, text in words.items():
        notes.add_itxt(name, text)
    with Image.open(io.BytesIO(picture)) as image:
        out = io.BytesIO()
        image.convert("RGB").save(out, "PNG", pnginfo=notes)
    return out.getvalue()
