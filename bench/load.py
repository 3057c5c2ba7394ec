"""The only place that plays many users: each repeats a page's recorded data requests over one kept connection.

`python -m bench.load RECORDING USERS SECONDS` prints pages per second, p50 and p95 of a page, and errors. A process of
its own, so that what it costs is not the server's; closed loop, no time to think.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def user(requests: list[dict[str, Any]], until: float, spent: list[float], errors: list[str]) -> None:
    host = urlsplit(requests[0]["url"]).netloc
    connection = http.client.HTTPConnection(host, timeout=60)
    asked = [(each["method"], _path(each["url"]), (each["body"] or "").encode() or None) for each in requests]
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "gzip"}
    while time.perf_counter() < until:
        began = time.perf_counter()
        for method, path, body in asked:
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as fault:
                errors.append(type(fault).__name__)
                connection.close()
                continue
            if answer.status not in (200, 204):
                errors.append(str(answer.status))
        spent.append(time.perf_counter() - began)


def main(recording: Path, users: int, seconds: float) -> None:
    requests = json.loads(recording.read_text(encoding="utf-8"))
    for warm_up in (True, False):
        spent: list[float] = []
        errors: list[str] = []
        until = time.perf_counter() + (1 if warm_up else seconds)
        threads = [threading.Thread(target=user, args=(requests, until, spent, errors)) for _ in range(users)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    spent.sort()
    print(
        json.dumps(
            {
                "requests_per_page": len(requests),
                "pages": len(spent),
                "pages_per_s": round(len(spent) / seconds, 1),
                "p50_ms": round(1000 * spent[len(spent) // 2], 1),
                "p95_ms": round(1000 * spent[int(len(spent) * 0.95)], 1),
                "errors": len(errors),
            }
        )
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
