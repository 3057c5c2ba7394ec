"""民生：群众反映最多的是什么，学位、看病、养老缺在哪里。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dash import Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from components import pictures, sentences, shell, wording
from components.address import Address
from components.answering import Said, calls, from_rows, number
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import cell, listed
from components.panel import grid, missing, panel
from components.readings_panel import readings
from components.sentences import Answer, awaiting, figure
from components.shell import ids
from metrics import Change, Reading, compare, metrics, read_groups, read_many
from queries.runner import run
from queries.snapshot import snapshot

register_page(__name__, path="/livelihood", name="民生", order=4)
LEVELS = {"national": "国家", "yangtze_delta": "长三角", "province": "安徽"}
LEADING = ("largest_school_seat_gap", "health_unreached_population", "appeal_count", "appeal_solved_rate")
PLACE_MAIN = "health_unreached_population"  # what the districts are compared by: a stock
DAY_MAIN = "appeal_count"  # what has a course day by day
AUTUMNS = 8  # school districts in the table: the next autumn's largest gaps
SCHOOL = ("LI02", "LI03", "LI04", "LI10", "LI13", "LI14", "LI15", "LI16", "LI17")
HEALTH = ("LI05", "LI06", "LI07", "LI09", "LI29", "LI33")
SERVICE_AND_CARD = ("LI27", "LI28", "LI34", "LI11", "LI31")
VILLAGE_AND_SPORT = ("LI12", "LI32", "LI30")
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("民生", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "livelihood")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, by_district, by_day, seats, appeals, unreached, school, benchmark,
        health, service_and_card, population, pyramid, rural, finance, village_and_sport,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    return sentences.strip((_seats(asked), _appeals(asked), _unreached(asked)), "MS-04 MS-08 MS-15 MS-16")


def pyramid(asked: Address) -> Component:
    return pictures.population(asked, requirements="MS-08 MS-16")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, PLACE_MAIN, (_sites,), requirements="MS-08 MS-16")


def by_district(asked: Address) -> Component:
    return ranking(asked, PLACE_MAIN, requirements="MS-08 MS-16")


def by_day(asked: Address) -> Component:
    return course(asked, DAY_MAIN, requirements="MS-15")


def seats(asked: Address) -> Component:
    """学区 by 学年: the middle scenario's gap, below it the low and the high one."""
    title, duties = "学位缺口：学区与学年", "MS-04 MS-08"
    found = rows(run("livelihood/seat_gap", asked))
    if not found:
        return panel(title, missing("这里没有学位预测"), requirements="MS-04 MS-08", slot="lead")
    years = sorted({row["school_year"] for row in found})
    lines: dict[tuple[str, ...], dict[int, Row]] = {}
    for row in found:
        key = (row["school_district_id"], row["school_district_name"], row["school_stage"])
        lines.setdefault(key, {})[row["school_year"]] = row
    shown = [
        [html.Span([name, html.Small(cell("school_stage", stage))]), *(_gap(of, year) for year in years)]
        for (_, name, stage), of in list(lines.items())[:AUTUMNS]
    ]
    table = html.Div(grid(("学区", *(f"{year} 秋" for year in years)), shown), className="scroll seats")
    note = f"共 {len(lines)} 个学区学段，列明年秋季缺口最大的 {len(shown)} 个；中情景，下行为低—高情景，负数为富余。"
    return panel(title, table, requirements=duties, unit="个学位", note=note, slot="lead")


def appeals(asked: Address) -> Component:
    found = _topics(asked)
    if not found:
        return panel("诉求前五类", missing("这段时间没有受理诉求"), requirements="MS-15", slot="second")
    lines = [
        [each.name, wording.number(each.orders, 0), each.change.text, _said(each.solved), _said(each.repeated),
         _said(each.on_time)]
        for each in found
    ]  # fmt: skip
    body = html.Div(grid(("主题", "件数", "环比", "解决率", "重复占比", "按期办结率"), lines), className="scroll")
    note = ["口径：", *_cards(asked, "LI20", "LI21", "LI22", "LI23")]
    return panel("诉求前五类", body, requirements="MS-15", note=note, slot="second")


# fmt: off
unreached = listed(
    "unreached", "30 分钟到不了的乡镇街道", "livelihood/unreached_township",
    {"place_code": "乡镇街道", "resident_count": "常住人口（人）", "health_unreached_count": "就医不可达（人）",
     "farthest_health_min": "最远（分钟）", "elder_care_unreached_count": "养老不可达（人）",
     "farthest_elder_care_min": "最远（分钟）"},
    requirements="MS-08 MS-16", empty="没有 30 分钟到不了的地方", note="按车程计；同一人口可能两项都到不了，不相加。",
)
# fmt: on


