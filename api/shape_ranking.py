"""The only place that says what an answer about rankings looks like: the fair order and the assessment."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.shape import Shape


class FairPart(Shape):
    """One part of a share in the fair order, in the displayed unit."""

    key: str = Field(description="组的代码")
    name: str = Field(description="组的名称")
    peers: str = Field(description="同类的名称：只同同类的比")
    n: float = Field(description="样本数")
    value: float | None = Field(description="原值")
    shrunk: float | None = Field(description="收缩值：样本越少越拉向同类平均")
    low: float | None = Field(description="95% 区间下限（Wilson）")
    high: float | None = Field(description="95% 区间上限（Wilson）")
    rank: int | None = Field(description="同类内的名次；样本不足为空")


class FairAnswer(Shape):
    """A share's parts ranked fairly."""

    metric: str = Field(description="指标名")
    by: str = Field(description="维度")
    area: str = Field(description="区划代码")
    since: date = Field(description="起始日（含）")
    until: date = Field(description="截止日（不含）")
    snapshot: str = Field(description="快照编号")
    minimum_n: int = Field(description="少于此数的不排名")
    absent: str = Field(description="为什么没有排名；排了为空文本")
    parts: list[FairPart] = Field(description="各组，同类相邻，好者在前，样本不足的在末")


class AssessedItem(Shape):
    """One item of a unit's assessment."""

    id: str
    name: str = Field(description="项目")
    weight: float = Field(description="满分")
    numerator: int = Field(description="分子")
    denominator: int = Field(description="分母")
    share: float | None = Field(description="实际，0–1；没有件为空")
    earned: float | None = Field(description="得分；没有件为空")
    lost: float | None = Field(description="失分；没有件为空")


class AssessedDeduction(Shape):
    """Points deducted besides the items."""

    id: str = Field(description="扣分编号")
    rule: str = Field(description="条目")
    points: float = Field(description="扣分")
    reason: str = Field(description="事由")


class AssessedUnit(Shape):
    """One unit in its group."""

    unit: str = Field(description="单位")
    group: str = Field(description="分组")
    area: str = Field(description="所在地代码")
    due_count: int = Field(description="应结案件数")
    score: float | None = Field(description="得分；样本不足为空")
    rank: int | None = Field(description="全市同组内的名次；样本不足为空")
    earlier_rank: int | None = Field(description="上月名次")
    step: int | None = Field(description="比上月升（正）降（负）几名")
    deducted: float = Field(description="另行扣分合计，封顶后")
    items: list[AssessedItem]
    deductions: list[AssessedDeduction]


class AssessmentAnswer(Shape):
    """The assessment of the last whole month."""

    edition: str = Field(description="考核办法的版本")
    basis: str = Field(description="考核办法的依据")
    since: date = Field(description="考核月起始日（含）")
    until: date = Field(description="考核月截止日（不含）")
    snapshot: str = Field(description="快照编号")
    demo: bool = Field(description="案件是否演示数据")
    fewest: int = Field(description="应结案少于此数的不排名")
    units: list[AssessedUnit]
