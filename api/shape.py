"""The only place that says what an answer looks like over HTTP. Every answer is checked against it as it leaves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, RootModel


def _wall_time(moment: object) -> object:
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment


Moment = Annotated[
    str, BeforeValidator(_wall_time), Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$")
]
Demo = Literal["demo", "mixed", "real"]
_ZONE = "(北京时间，不带时区)"
_IS_DEMO = AliasChoices("demo", "is_demo")


class Shape(BaseModel):
    """Filled from our own frozen objects, field by field of the same name."""

    model_config = ConfigDict(from_attributes=True)


class TableState(Shape):
    """One table of a snapshot."""

    rows: int = Field(description="行数")
    kind: Literal["detail", "reference", "derived", "rollup"] = Field(description="明细、参考、派生或汇总")
    until: date | None = Field(description="最新完整一日的次日；没有日期的表为空")
    data_time: Moment | None = Field(description=f"最新一行的时间{_ZONE}")
    loaded_at: Moment | None = Field(description=f"最近一次导入的时间{_ZONE}")
    demo: bool = Field(validation_alias=_IS_DEMO, description="是否演示数据")


class SnapshotAnswer(Shape):
    """A snapshot and its tables."""

    id: str = Field(description="快照编号")
    made_at: Moment = Field(description=f"生成时间{_ZONE}")
    until: date | None = Field(description="各表中最新完整一日的次日")
    demo: Demo = Field(description="演示、并存或真实")
    tables: dict[str, TableState] = Field(description="表名 → 表的状态")


class Owner(Shape):
    """Who answers for a number or a table."""

    unit: str = Field(description="责任单位；可为“待确认”")
    basis: str = Field(description="依据")


class Scene(Shape):
    """One scene of the catalogue."""

    slug: str = Field(description="英文名：页面、主题、指标都用它")
    name: str = Field(description="场景名")
    aliases: list[str] = Field(description="规划中的其他叫法")
    path: str = Field(description="页面地址")
    order: int = Field(description="次序")
    theme_database: str = Field(description="主题库")
    theme_aliases: list[str] = Field(description="主题库的其他叫法")
    owner: str = Field(description="责任单位；可为“待确认”")
    owner_basis: str = Field(description="责任单位的依据")
    version: str = Field(description="版本")
    state: Literal["在用", "观察", "退役"] = Field(description="状态")
    updated_on: date = Field(description="更新日期")
    next_review: date = Field(description="下次复核日期")
    note: str = Field(description="备注")


class SceneList(Shape):
    """The scenes, in their order."""

    scenes: list[Scene]


class Target(Shape):
    """What a reading is held against, in the displayed unit."""

    op: Literal[">=", "<=", ">", "<"] = Field(description="达标的方向")
    value: float = Field(description="目标值")
    basis: Literal["standard", "plan", "proposed"] = Field(description="标准、规划或建议")
    text: str = Field(description="说明")


class MetricDefinition(Shape):
    """What a number means."""

    id: str = Field(description="指标名")
    code: str = Field(description="查数码")
    scene: str = Field(description="场景")
    name: str = Field(description="中文名")
    meaning: str = Field(description="口径")
    basis: str = Field(description="依据")
    owner: Owner
    kind: Literal["ratio", "sum", "latest", "quantile", "computed"] = Field(description="怎样汇总")
    lowest: Literal["city", "district", "subdistrict", "community", "unit_grid"] = Field(description="最细到哪一级")
    by: list[str] = Field(description="可分组的维度")
    unit: str = Field(description="单位")
    decimals: int = Field(description="显示的小数位数")
    better: Literal["higher", "lower", "neither"] = Field(description="高好、低好或不论")
    target: Target | None
    target_period: Literal["any", "year"] = Field(description="目标对任何统计期，还是只对全年或年初至今")
    near_margin: float = Field(description="未达标但相差不超过此值为“接近”")
    minimum_n: int = Field(description="样本少于此数不给值")
    stale_minutes: int = Field(description="数据时间之后多少分钟算过时")
    warning: str = Field(description="预警线")
    sources: list[str] = Field(description="来源表")
    requirements: list[str] = Field(description="需求编号")


class MetricList(Shape):
    """The metrics, in the order of scenes and codes."""

    metrics: list[MetricDefinition]


class Source(Shape):
    """A table that a reading was read from."""

    table: str = Field(description="表名")
    owner: str = Field(description="责任单位")
    rows: int = Field(description="快照中的行数")


class Comparison(Shape):
    """How a reading moved against another period."""

    which: Literal["previous", "last_year"] = Field(description="环比或同比")
    since: date = Field(description="所比时期的起始日（含）")
    until: date = Field(description="所比时期的截止日（不含）")
    value: float | None = Field(description="所比时期的值，未折算；未知为空")
    text: str = Field(description="变化：比率用个百分点，小数目用 ±，其余用 %；不可比为“—”")
    direction: Literal["up", "down", "flat", "unknown"] = Field(description="升、降、持平、不可比")
    judgement: Literal["向好", "向差", ""] = Field(description="向好、向差；不评判为空文本")
    basis: str = Field(description="怎样对齐、按什么可比、有什么不可比；没有则为空文本")


class ReadingBody(Shape):
    """One number with everything that explains it."""

    metric: str = Field(description="指标名")
    code: str = Field(description="查数码")
    name: str = Field(description="中文名；分组里是组的名称")
    value: float | None = Field(description="显示单位的值（百分比为 0–100），不舍入；未知为空")
    unit: str = Field(description="单位")
    numerator: float | None = Field(description="分子；没有则为空")
    denominator: float | None = Field(description="分母；没有则为空")
    n: int = Field(description="样本数")
    state: Literal["ok", "too_few", "no_data", "stale", "not_below", "not_filterable"] = Field(
        description="正常、样本不足（涉及个人而不给的也在内，原因见 detail）、没有数据、过时、本指标不到这一级、"
        "此筛选不适用（只在页面上）"
    )
    target: Target | None
    standing: Literal["met", "near", "missed", "none"] = Field(description="达标、接近、未达标、不评判")
    area: str = Field(description="区划代码")
    since: date = Field(description="起始日（含）")
    until: date = Field(description="截止日（不含）")
    data_time: Moment | None = Field(description=f"数据时间{_ZONE}")
    loaded_at: Moment | None = Field(description=f"导入时间{_ZONE}")
    stale_at: Moment | None = Field(description=f"到此时仍未更新即为过时{_ZONE}；已完整的统计期为空")
    snapshot: str = Field(description="快照编号")
    detail: str = Field(description="数值之外的说明")
    sources: list[Source] = Field(description="来源")
    demo: bool = Field(description="来源中是否有演示数据")


class ComparedReading(ReadingBody):
    """A reading with the comparison that was asked for."""

    comparison: Comparison


class GroupReading(ReadingBody):
    """The reading of one group; `name` is the group's."""

    key: str = Field(description="组的代码；未填为空文本")
    metric_name: str = Field(description="指标的中文名")


