"""The only place that knows of the optional ground of tiles: where it comes from and how far it is shifted.

Without the setting `tile_url` nothing is asked of any other host. GCJ-02 tiles lie some hundred metres off; the browser
draws them moved back by the shift at the middle of what is shown, which is right to a few metres in a county.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from data.settings import settings
from geo.crs import wgs84_to_gcj02


def ground(bounds: list[list[float]]) -> dict[str, str]:
    """The attribute that tells the browser of the tiles; empty without any."""
    chosen = settings()
    if not chosen.tile_url:
        return {}
    shift = [0.0, 0.0]
    if chosen.tile_crs == "GCJ-02":
        (south, west), (north, east) = bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        moved_lon, moved_lat = wgs84_to_gcj02(lon, lat)
        shift = [round(float(moved_lon) - lon, 6), round(float(moved_lat) - lat, 6)]
    return {"data_tiles": json.dumps({"url": chosen.tile_url, "shift": shift, "deepest": chosen.tile_deepest})}


def credit() -> tuple[str, ...]:
    """Whose tiles they are, for the corner of the map."""
    chosen = settings()
    return (f"底图 {chosen.tile_credit or host()}（{chosen.tile_crs}）",) if chosen.tile_url else ()


def host() -> str:
    """The one other host that pages may load pictures from; empty without tiles."""
    parts = urlsplit(settings().tile_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
