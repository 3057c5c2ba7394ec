"""The only place that lays out the demo's unit grids and says where city management has work.

2,202 cells over 60 km² (规划 基本成就6) in the communities of 屯溪区 and 徽州区. The plan gives no map: the cells are
示意, laid on a lattice around the two towns and shared out among real communities; only centres are kept. Townships of
the other counties have no polygons here, so their cases have coordinates only near the county seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely

from data.demo.drivers import City, table
from data.demo.urban.column import Floats, Ints, digits, join, pick
from data.divisions import children, name_of
from geo.boundaries import DEGREE_M, LON_SCALE, districts

GRID_COUNT = 2202
GRID_AREA_HA = 6000 / GRID_COUNT
STEP = np.sqrt(GRID_AREA_HA * 1e4) / DEGREE_M  # degrees of latitude between two centres
TOWNS = {"341002": (118.336, 29.712, 1560), "341004": (118.334, 29.828, 642)}  # centre and cells of each town
SEATS = {  # seat township and centre of the counties that have no cells
    "341003": ("341003100", 118.137, 30.272), "341021": ("341021100", 118.425, 29.865),
    "341022": ("341022100", 118.185, 29.785), "341023": ("341023100", 117.935, 29.925),
    "341024": ("341024100", 117.715, 29.855),
}  # fmt: skip
# share of the cases; the three 管委会 and 市直 report for themselves
SHARES = {
    "341002": 0.48, "341003": 0.09, "341004": 0.17, "341021": 0.105, "341022": 0.055, "341023": 0.04,
    "341024": 0.035, "3410": 0.008, "3410F1": 0.01, "3410F2": 0.004, "3410F3": 0.003,
}  # fmt: skip
AREAS = tuple(SHARES)  # `area` below is an index into these
_TOWN_TOWNSHIPS = {"341004100", "341004198", "341004400"}  # of 徽州区
_IN_CELLS = 0.94  # share of the cases of a town that lie inside its cells
_STORY_COMMUNITY = "341002004001"


@dataclass(frozen=True)
class Grids:
    """The unit grids, in order of code."""

    codes: tuple[str, ...]
    duty_ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    area: Ints


@dataclass(frozen=True)
class Sites:
    """Where cases happen: the unit grids first, then coarser places. `reach` is how far around lon/lat, degrees."""

    place_codes: tuple[str, ...]
    names: tuple[str, ...]
    lon: Floats
    lat: Floats
    reach: Floats
    area: Ints
    weight: Floats


def grids() -> Grids:
    """Cells on a lattice, nearest to each town's centre first, shared out among its communities."""
    shapes = {area.place_code: area.geometry for area in districts()}
    codes: list[str] = []
    duty: list[str] = []
    points: list[tuple[float, float]] = []
    area: list[int] = []
    for district, (x, y, count) in TOWNS.items():
        found = _lattice(shapes[district], x, y, count)
        communities = _communities(district)
        sizes = np.diff(np.linspace(0, count, len(communities) + 1).astype(int)).tolist()
        for code, members in zip(communities, _split(found, sizes), strict=True):
            ordered = sorted(members.tolist(), key=lambda point: (-round(point[1] / STEP), point[0]))
            for number, (lon, lat) in enumerate(ordered, 1):
                codes.append(f"{code}{number:03d}")
                duty.append(f"ZR{code[4:]}{(number - 1) // 12 + 1:02d}")
                points.append((round(lon, 6), round(lat, 6)))
                area.append(AREAS.index(district))
    order = np.argsort(codes)
    lon, lat = np.array(points)[order].T
    return Grids(
        tuple(codes[i] for i in order), tuple(duty[i] for i in order), lon, lat, np.array(area, dtype=np.int64)[order]
    )


def _communities(district: str) -> list[str]:
    """The 社区 of a town; villages (村委会, numbers 200–399) have no cells."""
    townships = [each.place_code for each in children(district) if each.level == "subdistrict"]
    if district == "341004":
        townships = [code for code in townships if code in _TOWN_TOWNSHIPS]
    found = [each.place_code for township in townships for each in children(township)]
    return [code for code in found if not "200" <= code[-3:] < "400"]


