"""A corpus of small files as departments send them, oddly laid out or bad, and what must be found in each.

Every case says which rows are kept, which are quarantined under which rule and where, which rows are no data at all,
and what is remarked; or why the whole file is refused. `test_import_corpus.py` holds the import against all of it.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import bad_files as make
import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

import ingest
from data import divisions
from geo.crs import gcj02_to_bd09, wgs84_to_gcj02

FLOOD, LODGING, ORDER, STATION = (
    "ecology.water_disaster_daily", "tourism.lodging_daily", "urban.hotline_order", "ecology.air_station",
)  # fmt: skip
BIRTH = "livelihood.population_change_monthly"
HEAD = (
    "所在地代码",
    "日期",
    "受涝面积",
    "受旱面积",
    "饮水困难人数",
    "水利工程险情",
    "应转移",
    "已转移",
    "直接经济损失",
)
LODGE = ("所在地代码", "住宿类型", "日期", "可售间夜", "已售间夜", "入住人次", "平均房价")
POINT = ("站点编号", "站点名称", "所在地代码", "管控级别", "经度", "纬度", "是否参与城市均值")
DISTRICTS = ("屯溪区", "黄山区", "徽州区", "歙县", "休宁县", "黟县", "祁门县")
Rows = Sequence[Sequence[Any]]
Make = Callable[[Path], Path]


def _mca_only() -> str:
    """A code of 民政部 that is no code of 统计局."""
    places = divisions.divisions()
    own = {place.place_code for place in places}
    return next(place.mca_code for place in places if place.mca_code and place.mca_code not in own | {"341000"})


@dataclass(frozen=True)
class Case:
    """One file and what must be found in it.

    `kept`: rows taken. `bad`: (row, header or "", rule) of every fault. `skipped`: rows that are no data, by kind.
    `remarks`: rules of the remarks, beyond where the header stands. `refused`: the rule, if the whole file is. `check`:
    a column and its stored values, by place and day. `scrubbed`: personal numbers masked in free text, by kind.
    """

    name: str
    file: Make
    kept: int = 0
    table: str = FLOOD
    mapping: str = ""
    bad: tuple[tuple[int, str, str], ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    remarks: frozenset[str] = frozenset()
    refused: str = ""
    check: tuple[str, tuple[Any, ...]] = ("", ())
    scrubbed: Mapping[str, int] = field(default_factory=dict)
    limit_mb: int = 4096


# --- how files are made -----------------------------------------------------------------------------------------------


def flood(day: Any = 16, place: Any = "341002", **cells: Any) -> list[Any]:
    """A day of a place with 1…7 in the number columns; `cells` by their header."""
    numbers = dict(zip(HEAD[2:], range(1, 8), strict=True)) | cells
    return [
        place,
        f"2026-11-{day}" if isinstance(day, int) and day < 32 else day,
        *(numbers[name] for name in HEAD[2:]),
    ]


def total(label: str, of: int = 2, *, day: str = "") -> list[Any]:
    """A total row over as many rows of `flood`."""
    return [label, day, *(of * number for number in range(1, 8))]


def text(rows: Rows, *, encoding: str = "utf-8", end: bytes = b"", name: str = "报表.csv") -> Make:
    """A CSV of the rows as they are, none padded."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return raw(lines.getvalue().encode(encoding) + end, name)


def raw(content: bytes, name: str = "报表.csv") -> Make:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def book(
    sheets: Mapping[str, Rows], *, merged: Sequence[str] = (), hidden: Sequence[str] = (), name: str = "报表.xlsx"
) -> Make:
    """A workbook; `merged`: blocks of every sheet that are one cell, its text where the block begins."""

    def write(folder: Path) -> Path:
        path = folder / name
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as target:
            day = target.add_format({"num_format": "yyyy-mm-dd"})
            for title, rows in sheets.items():
                sheet = target.add_worksheet(title)
                for y, row in enumerate(rows):
                    for x, cell in enumerate(row):
                        sheet.write(y, x, cell, day) if isinstance(cell, date) else sheet.write(y, x, cell)
                for block in merged:
                    (y, x), (last_y, last_x) = map(xl_cell_to_rowcol, block.split(":"))
                    sheet.merge_range(y, x, last_y, last_x, rows[y][x])
                if title in hidden:
                    sheet.hide()
        return path

    return write


def mapped(rest: str = "", *, table: str = FLOOD, head: Sequence[str] = HEAD, layout: str = "", **other: str) -> str:
    """A mapping that takes each column from the header of its label, but for `other` (column → TOML value)."""
    from data.contract import contract

    names = {column.label: column.name for column in contract(table).columns}
    lines = [f'{names[label]} = "{label}"' for label in head if names[label] not in other]
    lines += [f"{name} = {value}" for name, value in other.items()]
    top = f"[layout]\n{layout}\n" if layout else ""
    return f'table = "{table}"\n{rest}\n{top}[columns]\n' + "\n".join(lines) + "\n"


