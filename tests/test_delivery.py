"""A tiny Dash app, delivered: what its bytes, their cache lives and its security headers look like to a browser."""

from __future__ import annotations

import gzip
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import brotli
import plotly
import pytest
from conftest import ROOT, BrowserLog
from dash import Dash, Input, Output, _callback, clientside_callback, dcc, html
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from components import delivery

STYLE = ".panel { color: inherit }\n" * 40
SCRIPT = "window.tiny = 1;\n" * 40


@pytest.fixture(autouse=True)
def _no_callbacks_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that another test imported wait for the next app in Dash's global lists: not for this one."""
    monkeypatch.setattr(_callback, "GLOBAL_CALLBACK_LIST", [])
    monkeypatch.setattr(_callback, "GLOBAL_CALLBACK_MAP", {})


def tiny_app(assets: Path, shelf: Path) -> Dash:
    app = Dash("tiny", assets_folder=str(assets), title="小")
    app.layout = html.Div(
        [
            dcc.Graph(id="trend", figure={"data": [{"type": "scatter", "x": [1, 2], "y": [3, 4]}], "layout": {}}),
            html.Button("加一", id="add"),
            html.Output("0", id="sum"),
        ]
    )
    clientside_callback("(n) => String(n || 0)", Output("sum", "children"), Input("add", "n_clicks"))
    delivery.deliver(app, shelf)

    @app.server.get("/long")
    def long() -> dict[str, list[str]]:
        return {"rows": ["按期结案率"] * 500}

    @app.server.get("/short")
    def short() -> dict[str, list[str]]:
        return {"rows": ["按期结案率"]}

    return app


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "style.css").write_text(STYLE)
    (folder / "script.js").write_text(SCRIPT)
    return folder


@pytest.fixture
def client(assets: Path, tmp_path: Path) -> FlaskClient:
    return tiny_app(assets, tmp_path / "shelf").server.test_client()


def put_on_shelf(tmp_path: Path, text: str) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for encoding, body in (("br", brotli.compress(text.encode())), ("gzip", gzip.compress(text.encode()))):
        (shelf / f"{delivery._name(text.encode())}.{encoding}").write_bytes(body)


def ask(client: FlaskClient, path: str, encodings: str = "identity", **headers: str) -> TestResponse:
    return client.get(path, headers={"Accept-Encoding": encodings, **headers}, buffered=True)


def addresses(client: FlaskClient) -> list[str]:
    return re.findall(r'<script src="([^"]+)"', ask(client, "/").text)


def test_a_file_on_the_shelf_travels_as_brotli(client: FlaskClient, tmp_path: Path) -> None:
    put_on_shelf(tmp_path, SCRIPT)
    answer = ask(client, "/assets/script.js", "gzip, deflate, br")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == brotli.compress(SCRIPT.encode())


def test_a_browser_without_brotli_gets_gzip(client: FlaskClient, tmp_path: Path) -> None:
    put_on_shelf(tmp_path, SCRIPT)
    answer = ask(client, "/assets/script.js", "gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == SCRIPT


def test_a_client_that_takes_no_encoding_gets_the_plain_file(client: FlaskClient, tmp_path: Path) -> None:
    put_on_shelf(tmp_path, SCRIPT)
    answer = ask(client, "/assets/script.js")
    assert "Content-Encoding" not in answer.headers
    assert answer.text == SCRIPT


def test_a_file_that_is_not_on_the_shelf_is_compressed_on_its_way(client: FlaskClient) -> None:
    answer = ask(client, "/assets/style.css", "gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == STYLE


def test_a_changed_file_is_never_served_from_its_old_copy(client: FlaskClient, assets: Path, tmp_path: Path) -> None:
    put_on_shelf(tmp_path, SCRIPT)
    (assets / "script.js").write_text("window.tiny = 2;\n" * 40)
    answer = ask(client, "/assets/script.js", "br")
    assert brotli.decompress(answer.data).decode() == "window.tiny = 2;\n" * 40


def test_what_has_a_fingerprint_in_its_address_is_kept_for_a_year(client: FlaskClient) -> None:
    scripts = addresses(client)
    assert any(each.startswith("/assets/") for each in scripts)
    assert any(each.startswith("/_dash-component-suites/") for each in scripts)
    for each in scripts:
        assert ask(client, each).headers["Cache-Control"] == "public, max-age=31536000, immutable", each


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_has_none_is_asked_for_again_and_answered_with_not_modified(client: FlaskClient, encoding: str) -> None:
    first = ask(client, "/assets/script.js", encoding)
    assert first.headers["Cache-Control"] == "no-cache"
    again = ask(client, "/assets/script.js", encoding, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_asset_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert ask(client, "/assets/missing.js?m=1").status_code == 404


def test_a_long_answer_is_compressed_and_a_short_one_is_not(client: FlaskClient) -> None:
    assert ask(client, "/long", "gzip, br").headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in ask(client, "/short", "gzip, br").headers


def test_every_answer_forbids_sniffing_and_every_page_carries_the_policy(client: FlaskClient) -> None:
    for path in ("/", "/assets/script.js", "/_dash-layout"):
        headers = ask(client, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    policy = ask(client, "/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "object-src 'none'" in policy


def test_the_shelf_holds_what_the_page_refers_to_and_nothing_else(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_ENCODERS", {"br": lambda body: brotli.compress(body, quality=1)})
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "old.br").write_bytes(b"")
    (assets / "vendor").mkdir()
    (assets / "vendor" / "plotly-small.min.js").write_text("small")  # so that the full plotly is not compressed
    assert delivery.fill(shelf, assets) > 0
    assert delivery.fill(shelf, assets) == 0
    assert not (shelf / "old.br").exists()
    client = tiny_app(assets, shelf).server.test_client()
    for each in addresses(client):
        body = ask(client, each).data
        assert (shelf / f"{delivery._name(body)}.br").exists(), each


def test_the_small_plotly_is_of_the_version_that_the_plotly_package_carries() -> None:
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    version = re.search(r"plotly\.js v([\d.]+)", full.read_text(encoding="utf-8")[:200])
    assert version is not None
    assert f'"plotly.js-cartesian-dist-min": "{version[1]}"' in (ROOT / "package.json").read_text()


@pytest.fixture
def tiny_url(assets: Path) -> Iterator[str]:
    small = ROOT / "assets" / "vendor" / "plotly-cartesian.min.js"
    if not small.exists():
        pytest.skip("npm was not reachable at install: the full plotly serves")
    shutil.copy(small, assets)
    app = tiny_app(assets, delivery.SHELF)
    running = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.mark.browser
def test_a_chart_is_drawn_under_the_policy_without_the_full_plotly(
    tiny_url: str, browser_page: Page, browser_log: BrowserLog
) -> None:
    browser_page.goto(tiny_url)
    expect(browser_page.locator("#trend .scatterlayer .trace")).to_have_count(1)
    browser_page.get_by_text("加一").click()
    expect(browser_page.locator("#sum")).to_have_text("1")
    assert any("plotly-cartesian" in each for each in browser_log.requests)
    assert not any("package_data/plotly" in each for each in browser_log.requests)