def _lattice(shape: shapely.Geometry, x: float, y: float, count: int) -> Floats:
    """The `count` lattice points inside `shape` that lie nearest to the centre."""
    reach = np.arange(-60, 61)
    lon, lat = np.meshgrid(x + reach * STEP / LON_SCALE, y + reach * STEP)
    points = np.column_stack([lon.ravel(), lat.ravel()])
    inside: Floats = points[shapely.contains_xy(shape.buffer(-STEP), points)]
    far = np.hypot((inside[:, 0] - x) * LON_SCALE, inside[:, 1] - y)
    nearest: Floats = inside[np.argsort(far, kind="stable")[:count]]
    return nearest


def _split(points: Floats, sizes: list[int]) -> list[Floats]:
    """Shares the points out in compact blocks of the given sizes: cut across the longer side, again and again."""
    if len(sizes) == 1:
        return [points]
    half = len(sizes) // 2
    width, height = np.ptp(points[:, 0]) * LON_SCALE, np.ptp(points[:, 1])
    along, across = (0, 1) if width >= height else (1, 0)
    ordered = points[np.lexsort((points[:, across], points[:, along]))]
    cut = sum(sizes[:half])
    return _split(ordered[:cut], sizes[:half]) + _split(ordered[cut:], sizes[half:])


def unit_grid(found: Grids) -> pa.Table:
    """The register of the cells."""
    count = len(found.codes)
    return table(
        "urban.unit_grid",
        {
            "unit_grid_code": list(found.codes),
            "place_code": list(found.codes),
            "duty_grid_id": list(found.duty_ids),
            "area_ha": [round(GRID_AREA_HA, 2)] * count,
            "lon": found.lon,
            "lat": found.lat,
            "is_in_service": [True] * count,
            "valid_from": [np.datetime64("2021-10-08", "D").item()] * count,
        },
    )


def sites(city: City, found: Grids) -> Sites:
    """Every place of work with its share: busy cells near the centres, villages, seats, townships, whole units."""
    chance = city.chance("urban sites")
    far = np.full(len(found.codes), 1.0)
    for district, (x, y, _) in TOWNS.items():
        here = found.area == AREAS.index(district)
        far[here] = np.hypot((found.lon[here] - x) * LON_SCALE, found.lat[here] - y) / STEP
    busy = np.exp(-far / 14) * chance.lognormal(0, 0.55, len(far))
    codes = list(found.codes)
    names = [name_of(code[:12]).removesuffix("居委会").removesuffix("村委会") for code in codes]
    lon, lat = found.lon.tolist(), found.lat.tolist()
    reach, area = [0.45 * STEP] * len(codes), found.area.tolist()
    weight = np.zeros(len(codes))
    for district in TOWNS:
        here = found.area == AREAS.index(district)
        weight[here] = busy[here] / busy[here].sum() * SHARES[district] * _IN_CELLS
    weights = weight.tolist()
    for index, code in enumerate(AREAS):
        for place, share, x, y in _coarse(code):
            codes.append(place)
            names.append("市本级" if place == "3410" else name_of(place).removesuffix("居委会").removesuffix("村委会"))
            lon.append(x)
            lat.append(y)
            reach.append(0.009)
            area.append(index)
            weights.append(share * SHARES[code])
    return Sites(
        tuple(codes), tuple(names), np.array(lon), np.array(lat), np.array(reach), np.array(area), np.array(weights)
    )


def _coarse(area: str) -> list[tuple[str, float, float, float]]:
    """Places of an area outside the cells: code, share of the area's cases, centre (NaN where unknown)."""
    nowhere = float("nan")
    if area in TOWNS:
        cells = set(_communities(area))
        townships = [each.place_code for each in children(area) if each.level == "subdistrict"]
        rest = [each.place_code for township in townships for each in children(township)]
        villages = [code for code in rest if code not in cells]
        return [(code, (1 - _IN_CELLS) / len(villages), nowhere, nowhere) for code in villages]
    if area not in SEATS:
        return [(area, 1.0, nowhere, nowhere)]
    seat, x, y = SEATS[area]
    townships = [each.place_code for each in children(area) if each.level == "subdistrict" and each.place_code != seat]
    others = [(code, 0.38 / len(townships), nowhere, nowhere) for code in townships]
    return [(seat, 0.58, x, y), (area, 0.04, nowhere, nowhere), *others]


def story_grid(found: Grids) -> int:
    """The cell of the planted story: the seventh of 老街社区."""
    return found.codes.index(f"{_STORY_COMMUNITY}007")


def addresses(place: Sites, site: Ints, number: Ints) -> pa.Array:
    """Invented addresses: the place's name, a demo road and a number."""
    return join(pick(place.names, site), "演示路", digits(number, 1), "号")