def order(number: int, **cells: str) -> dict[str, str]:
    """A 12345 ticket; what is not given is empty."""
    from data.contract import contract

    base = dict.fromkeys(contract(ORDER).column_names, "")
    return base | {"order_id": f"G{number}", "place_code": "341002", "reported_at": "2026-11-16 08:00", **cells}


def orders(*rows: Mapping[str, str]) -> Make:
    return lambda folder: make.write_csv(folder / "工单.csv", *rows)


def _slid() -> Make:
    """Two tickets; of the second a blank cell was lost, and all that follows stands one too far to the left."""

    def write(folder: Path) -> Path:
        rows = [list(order(n, channel="12345热线").values()) for n in (1, 2)]
        at = list(order(1)).index("title")
        rows[1] = [*rows[1][:at], *rows[1][at + 1 :], ""]
        return text([list(order(1)), *rows], name="工单.csv")(folder)

    return write


def points(*places: tuple[Any, Any], code: str = "341002") -> Make:
    rows = [[f"S{n}", f"站{n}", code, "国控", x, y, "是"] for n, (x, y) in enumerate(places)]
    return text([POINT, *rows])


def along_border(to: Callable[[Any, Any], tuple[Any, Any]]) -> Make:
    """Points of 歙县 close to its border, written down in another coordinate system; most then lie next door.

    Only points that stay in the city are taken, so that each row is kept and the hint stands alone.
    """
    import numpy as np

    from geo import join

    def write(folder: Path) -> Path:
        random = np.random.default_rng(341021)
        lon, lat = random.uniform(118.2, 118.8, 40_000), random.uniform(29.5, 30.2, 40_000)
        x, y = to(lon, lat)
        here, there = join.locate(lon, lat), join.locate(x, y)
        moved = np.flatnonzero((here == "341021") & (there != "341021") & (there != None))[:20]  # noqa: E711
        still = np.flatnonzero((here == "341021") & (there == "341021"))[:10]
        places = [(float(x[i]), float(y[i])) for i in (*moved, *still)]
        assert len(places) == 30
        return points(*places, code="341021")(folder)

    return write


def template(*rows: Sequence[Any]) -> Make:
    """A template with the example left in and the rows filled in below it."""

    def write(folder: Path) -> Path:
        import openpyxl

        path = folder / "模板.xlsx"
        ingest.template(FLOOD, path)
        filled = openpyxl.load_workbook(path)
        for number, row in enumerate(rows, 3):
            for column, cell in enumerate(row, 2):
                filled["数据"].cell(number, column).value = cell
        filled.save(path)
        return path

    return write


def sent_back(rows: Rows) -> Make:
    """A file with a fault as it comes back from us, sent in again unchanged."""

    def write(folder: Path) -> Path:
        out = folder / "退回.xlsx"
        ingest.returns(text(rows)(folder), FLOOD, None, out)
        return out

    return write