class ComparedGroup(GroupReading):
    """The reading of one group with the comparison that was asked for."""

    comparison: Comparison


class Groups(Shape):
    """A metric split by one dimension."""

    metric: str = Field(description="指标名")
    by: str = Field(description="维度")
    area: str = Field(description="区划代码")
    since: date = Field(description="起始日（含）")
    until: date = Field(description="截止日（不含）")
    snapshot: str = Field(description="快照编号")
    groups: list[ComparedGroup | GroupReading]


class ReadingAnswer(RootModel[ComparedReading | ReadingBody | Groups]):
    """A reading; with `compare`, its comparison too; with `by`, groups."""


class WhyCell(Shape):
    """One combination of the dimensions and what it adds to the change, in the displayed unit."""

    keys: list[str] = Field(description="各维度的代码；未填为空文本")
    names: list[str] = Field(description="各维度的名称")
    before: float = Field(description="对比期：总和的一部分，或率的一部分（本格分子 ÷ 总分母）")
    now: float = Field(description="本期，同上")
    rate: float = Field(description="本格自身变化带来的；计数类的全部变化")
    mix: float = Field(description="本格在总数里的占比变化带来的；计数类为 0")
    effect: float = Field(description="rate 与 mix 之和；各格相加等于 change")


class WhyAnswer(Shape):
    """Why a sum or ratio changed: the change taken apart without a remainder."""

    metric: str = Field(description="指标名")
    against: Literal["previous", "last_year"] = Field(description="与哪一期比")
    change: float | None = Field(description="变化，显示单位；一期没有数则为空")
    sentence: str = Field(description="一句话")
    absent: str = Field(description="为什么没有拆分；拆分了为空文本")
    dimensions: list[str] = Field(description="拆分的维度")
    now: ReadingBody
    before: ReadingBody
    cells: list[WhyCell] = Field(description="各格，影响大的在前")


class Refresh(Shape):
    """How often a table is due."""

    rule: str = Field(description="更新规则")
    sla_minutes: int = Field(description="最新一行之后多少分钟算迟到")