def school(asked: Address) -> Component:
    return readings(asked, "学校", SCHOOL, requirements="MS-14")


def health(asked: Address) -> Component:
    return readings(asked, "卫生与健康黄山", HEALTH, requirements="MS-05 MS-09")


def service_and_card(asked: Address) -> Component:
    return readings(asked, "政务服务与社保卡、安康码", SERVICE_AND_CARD, requirements="MS-11 MS-12 MS-13")


def village_and_sport(asked: Address) -> Component:
    return readings(asked, "数字乡村与体育", VILLAGE_AND_SPORT, requirements="MS-06 MS-10")


def benchmark(asked: Address) -> Component:
    """Our own reading beside the newest values of 国家, 长三角 and 安徽, and what they require."""
    found = rows(run("livelihood/benchmark", asked))
    if not found:
        return panel("三级对标", missing("还没有登记对标值"), requirements="MS-02 MS-03")
    by_metric: dict[str, dict[str, Row]] = {}
    for row in found:
        by_metric.setdefault(row["metric_id"], {})[row["benchmark_kind"]] = row
    registered = {each.code for each in metrics("livelihood")}
    known = [code for code in by_metric if code in registered]
    lines = [_benchmark_line(own, by_metric[own.code], asked) for own in read_many(known, asked)]
    body = html.Div(grid(("指标", "本地", *LEVELS.values(), "建设要求", "单位"), lines), className="scroll")
    note = "国家、长三角、安徽取最近登记的一年；没有登记的为 —。"
    return panel("三级对标", body, requirements="MS-02 MS-03", note=note)


# fmt: off
population = listed(
    "population", "人口模型", "livelihood/population_outlook",
    {"projected_year": "年份", "child_count": "0—14 岁", "working_count": "15—59 岁", "elder_count": "60 岁及以上",
     "mid_count": "合计", "low_count": "低情景", "high_count": "高情景"},
    requirements="MS-01", empty="这里没有人口预测", note="单位：人。队列要素法预测到区县；分年龄段为中情景。",
)
rural = listed(
    "rural", "两库一平台：农村专题库", "livelihood/rural",
    {"name": "指标", "measure_unit": "单位", "newest_year": "年份", "place_count": "报数的乡镇街道",
     "least_value": "最低", "median_value": "中位", "most_value": "最高"},
    requirements="MS-17 MS-06", empty="农村专题库没有数", note="各指标口径不一定可加，不求和。",
)
finance = listed(
    "finance", "两库一平台：金融专题库与中小微平台", "livelihood/finance",
    {"month": "月份", "deposit_yi": "存款", "loan_yi": "贷款", "agri_loan_yi": "涉农贷款",
     "small_enterprise_loan_yi": "中小微贷款", "nonperforming_rate": "不良率", "application_count": "平台申请",
     "granted_count": "平台放款", "granted_yi": "放款额"},
    requirements="MS-17", empty="金融专题库没有数",
    note="余额与放款额单位亿元，申请与放款单位笔；不良率按贷款余额加权。",
)
# fmt: on


# --- what the sentences and tables are made of ------------------------------------------------------------------------


class Topic(NamedTuple):  # Dash runs a page before it is in sys.modules, where a dataclass would look for it
    """One of the five topics most appealed about."""

    name: str
    orders: float
    change: Change
    solved: Reading | None
    repeated: Reading | None
    on_time: Reading | None


def _topics(asked: Address) -> list[Topic]:
    before = asked.previous()
    found = rows(run("livelihood/appeal_top", asked, before=before.since))
    now, past = _by_topic("LI20", asked), _by_topic("LI20", before)
    solved, repeated, on_time = (_by_topic(code, asked) for code in ("LI21", "LI22", "LI23"))
    topics = []
    for row in found:
        name = row["topic_group"]
        change = compare(now[name], past[name]) if name in past else Change(wording.UNKNOWN, "unknown", "", None)
        topics.append(Topic(name, row["order_count"], change, solved.get(name), repeated.get(name), on_time.get(name)))
    return topics


def _by_topic(code: str, asked: Any) -> Mapping[str, Reading]:
    return {each.key or "": each for each in read_groups(code, asked, "topic_group")}