# An XLS (BIFF8) as LibreOffice writes it: title, 单位：元, header in row 3, 屯溪区 merged over rows 4 and 5 with a date
# and the serial of the next day, “约2” in row 5, a total in row 6, a note in row 7. zlib.
XLS = zlib.decompress(
    base64.b64decode(
        "eNrtWH1sVEUQn3330Xdt6V0LVTywnCjQ0pYUJFhRaKGgonJFChRMgbbXa61cP1LQUKK1oPyjEjUYiAZjSKgJavyICSR+YPsHiX9oMFFiNJoUTA0G"
        "Ew+CMUTp+Zt5+45rvZJeQROle5ndnXm7O7O7M7Mz9+WJ7P6D7/tP0bByFzloMOYhdwJNATw24iMyNG0wFovZ5Nh4+U+VS7rlO3Ti/lwAvvM0gKnv"
        "Nl234+X/V1ZTG37bKEDLqRVtB3VSKuUGaEzieqOZMzjKcaMt4/zHzp/9N/txByCZ/bO/Z/vPAGQCJgCyAF7rCaBsQA5gImASIFd0guhGwGTATQA/"
        "YApgKuBmQB5gGiAAuAUwHXAr4DbADC3fLN0yzEa/UOPFaOeM+6NrVjwmbtHtoo8mfM5XLnd/ChrxnrNP9OI0oIbaWTcq6iKhwL9VlooMdYpl6IWS"
        "LkJP0QFQs+hdoX4s9SLRPpRyCpRqjV5vlIvse6SeLnUW8fyjMuc7ocyFHn4vWv6iGIGiNFVBdRShZqqHH2zGCD99xvb1lIxg61BL5AuPurqvJUN4"
        "w5ZUUPxwG6yiCmNaaSt6FXQ/PSCUCspzZtIhtst7w63hjrpInjObetgmO1FqiltaaoobGvrFCA/Rb7FAgsH3BpjOnIR+YXR0I0U6XXf0Qzi7ZOdc"
        "aI2PDqcXjEAvGoE+ewS6JyndZcuTPwLdHC5/j0V3XqbvNYB0U4xbX7dD2uxut7Q53U5pJ3anSTup2xWrFYPaDTU8yi8HrKir/Xjt81hS4denTADR"
        "mj2KztLD/GhEVwsnd5QfB+ZsJxGJcDtlRNmsP4XIJu1UeITMXlWOupzyzvmsZ8iE6pt4ZszfYT1/Up88SV5xYWp+5FyYBRkI99RDlLVVKyv9sYqH"
        "XKTK6/OrS6p/DKrt8AcD4WlNaaS+qXqtpX7/r51m7HDQgygYhHNhJmCl1lfmR6Lrju37MNgeloULVg9szNjRvO94rYPUy5siL/zRic75jdzBgAuP"
        "94ROdAVbNofmbgC9rebN1oVVBnkMeqNrnryvlsErc83B5zD+TMQPrguDxqbDwRheWi995bRe2pCZC7isXLm6Nfg5tty2b4jbzsSyDViAHV22nKsP"
        "p1dcMfXs6QX+ss1C776sBDSD75qK1E586XPOlhmFUu+SsfZz/rTQnpF6JuY3NXL5qWxWQj8/vu6ZsoKE/kG4Xw+kItEHA9yK1ORM99N9tf1ldqto"
        "Lb6Y9KRsm9SzplfvNEsa2aAEIqbh0/0iy6kqr9AsvRlKM5KMcyShOZPQXBIQDaW5h/G4JGGRfS3HJOhRwIb+TBmnJCjimjFDMCOOKWCOOGYAc8Yx"
        "hwTYNuYE5o5jLmBpccwNzIxjacA8ccwElq4xh8jM4dwntACYQqjm/9qA3iwW+3FLnS61IXVWQr2rVGE1ZbhFxlysMVls3Ut5ssaO+BoO4eYUmTOF"
        "Wx76rqSrLj1A+qRccjYcZHYZjPGaR7TkbvnGMwbw6Btax0xwshzYL7SKV4/eZ2l+1NTehD97yREtEV7OaL7QPVFfktDYoHSZx3NYlsVGDh1xW/EF"
        "0d2iyRzEeuUcbQYoTXBFTWbiQsoOx9OvFIsrRLKOdCuG95nWpnqtT/dwzLyyOdTRtrWtcVtg+fZQOBK4847iNXX14UgkLOextLmxsfRqcgdF8ZMc"
        "UxmMkRh2knWpf/fr5y9WPuJ76yWTCmd98C1fwBPaWfH3Um3W5fqQHtR5xnqdazTofKNd5yg/X7JyB+6X6Hl2+Vu/dEP1qzt+UIn9VORninHyi5MH"
        "5kzx7d0P+YsuvrOM/fcwWo3Oc+yny5cg6yqdV5HOdew9G1pGO/fiPS9pb18X7tja3NY6dK+sUnPnzSlBoX+iXMv8X/Y/TIeTzeEz6c2w+tXg3kFb"
        "EHGzHFtSlj9HXKYVw8RSyKubPLaeVoBvC3SsEjI8Oib+joQcfDRzZgJWxO2kEvlAeMz3x+491fw/X+fqkpUgt3gM+29BzsF3vwJa0Ch3wpRtyFfa"
        "QLnSWhZ/VwrnXwB4O85/GTiERIawaGBq8pSOYf9FCfyv9/9//gK8WVBx"
    )
)

# --- the cases --------------------------------------------------------------------------------------------------------

TITLE = ["黄山市水旱灾情日报表"]
TWO = [flood(16), flood(17)]
STOREYS = [
    ["所在地代码", "日期", "面积", "", "损失", "", "", "", ""],
    ["", "", *HEAD[2:]],
]
BIRTHS = ["月份", *DISTRICTS, "合计"]
UNPIVOT = """
table = "livelihood.population_change_monthly"
[layout.unpivot]
columns = ["屯溪区", "黄山区", "徽州区", "歙县", "休宁县", "黟县", "祁门县"]
name    = "区县"
value   = "人数"
[columns]
place_code  = "区县"
month_date  = { from = "月份", formats = ["%Y年%m月"] }
"""
BY_COUNT = UNPIVOT + 'birth_count = "人数"\n'
BY_STOREY = UNPIVOT + 'birth_count = "出生"\ndeath_count = "死亡"\n'
ONE_BAD = [HEAD, flood(16), flood(17, 饮水困难人数="约120")]


def wrong(name: str, rule: str, header: str, day: Any = 17, place: Any = "341002", **cells: Any) -> Case:
    """One good row and one with a fault in row 3."""
    return Case(name, text([HEAD, flood(16), flood(day, place, **cells)]), 1, bad=((3, header, rule),))


def dated(name: str, cell: Any, *, is_book: bool = False) -> Case:
    """A date of 17 November, however it is written."""
    rows = [HEAD, flood(16), flood(cell)]
    wanted = ("day_date", (date(2026, 11, 16), date(2026, 11, 17)))
    return Case(name, book({"日报": rows}) if is_book else text(rows), 2, check=wanted)


