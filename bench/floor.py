"""The only place that serves the floors: the bench page with no framework, `python -m bench.floor EXTRACT DAYS PORT`.

`/canvas` draws everything on plain canvas, `/plotly` the four charts with the small plotly bundle of the cockpit; both
have their first state in the page and fetch a county's as ready-made bytes. Nothing that computes can be faster.
"""

from __future__ import annotations

import gzip
import json
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb

from bench import agree, extract

CITY = "全市"
ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "assets" / "vendor" / "plotly-cartesian.min.js"


def data(con: duckdb.DuckDBPyConnection, days: int, county: str | None) -> dict[str, Any]:
    """The page's numbers for one county, as JSON takes them."""
    found = agree.expected(con, "cases", agree.UNTIL - timedelta(days=days), county)
    newest = [case_id for (case_id,) in found.pop("newest")]
    points = con.execute("select lon, lat from cases where case_id in (select unnest($1))", [newest]).fetchall()
    kpi = [float(value or 0) for value in found.pop("kpi")[0]][:8]
    found["trend"] = [(f"{day}", n) for day, n in found["trend"]]
    return {"name": county or CITY, "kpi": kpi, "points": [(round(x, 4), round(y, 4)) for x, y in points], **found}


def shapes() -> dict[str, list[tuple[float, float]]]:
    return {
        name: [(west, south), (east, south), (east, north), (west, north), (west, south)]
        for name, (_, _, (west, south, east, north)) in extract.DISTRICTS.items()
    }


def files(source: Path, days: int) -> dict[str, tuple[bytes, str, str]]:
    con = duckdb.connect()
    con.execute(f"create table cases as select * from '{source}'")
    bodies = {name or CITY: json.dumps(data(con, days, name), ensure_ascii=False) for name in [None, *extract.NAMES]}
    page = Path(__file__).with_name("floor.html").read_text(encoding="utf-8")
    page = page.replace("__SHAPES__", json.dumps(shapes(), ensure_ascii=False)).replace("__DATA__", bodies[CITY])
    made = {f"/d/{name}": (body, "application/json", "no-cache") for name, body in bodies.items()}
    made["/canvas"] = (page.replace("__LIBRARY__", "").replace("__PLOTLY__", "false"), "text/html", "no-cache")
    with_plotly = page.replace("__LIBRARY__", '<script src="/plotly.js"></script>').replace("__PLOTLY__", "true")
    made["/plotly"] = (with_plotly, "text/html", "no-cache")
    if BUNDLE.exists():
        made["/plotly.js"] = (BUNDLE.read_text(encoding="utf-8"), "text/javascript", "max-age=31536000, immutable")
    return {path: (gzip.compress(body.encode(), 6), kind, life) for path, (body, kind, life) in made.items()}


def main(source: Path, days: int, port: int) -> None:
    made = files(source, days)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = made.get(unquote(self.path))
            if found is None:
                self.send_error(404)
                return
            body, kind, life = found
            self.send_response(200)
            for name, value in (("Content-Type", f"{kind}; charset=utf-8"), ("Content-Encoding", "gzip"),
                                ("Cache-Control", life), ("Content-Length", str(len(body)))):  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
