"""The only place that says why a number changed in a sentence, by fixed rules: no model writes it, the cells do."""

from __future__ import annotations

from metrics.why import AGAINST, Cell, Why

NAMED = 3  # cells that a sentence names on the side of the change, and on the other side
_COUNTED = 2  # dimensions that a name is made of: 歙县 + 暴露垃圾


def sentence(found: Why) -> str:
    """`较上期多 312 件（1,204 → 1,516）：其中歙县暴露垃圾 +120 件、…；屯溪区占道经营 −38 件往回拉。`"""
    change = found.change
    if found.absent or change is None:
        return f"不能拆分：{found.absent}。"
    ends = f"{_number(found, found.before.value or 0.0)} → {_number(found, found.now.value or 0.0)}"
    if _is_nothing(found, change):
        head = f"与{AGAINST[found.against]}持平（{ends}）"
    else:
        head = f"较{AGAINST[found.against]}{'多' if change > 0 else '少'} {amount(found, abs(change))}（{ends}）"
        head = head.replace("多 ", "升 ").replace("少 ", "降 ") if found.metric.kind == "ratio" else head
    if not found.dimensions:
        return f"{head}；本指标按整个地方统计，没有可拆的维度。"
    cells = [each for each in found.by(_COUNTED) if not _is_nothing(found, each.effect)]
    up = change >= 0
    along = [each for each in cells if (each.effect > 0) is up][:NAMED]
    against = [each for each in cells if (each.effect > 0) is not up][:NAMED]
    if not cells:
        return f"{head}；各部分都没有变。"
    parts = [f"其中{_named(found, along)}"] if along else []
    parts += [f"{_named(found, against)}往回拉"] if against else []
    return f"{head}：{'；'.join(parts)}。"


def amount(found: Why, value: float, signed: bool = False) -> str:
    """A change in the number's own unit: `120 件`, `0.3 个百分点`; with its sign where asked."""
    sign = "" if not signed else "+" if value > 0 else "−" if value < 0 else ""
    unit = "个百分点" if found.metric.unit == "%" else found.metric.unit
    return f"{sign}{_number(found, abs(value) if signed else value)}{f' {unit}' if unit else ''}"


def name(cell: Cell, count: int = _COUNTED) -> str:
    """What people call the cell: its words one after the other."""
    return " ".join(cell.names[:count]) or "全部"


def _named(found: Why, cells: list[Cell]) -> str:
    return "、".join(f"{''.join(each.names)} {amount(found, each.effect, signed=True)}" for each in cells)


def _number(found: Why, value: float) -> str:
    places = _places(found)
    return f"{value:,.{places}f}".replace("-", "−")


def _places(found: Why) -> int:
    """A share of a rate is smaller than the rate: one more place than the number itself is shown with."""
    return found.metric.decimals + (1 if found.metric.kind == "ratio" else 0)


def _is_nothing(found: Why, value: float) -> bool:
    return bool(abs(value) < 0.5 * 10.0 ** -_places(found))