def number(name: str, cell: Any, value: int, mapping: str = "") -> Case:
    """A number however it is written."""
    rows = [HEAD, flood(16, 饮水困难人数=cell)]
    return Case(name, text(rows), 1, mapping=mapping, check=("water_short_count", (value,)))


LAYOUTS = (
    Case("a title above the header", text([TITLE, HEAD, *TWO]), 2),
    Case("a title above the header of a workbook", book({"日报": [TITLE, HEAD, *TWO]}, merged=["A1:I1"]), 2),
    Case("a title, a blank row and a unit above the header", text([TITLE, [], ["", "单位：万元"], HEAD, *TWO]), 2),
    Case("a title as wide as the table", text([TITLE + [""] * 8, HEAD, *TWO]), 2),
    Case("a header in two storeys", text([TITLE, *STOREYS, *TWO]), 2),
    Case(
        "a header in two storeys of merged cells",
        book({"日报": [*STOREYS, *TWO]}, merged=["A1:A2", "B1:B2", "C1:D1", "E1:I1"]),
        2,
    ),
    Case(
        "the header's row stated by the mapping", text([TITLE, HEAD, *TWO]), 2, mapping=mapped(layout="header_row = 2")
    ),
    Case(
        "places merged over their days",
        book({"日报": [HEAD, flood(16, "屯溪区"), flood(17, ""), flood(16, "歙县")]}, merged=["A2:A3"]),
        3,
        check=("place_code", ("341002", "341002", "341021")),
    ),
    Case(
        "blank cells that repeat the one above, said by the mapping",
        text([HEAD, flood(16, "屯溪区"), flood(17, ""), flood(16, "歙县"), flood(17, "")]),
        4,
        mapping=mapped(layout='fill_down = ["所在地代码"]'),
        check=("place_code", ("341002", "341002", "341021", "341021")),
    ),
    Case("a grand total below", text([HEAD, *TWO, ["合计", "", 2]]), 2, skipped={"total_row": 1}),
    Case("a grand total as wide as the table", text([HEAD, *TWO, total("合计")]), 2, skipped={"total_row": 1}),
    Case("a spaced total", text([HEAD, *TWO, total("总　计")]), 2, skipped={"total_row": 1}),
    Case(
        "subtotals between the rows",
        text([HEAD, flood(16), flood("小计"), flood(17), flood("小计", ""), total("合计：")]),
        2,
        skipped={"total_row": 3},
    ),
    Case("a subtotal that names its place", text([HEAD, *TWO, total("屯溪区小计")]), 2, skipped={"total_row": 1}),
    Case("the whole city as a total", text([HEAD, *TWO, total("全市", day="2026-11-16")]), 2, skipped={"total_row": 1}),
    Case(
        "a total that is not the sum of its rows",
        text([HEAD, *TWO, ["合计", "", 3, 4, "", "", "", "", "14"]]),
        2,
        skipped={"total_row": 1},
        remarks=frozenset({"total_mismatch"}),
    ),
    Case(
        "a mean in a total row is no wrong sum",
        text(
            [
                LODGE,
                ["341002", "民宿", "2026-11-16", 10, 5, 5, 200],
                ["341003", "民宿", "2026-11-16", 10, 5, 5, 301],
                ["合计", "", "", 20, 10, 10, 250.5],
            ]
        ),
        2,
        LODGING,
        skipped={"total_row": 1},
    ),
    Case(
        "names that only sound like totals",
        text([POINT, ["A", "企业总数", "341002", "", "", "", ""], ["B", "就业累计", "341002", "", "", "", ""]]),
        2,
        STATION,
    ),
    Case(
        "a city that reports itself alone",
        text([HEAD, flood(16, "全市")]),
        1,
        mapping=mapped(layout='totals = "keep"'),
        check=("place_code", ("3410",)),
    ),
    Case(
        "subtotals of units and months",
        text([HEAD, *TWO, total("水利局小计"), total("11月合计")]),
        2,
        skipped={"total_row": 2},
    ),
    Case(
        "a total called in the department's own way",
        text([HEAD, *TWO, total("本部门")]),
        2,
        mapping=mapped(layout='total_words = ["本部门"]'),
        skipped={"total_row": 1},
    ),
    Case(
        "totals that the mapping wants kept are judged as rows",
        text([HEAD, *TWO, flood(18, "合计")]),
        2,
        mapping=mapped(layout='totals = "keep"'),
        bad=((4, "所在地代码", "bad_place_code"),),
    ),
    Case("a note below", text([HEAD, *TWO, ["注：数据来自各区县"]]), 2, skipped={"note_row": 1}),
    Case("a note below a workbook", book({"日报": [HEAD, *TWO, ["注：初步数"]]}), 2, skipped={"note_row": 1}),
    Case(
        "who filled it in",
        text([HEAD, *TWO, ["填表人：张三", "", "审核人：李四", *[""] * 6]]),
        2,
        skipped={"note_row": 1},
    ),
    Case(
        "a note of several lines",
        book({"日报": [HEAD, *TWO, ["说明：", ""], ["一、不含景区"], ["二、不含开发区"]]}),
        2,
        skipped={"note_row": 3},
    ),
    Case("how many rows were exported", text([HEAD, *TWO, ["共 2 条"]]), 2, skipped={"note_row": 1}),
    Case(
        "the header printed again on each page", text([HEAD, TWO[0], HEAD, TWO[1]]), 2, skipped={"repeated_header": 1}
    ),
    Case(
        "districts as columns",
        text([["2026年各区县出生人数"], BIRTHS, ["2026年9月", *range(1, 8), 28], ["2026年10月", *range(2, 9), 35]]),
        14,
        BIRTH,
        BY_COUNT,
        check=("birth_count", (1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8)),
    ),
    Case(
        "districts as columns in two storeys",
        text(
            [
                ["月份", "屯溪区", "", "歙县", ""],
                ["", "出生", "死亡", "出生", "死亡"],
                ["2026年9月", 1, 2, 3, 4],
            ]
        ),
        2,
        BIRTH,
        BY_STOREY,
        check=("death_count", (2, 4)),
    ),
    Case(
        "a district without a number has no row",
        text([BIRTHS, ["2026年9月", 1, "", "", "", "", "", 7, 8]]),
        2,
        BIRTH,
        BY_COUNT,
        check=("birth_count", (1, 7)),
    ),
    Case(
        "a fault below a district is found in the district's column",
        text([BIRTHS, ["2026年9月", 1, 2, 3, "约4", 5, 6, 7, 28]]),
        6,
        BIRTH,
        BY_COUNT,
        bad=((2, "歙县", "bad_number"),),
    ),
    Case(
        "a month per sheet",
        book({"十六日": [TITLE, HEAD, flood(16)], "十七日": [TITLE, HEAD, flood(17)]}),
        2,
        check=("day_date", (date(2026, 11, 16), date(2026, 11, 17))),
    ),
    Case(
        "two sheets that contradict each other",
        book({"初报": [HEAD, flood(16), flood(17)], "续报": [HEAD, flood(17, 受旱面积=9)]}),
        2,
        bad=((3, "所在地代码", "duplicate_key"),),
        check=("drought_area_ha", (2.0, 9.0)),
    ),
    Case(
        "only the sheet that the mapping names",
        book({"初报": [HEAD, flood(16)], "续报": [HEAD, flood(17)]}),
        1,
        mapping=mapped(layout='sheets = ["续报"]'),
        check=("day_date", (date(2026, 11, 17),)),
    ),
    Case(
        "a sheet that the mapping names and that is not there",
        book({"初报": [HEAD, flood(16)]}),
        mapping=mapped(layout='sheets = ["续报"]'),
        refused="missing_sheet",
    ),
    Case("a hidden sheet is not read", book({"日报": [HEAD, flood(16)], "旧": [HEAD, flood(17)]}, hidden=["旧"]), 1),
    Case(
        "a cover sheet is not read, and that is said",
        book({"封面": [["水旱灾情"], ["二〇二六年十一月"]], "日报": [HEAD, *TWO]}),
        2,
        remarks=frozenset({"sheet_not_read"}),
    ),
    Case(
        "an old workbook with all of it",
        raw(XLS, "旧报表.xls"),
        1,
        bad=((5, "饮水困难人数", "bad_number"),),
        skipped={"total_row": 1, "note_row": 1},
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (2.0,)),
    ),
    Case("a template with its example", template(flood(16)), 1, skipped={"example_row": 1}),
    Case(
        "a file that came back from us, sent in again",
        sent_back(ONE_BAD),
        1,
        bad=((3, "饮水困难人数", "bad_number"),),
    ),
)