class Freshness(Shape):
    """Whether a table is as new as it should be."""

    state: Literal["on_time", "late", "no_data", "undated"] = Field(description="及时、迟到、没有数据、参考表不计")
    late_at: Moment | None = Field(description=f"到此时仍未更新即为迟到{_ZONE}")


class Finding(Shape):
    """Where the data says something against itself."""

    rule: str = Field(description="核对规则")
    count: int = Field(description="不一致的行数或处数")
    sentence: str = Field(description="说明")
    other_table: str | None = Field(description="与哪张表矛盾；表内自相矛盾时为空")
    owners: list[str] = Field(description="两边的责任单位")


class TableQuality(Shape):
    """Quality and freshness of one table."""

    table: str = Field(description="表名")
    name: str = Field(description="中文名")
    snapshot: str = Field(description="快照编号")
    owner: Owner
    layer: Literal["detail", "reference", "derived"] = Field(description="明细、参考或派生")
    rows: int = Field(description="行数")
    since: date | None = Field(description="最早一日")
    until: date | None = Field(description="最新完整一日的次日")
    data_time: Moment | None = Field(description=f"最新一行的时间{_ZONE}")
    loaded_at: Moment | None = Field(description=f"最近一次导入的时间{_ZONE}")
    demo: bool = Field(description="是否演示数据")
    refresh: Refresh
    freshness: Freshness
    accepted: int = Field(description="各批收下的行数之和")
    quarantined: dict[str, int] = Field(description="规则 → 各批隔离的行数之和")
    scrubbed: dict[str, int] = Field(
        description="自由文本入库时遮盖的个人号码：种类（id_card、bank_card、phone、plate）→ 个数"
    )
    findings: list[Finding] = Field(description="交叉核对发现的不一致")


class QualityList(Shape):
    """Quality of every table that has a contract."""

    tables: list[TableQuality]


class QualityAnswer(RootModel[TableQuality | QualityList]):
    """One table; without `table`, all of them."""


class Alive(Shape):
    """The process lives."""

    status: Literal["alive"] = "alive"


class Ready(Shape):
    """There is a snapshot to answer from. `cache` is there where the shared cache is a server that can be away."""

    status: Literal["ready"] = "ready"
    snapshot: str
    demo: Demo
    cache: Literal["ok", "away"] | None = None


class HeatClass(Shape):
    """One class of a layer of cells."""

    place: int = Field(description="1(最多)至 5")
    least: float
    most: float
    count: int = Field(description="格数")


class PointsAnswer(Shape):
    """The objects of a layer, a list per property; lists have one entry per object, in one order."""

    layer: str
    snapshot: str
    origin: tuple[float, float] = Field(description="原点的经度、纬度(CGCS2000)")
    unit: float = Field(description="lon、lat 一个单位是多少度")
    count: int = Field(description="有坐标的个数")
    unplaced: int = Field(description="没有坐标的个数")
    total: int = Field(description="范围内的全部个数；多于上限的图层只给需关注的和最近的")
    id: list[str]
    lon: list[int] = Field(description="距原点的经度，以 unit 为单位")
    lat: list[int] = Field(description="距原点的纬度，以 unit 为单位")
    kinds: list[str] = Field(default=[], description="kind 所指的类别")
    kind: list[int] = []
    state: list[int] = Field(default=[], description="0 在办或在用，1 要关注，2 已结或停用")
    start: list[int] = Field(default=[], description="开始：since 零点后的分钟数，此前开始的为 0")
    end: list[int] = Field(default=[], description="结束：since 零点后的分钟数，未结束的为 -1")
    name: list[str] = Field(default=[], description="名称；对象很多时不给，逐个取")
    shapes: list[dict[str, Any]] = Field(default=[], description="面图层的图形（GeoJSON）")
    amount: list[float] = []
    place: list[int] = []
    area_ha: list[float] = []
    classes: list[HeatClass] = []


class CardRow(Shape):
    """One property of an object, in words."""

    label: str
    value: str
    is_copied: bool = Field(description="是否供复制的编号")


class CardStep(Shape):
    """One step of an object's course."""

    step: str
    unit: str
    since: str
    until: str
    action: str
    is_overdue: bool
    note: str


class CardAnswer(Shape):
    """One object of a layer."""

    layer: str
    title: str
    id: str
    name: str
    kind: str
    place: str
    rows: list[CardRow]
    flow: list[CardStep] = Field(description="流转，按步骤")
    page: str = Field(default="", description="详情页的地址；没有则不给")
