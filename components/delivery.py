"""The only place that decides how bytes travel to the browser: encoding, cache life, security headers.

Static files are compressed ahead of time onto a shelf (`python -m components.delivery`, part of `make install`) and
found there by the hash of their content, so a stale copy cannot be served. What is not on the shelf, and every answer
made per request, is compressed cheaply on its way out.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import brotli
from dash import Dash
from dash.fingerprint import check_fingerprint
from flask import Response, request
from flask_compress import Compress

from components import table_grid
from components.map_tiles import host

ROOT = Path(__file__).resolve().parent.parent
SHELF = ROOT / ".cache" / "static"
_SUITES, _ASSETS = "/_dash-component-suites/", "/assets/"
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {  # best first
    "br": lambda body: brotli.compress(body, quality=11),
    "gzip": lambda body: gzip.compress(body, compresslevel=9, mtime=0),
}
_TEXT_SUFFIXES = (".js", ".mjs", ".css", ".json", ".geojson", ".svg")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "same-origin",
}


def deliver(app: Dash, shelf: Path = SHELF) -> None:
    """Fit `app` with compression, cache lives and security headers. Called once, by `create_app()`."""
    app.server.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=4, COMPRESS_LEVEL=4)
    Compress(app.server)

    def send(response: Response) -> Response:
        if response.status_code == 200 and request.path.startswith((_SUITES, _ASSETS)):
            _send_static(response, shelf)
        if response.mimetype == "text/html":  # hashes are asked per page: Dash adds inline scripts late
            response.headers["Content-Security-Policy"] = content_security_policy(app.csp_hashes(), host())
        response.headers.update(_HEADERS)
        return response

    app.server.after_request(send)  # registered after Compress, hence runs before it


def content_security_policy(script_hashes: Sequence[str], pictures_from: str = "") -> str:
    """The policy of a page whose inline scripts have these hashes: nothing from anywhere but ourselves.

    `pictures_from` is the host of the map's tiles, where a setting names one.
    """
    rules = (
        "default-src 'self'",
        " ".join(("script-src 'self'", *script_hashes)),
        "style-src 'self' 'unsafe-inline'",  # plotly and Leaflet place things by style attribute
        f"img-src 'self' data: blob: {pictures_from}".rstrip(),
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
    return "; ".join(rules)


def _send_static(response: Response, shelf: Path) -> None:
    """Swap the body for its copy on the shelf, and let the browser keep it as long as its address allows."""
    response.direct_passthrough = False  # Flask would stream an asset
    body = response.get_data()
    tag = name = _name(body)
    for encoding in _ENCODERS:
        if (
            request.accept_encodings.quality(encoding)
            and (packed := _on_shelf(shelf / f"{name}.{encoding}")) is not None
        ):
            response.set_data(packed)
            response.headers["Content-Encoding"] = encoding
            tag = f"{name}:{encoding}"
            break
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if _has_fingerprint() else "no-cache"
    response.make_conditional(request)


def _has_fingerprint() -> bool:
    """Whether the address changes with the content: Dash writes `.v1m2.` into a suite's, `?m=` after an asset's."""
    return "m" in request.args or check_fingerprint(request.path)[1]


def _name(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


@lru_cache(maxsize=256)
def _on_shelf(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def fill(shelf: Path = SHELF, assets: Path = ROOT / "assets") -> int:
    """Compress every static file that a page may ask for; drop what none asks for any more. Returns the files made."""
    wanted = {
        shelf / f"{_name(body)}.{encoding}": (body, encode)
        for body in _static_bodies(assets)
        for encoding, encode in _ENCODERS.items()
    }
    shelf.mkdir(parents=True, exist_ok=True)
    for stale in set(shelf.iterdir()) - wanted.keys():
        stale.unlink()
    missing = [path for path in wanted if not path.exists()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # both compressors let go of the interpreter
        list(pool.map(lambda path: _put(path, *wanted[path]), missing))
    return len(missing)


def _put(path: Path, body: bytes, encode: Callable[[bytes], bytes]) -> None:
    making = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    making.write_bytes(encode(body))
    os.replace(making, path)


def _static_bodies(assets: Path) -> Iterator[bytes]:
    """The bytes of every text file under `assets` and of every script of the component libraries in use."""
    import dash_leaflet  # noqa: F401 (registers its scripts)

    app = Dash("delivery", assets_folder=str(assets))
    app.layout = []
    client = app.server.test_client()
    client.get("/")  # Dash registers its paths while it writes the page
    has_small_plotly = any(assets.glob("vendor/plotly-*.js"))
    for package, paths in app.registered_paths.items():
        for path in sorted(paths):
            if path.endswith(_TEXT_SUFFIXES) and not (package == "plotly" and has_small_plotly):
                yield client.get(f"{_SUITES}{package}/{path}").get_data()
    for name in table_grid.FILES:
        yield (table_grid.folder() / name).read_bytes()
    for file in sorted(assets.rglob("*")):
        if file.suffix in _TEXT_SUFFIXES:
            yield file.read_bytes()


if __name__ == "__main__":
    made = fill()
    print(f"静态文件已预先压缩(新做 {made} 个)" if made else "静态文件的压缩副本已是最新")