DATES = (
    dated("a date with points", "2026.11.17"),
    dated("a date with points and single digits", "2026.11.17 0:00"),
    dated("a date in Chinese", "2026年11月17日"),
    dated("a date with slashes", "2026/11/17"),
    dated("a date without separators", "20261117"),
    dated("a date in full-width digits", "２０２６－１１－１７"),
    dated("a day number of a table program", "46343"),
    dated("a day number in a workbook", 46343, is_book=True),
    dated("a true date in a workbook", date(2026, 11, 17), is_book=True),
    Case(
        "a day number with a time",
        orders(order(1, reported_at="46342.5")),
        1,
        ORDER,
        check=("reported_at", (datetime(2026, 11, 16, 12),)),
    ),
    Case(
        "an American time with AM and PM",
        orders(order(1, reported_at="11/16/2026 08:30:00 PM")),
        1,
        ORDER,
        'table = "urban.hotline_order"\n[columns]\norder_id = "order_id"\nplace_code = "place_code"\n'
        'reported_at = { from = "reported_at", formats = ["%m/%d/%Y %I:%M:%S %p"] }\n',
        check=("reported_at", (datetime(2026, 11, 16, 20, 30),)),
    ),
    wrong("a day that does not exist", "bad_date", "日期", "2026-02-30"),
    wrong("a date in words", "bad_date", "日期", "上周一"),
    wrong("a month where a day is wanted", "bad_date", "日期", "2026年11月"),
    wrong("a date in the future", "future_time", "日期", "2027-11-16"),
    wrong("a mistyped year", "too_early", "日期", "1026-11-16"),
    wrong("no date", "missing_required", "日期", ""),
)