def _said(reading: Reading | None) -> str:
    if reading is None:
        return wording.UNKNOWN
    return f"{wording.value(reading)}{reading.unit}" if reading.is_known else wording.absence(reading)


def _cards(asked: Address, *codes: str) -> list[Any]:
    """Links to the identity cards of what a table shows by group."""
    links: list[Any] = []
    for each in read_many(codes, asked):
        links += ["　" if links else "", dcc.Link(each.name, href=asked.link(n=each.metric))]
    return links


def _gap(of: Mapping[int, Row], year: int) -> Any:
    row = of.get(year)
    if row is None or row["mid_gap"] is None:
        return wording.UNKNOWN
    low, high = wording.number(row["low_gap"], 0), wording.number(row["high_gap"], 0)
    return html.Span([html.B(wording.number(row["mid_gap"], 0)), html.Small(f"{low} ~ {high}")])


def _benchmark_line(own: Reading, by_kind: Mapping[str, Row], asked: Address) -> list[Any]:
    actual, required = by_kind.get("actual", {}), by_kind.get("requirement", {})
    value = dcc.Link(wording.value(own) if own.is_known else wording.absence(own), href=asked.link(n=own.metric))
    wanted = [f"{name} {required[level]:,g}" for level, name in LEVELS.items() if required.get(level) is not None]
    levels = [wording.UNKNOWN if actual.get(level) is None else f"{actual[level]:,g}" for level in LEVELS]
    return [own.name, value, *levels, "、".join(wanted) or wording.UNKNOWN, own.unit]


def _sites(asked: Address) -> Layer:
    """Hospitals, community centres and township health centres, with their beds."""
    points = []
    for row in rows(run("livelihood/health_site", asked)):
        beds = "床位数未报" if row["bed_count"] is None else f"床位 {wording.number(row['bed_count'], 0)} 张"
        is_closed = row["is_open"] is False
        text = f"{cell('health_facility_kind', row['health_facility_kind'])}，{'未开放' if is_closed else beds}"
        points.append(Point(str(row["name"]), row["lon"], row["lat"], "none" if is_closed else "ok", text))
    return Layer("station", "医院与卫生院", tuple(points))


def _seats(asked: Address) -> Answer:
    question = "明年秋季哪个学区缺学位，缺多少？"
    largest, together = read_many(("LI19", "LI18"), asked)
    if not largest.is_known or largest.value is None:
        return Answer(question, (number(asked, largest),), "学位预测到区县，等待《学位供需预测》", "unknown")
    if largest.value <= 0:
        return Answer(question, (figure("没有学区缺学位", href=asked.link(n=largest.metric)),), largest.detail, "calm")
    parts = ("最大缺口", number(asked, largest), "，合计缺", number(asked, together))
    return Answer(question, parts, largest.detail, calls(largest))


def _appeals(asked: Address) -> Answer:
    question = "群众反映最多的是什么，解决了没有？"
    if "urban.hotline_order" not in snapshot(asked.snapshot).tables:
        return awaiting(question, "urban.hotline_order")
    found = _topics(asked)
    if not found:
        return Answer(question, (figure("没有诉求"),), "统计期内没有受理", "calm")
    solved, repeated = read_many(("LI21", "LI22"), asked)
    top = found[0]
    parts = (f"{top.name}最多", figure(wording.number(top.orders, 0), "件"), "，全部解决率", number(asked, solved))
    others = "、".join(f"{each.name} {wording.number(each.orders, 0)} 件" for each in found[1:3])
    detail = f"环比 {top.change.text}，本类解决率 {_said(top.solved)}"
    detail += (f"；其次 {others}" if others else "") + f"；重复诉求占 {_said(repeated)}"
    return Answer(question, parts, detail, calls(solved))


def _unreached(asked: Address) -> Answer:
    health_far, elder_far = read_many(("LI25", "LI26"), asked)

    def say(found: list[Row]) -> Said:
        parts = ("就医到不了", number(asked, health_far), "，养老到不了", number(asked, elder_far))
        if not found:
            return parts, "没有 30 分钟到不了的乡镇街道", "calm"
        named = "、".join(str(cell("place_code", row["place_code"])) for row in found[:3])
        more = f"等 {len(found)} 个乡镇街道" if len(found) > 3 else ""
        return parts, f"30 分钟车程；最多：{named}{more}", "attention"

    question = "看病、养老最不方便的是哪些乡镇？"
    return from_rows(question, asked, "livelihood/unreached_township", "livelihood.travel_time", say)