UNITS = (
    Case(
        "元 where 万元 is wanted",
        text([[*HEAD[:8], "直接经济损失（元）"], flood(16, 直接经济损失=120_000)]),
        1,
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (12.0,)),
    ),
    Case(
        "亿元 where 万元 is wanted",
        text([[*HEAD[:8], "直接经济损失(亿元)"], flood(16, 直接经济损失="0.5")]),
        1,
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (5000.0,)),
    ),
    Case(
        "亩 where 公顷 is wanted",
        text([["所在地代码", "日期", "受涝面积[亩]", *HEAD[3:]], flood(16, 受涝面积=15)]),
        1,
        remarks=frozenset({"unit_converted"}),
        check=("flooded_area_ha", (1.0,)),
    ),
    Case(
        "the unit above the table",
        text([TITLE, ["单位：元"], HEAD, flood(16, 直接经济损失=120_000)]),
        1,
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (12.0,)),
    ),
    Case(
        "a row of units below the header",
        text([HEAD, ["", "", "亩", "亩", "人", "处", "人", "人", "元"], flood(16, 受涝面积=15, 直接经济损失=5000)]),
        1,
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (0.5,)),
    ),
    Case(
        "the unit stated by the mapping",
        text([HEAD, flood(16, 直接经济损失=120_000)]),
        1,
        mapping=mapped(loss_wan='{ from = "直接经济损失", unit = "元" }'),
        remarks=frozenset({"unit_converted"}),
        check=("loss_wan", (12.0,)),
    ),
    Case("the same unit, stated", text([[*HEAD[:8], "直接经济损失（万元）"], *TWO]), 2, check=("loss_wan", (7.0, 7.0))),
    Case("a unit of another kind", text([[*HEAD[:8], "直接经济损失（吨）"], *TWO]), refused="unit_mismatch"),
    Case(
        "a unit of another kind in the mapping",
        text([HEAD, *TWO]),
        mapping=mapped(loss_wan='{ from = "直接经济损失", unit = "吨" }'),
        refused="bad_mapping",
    ),
)

LOOSE = mapped(water_short_count='{ from = "饮水困难人数", text_numbers = true }')
NUMBERS = (
    number("full-width digits", "１２０", 120),
    number("thousands separators", "1,200", 1200),
    number("full-width thousands separators", "１，２００", 1200),
    number("a whole number with a point", "120.0", 120),
    number("a number among words, taken out because the mapping says so", "约120人", 120, LOOSE),
    number("ten thousands in a word, taken out because the mapping says so", "1.2万人左右", 12_000, LOOSE),
    Case(
        "markers of missing values, said by the mapping",
        text([HEAD, flood(16, 饮水困难人数="—"), flood(17, 饮水困难人数="无")]),
        2,
        mapping=mapped('missing = ["—", "无"]'),
        check=("water_short_count", (None, None)),
    ),
    wrong("about so many", "bad_number", "饮水困难人数", 饮水困难人数="约120"),
    wrong("so many people", "bad_number", "饮水困难人数", 饮水困难人数="120人"),
    wrong("a dash", "bad_number", "饮水困难人数", 饮水困难人数="—"),
    wrong("a fraction of a person", "bad_number", "饮水困难人数", 饮水困难人数="1.5"),
    wrong("two numbers in one cell", "bad_number", "饮水困难人数", 饮水困难人数="120/130"),
    wrong("a superscript", "bad_number", "饮水困难人数", 饮水困难人数="10²"),
    wrong("an error of a table program", "bad_number", "直接经济损失", 直接经济损失="#DIV/0!"),
    wrong("infinity", "bad_number", "直接经济损失", 直接经济损失="inf"),
    wrong("less than nothing", "out_of_range", "受涝面积", 受涝面积="-1"),
    wrong("more than there can be", "out_of_range", "受涝面积", 受涝面积="1e9"),
    Case(
        "two numbers in one cell, even if words are allowed",
        text([HEAD, flood(16), flood(17, 饮水困难人数="120至130人")]),
        1,
        mapping=LOOSE,
        bad=((3, "饮水困难人数", "bad_number"),),
    ),
)

PLACES = (
    Case("a place by its name", text([HEAD, flood(16, "徽州区")]), 1, check=("place_code", ("341004",))),
    Case("a place by its padded code", text([HEAD, flood(16, "341004000000")]), 1, check=("place_code", ("341004",))),
    Case("a code in full-width digits", text([HEAD, flood(16, "３４１００４")]), 1, check=("place_code", ("341004",))),
    wrong("黄山 alone may be three places", "bad_place_code", "所在地代码", 17, "黄山"),
    wrong("a place of another city", "bad_place_code", "所在地代码", 17, "330106"),
    wrong("a code that only 民政部 uses", "mca_code", "所在地代码", 17, _mca_only()),
    wrong("no place", "missing_required", "所在地代码", 17, ""),
    Case(
        "swapped coordinates",
        points((118.317, 29.713), (29.713, 118.317)),
        1,
        STATION,
        bad=((3, "经度", "swapped_coordinates"),),
    ),
    Case(
        "a point in Hangzhou",
        points((118.317, 29.713), (120.155, 30.274)),
        1,
        STATION,
        bad=((3, "经度", "outside_city"),),
    ),
    Case("metres", points((118.317, 29.713), (530_000, 3_290_000)), 1, STATION, bad=((3, "经度", "not_degrees"),)),
    Case("zero zero", points((118.317, 29.713), (0, 0)), 1, STATION, bad=((3, "经度", "missing_coordinates"),)),
    Case(
        "half a point", points((118.317, 29.713), (118.3, "")), 1, STATION, bad=((3, "经度", "incomplete_coordinates"),)
    ),
    Case(
        "a file whose coordinates are mostly swapped",
        points((118.317, 29.713), *[(29.7 + n / 1000, 118.3) for n in range(9)]),
        1,
        STATION,
        bad=tuple((n, "经度", "swapped_coordinates") for n in range(3, 12)),
        remarks=frozenset({"suspect_swapped"}),
    ),
    Case("a file in GCJ-02", along_border(wgs84_to_gcj02), 30, STATION, remarks=frozenset({"suspect_gcj02"})),
    Case(
        "a file in BD-09",
        along_border(lambda lon, lat: gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))),
        30,
        STATION,
        remarks=frozenset({"suspect_bd09"}),
    ),
)

CODES = (
    Case(
        "codes by their labels",
        text([LODGE, ["341002", "民宿", "2026-11-16", 1, 1, 1, 1]]),
        1,
        LODGING,
        check=("lodging_kind", ("homestay",)),
    ),
    Case(
        "an unknown code",
        text([LODGE, ["341002", "民宿", "2026-11-16", 1, 1, 1, 1], ["341002", "帐篷", "2026-11-16", 1, 1, 1, 1]]),
        1,
        LODGING,
        bad=((3, "住宿类型", "unknown_code"),),
    ),
    Case(
        "yes or no in another word",
        text([POINT, ["A", "甲", "341002", "国控", "", "", "是"], ["B", "乙", "341002", "国控", "", "", "也许"]]),
        1,
        STATION,
        bad=((3, "是否参与城市均值", "bad_boolean"),),
    ),
)

ROWS = (
    Case(
        "a row with one blank cell too many",
        text([HEAD, *TWO, ["341002", "", *flood(18)[1:-1]]]),
        2,
        mapping=mapped(head=HEAD[:8]),
        bad=((4, "日期", "shifted_columns"),),
    ),
    Case("a row with one cell too few", _slid(), 1, ORDER, bad=((3, "lat", "shifted_columns"),)),
    Case(
        "a row that slid to the left",
        text([LODGE, ["341002", "民宿", "2026-11-16", 1, 1, 1, ""], ["341002", "2026-11-17", 1, 1, 1, "", ""]]),
        1,
        LODGING,
        bad=((3, "住宿类型", "unknown_code"), (3, "日期", "bad_date")),
    ),
    Case("a row with too few fields", text([HEAD, *TWO, flood(18)[:5]]), 2, bad=((4, "", "wrong_field_count"),)),
    Case("a row with too many fields", text([HEAD, *TWO, [*flood(18), 8]]), 2, bad=((4, "", "wrong_field_count"),)),
    Case("a row that stands twice", text([HEAD, *TWO, flood(17)]), 3),
    Case(
        "two rows of one key that contradict each other",
        text([HEAD, *TWO, flood(17, 受旱面积=9)]),
        2,
        bad=((3, "所在地代码", "duplicate_key"),),
        check=("drought_area_ha", (2.0, 9.0)),
    ),
    Case(
        "a ticket closed before it was reported",
        orders(order(1), order(2, closed_at="2026-11-15 08:00")),
        1,
        ORDER,
        bad=((3, "closed_at", "negative_duration"),),
    ),
    Case(
        "a formula in a text",
        orders(order(1), order(2, title="=cmd|' /C calc'!A0")),
        1,
        ORDER,
        bad=((3, "title", "formula_text"),),
    ),
    Case(
        "a function behind an at sign",
        orders(order(1), order(2, content="@SUM(A1:A9)")),
        1,
        ORDER,
        bad=((3, "content", "formula_text"),),
    ),
    Case(
        "a full-width formula",
        orders(order(1), order(2, content="＝HYPERLINK(1)")),
        1,
        ORDER,
        bad=((3, "content", "formula_text"),),
    ),
    Case(
        "texts that only begin like formulas",
        orders(order(1, title="-8℃ 结冰"), order(2, title="+86 号码来电"), order(3, title="@某单位 请核实")),
        3,
        ORDER,
    ),
)

PRIVATE = (
    Case(
        "personal numbers in free text are masked, and said where",
        orders(
            order(1, content="路灯不亮，请回电13812345678"),
            order(2, content="本人身份证11010519491231002X，车牌皖J12345"),
            order(3, content="工单GD20261116001 无人处理"),
        ),
        3,
        ORDER,
        remarks=frozenset({"scrubbed"}),
        scrubbed={"id_card": 1, "phone": 1, "plate": 1},
        check=(
            "content",
            (
                "路灯不亮，请回电138*****678",
                "本人身份证1101**********002X，车牌皖J**345",
                "工单GD20261116001 无人处理",
            ),
        ),
    ),
    Case(
        "a person's number where a table wants none of it is no number",
        text([HEAD, flood(16), flood(17, 饮水困难人数="138 1234 5678")]),
        1,
        bad=((3, "饮水困难人数", "bad_number"),),
    ),
)

_GOOD = text([HEAD, *TWO])
_LINES = make.csv_bytes([make.air()])


def _zip(members: Mapping[str, bytes], name: str = "报表.zip") -> Make:
    return lambda folder: make.write_zip(folder / name, members)


def _cut(of: Make, share: float) -> Make:
    def write(folder: Path) -> Path:
        path = of(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return write


_UTF8 = "歙县歙县,1,2,3,4,5,6,7,8\n".encode()
_BOMB = ",".join(HEAD).encode() + b"\n" + bytes(50 << 20)
_PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
FILES = (
    Case("GB 18030", text([HEAD, *TWO], encoding="gb18030"), 2),
    Case("UTF-16", text([HEAD, *TWO], encoding="utf-16"), 2),
    Case("two encodings in one file", text([HEAD], encoding="gb18030", end=_UTF8), refused="mixed_encoding"),
    Case("no known encoding", raw(b"\xff\xfa\x81,\x80\x00\x99\n" * 9), refused="bad_encoding"),
    Case("NUL characters", raw(",".join(HEAD).encode() + b"\n341002,\0,1\n"), refused="nul_character"),
    Case("UTF-16 without its mark", raw(_LINES.decode().encode("utf-16-le")), refused="nul_character"),
    Case("nothing at all", raw(b""), refused="empty_file"),
    Case("blank lines", raw(b"\n\n \n"), refused="empty_file"),
    Case("a header without rows", text([HEAD]), refused="no_rows"),
    Case("a title and a header without rows", text([TITLE, HEAD]), refused="no_rows"),
    Case("a header and a total", text([HEAD, flood("", "合计")]), refused="no_rows"),
    Case("a header in one cell", raw(";".join(HEAD).replace(";", "　").encode() + b"\n1\n"), refused="not_a_table"),
    Case("a web page in the guise of a workbook", raw(b"<html><table>", "报表.xls"), refused="not_a_table"),
    Case("a PDF in the guise of a workbook", raw(_PDF, "报表.xlsx"), refused="not_a_table"),
    Case("UTF-8 with its mark", text([HEAD, *TWO], encoding="utf-8-sig"), 2),
    Case("a column that is not there", text([HEAD[:8], flood(16)[:8]]), refused="missing_column"),
    Case("a column that stands twice", text([[*HEAD, "日期"], [*flood(16), "x"]]), refused="duplicate_column"),
    Case("an unclosed quotation mark", text([HEAD, *TWO], end=b'"341002,2026-11-18\n'), refused="broken_quotes"),
    Case("rows that are all bad", text([HEAD, flood("x"), flood("y")]), refused="no_row_accepted"),
    Case("a gzip bomb", raw(gzip.compress(_BOMB), "报表.csv.gz"), refused="too_large", limit_mb=8),
    Case("a zip bomb", _zip({"报表.csv": _BOMB}), refused="too_large", limit_mb=8),
    Case("a zip of two files", _zip({"a.csv": _LINES, "b.csv": _LINES}), refused="several_files"),
    Case("a zip that leads outside", _zip({"../报表.csv": _LINES}), refused="unsafe_archive"),
    Case("an archive in an archive", _zip({"报表.csv.gz": gzip.compress(_LINES)}), refused="not_a_table"),
    Case("a zip with a password", lambda at: make.write_locked_zip(at / "报表.zip", _LINES), refused="password"),
    Case("a workbook cut short", _cut(book({"日报": [HEAD, *TWO]}), 0.5), refused="damaged_file"),
    Case("an old workbook cut short", _cut(raw(XLS, "旧报表.xls"), 0.3), refused="damaged_file"),
    Case("a gzip cut short", _cut(raw(gzip.compress(_BOMB[:4000]), "报表.csv.gz"), 0.5), refused="damaged_file"),
)  # fmt: skip
CASES = (*LAYOUTS, *DATES, *UNITS, *NUMBERS, *PLACES, *CODES, *ROWS, *PRIVATE, *FILES)
