"""The only place that draws how far an uploaded file is, what came of it, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.intake_address import PATH, Asked
from components.intake_desk import who_field
from components.marks import marked
from components.panel import panel
from data.contract import contract
from data.rulebook import counted

STEPS = ("上传", "识别", "检查", "发布")
_REACHED = {
    "checking": 1,
    "checked": 3,
    "refused": 2,
    "failed": 1,
    "importing": 3,
    "published": 4,
    "undoing": 4,
    "undone": 4,
}
Visit = Mapping[str, Any]  # what `ingest.visit.Visit` holds, as JSON


def head(asked: Asked, visit: Visit) -> html.Section:
    table = contract(visit["table"])
    facts = (
        ("文件", f"{visit['file']}（{_size(visit['size'])}）"),
        ("表", f"{table.name}（{table.table}）"),
        ("上传", f"{visit['who']} · {visit['at'].replace('T', ' ')}"),
        ("校验值", html.Code(visit["sha256"][:16] + "…", title=f"SHA-256 {visit['sha256']}")),
    )
    body = [
        _steps(visit),
        html.Dl([part for label, value in facts for part in (html.Dt(label), html.Dd(value))], className="facts"),
        _outcome(asked, visit),
        _actions(visit),
    ]
    tools = dcc.Link("再传一份", href=PATH + asked.link(visit=None, table=None), className="quiet")
    shown = marked(panel(f"入库 · {table.name}", body, tools=tools), data_panel="visit", data_state=visit["state"])
    return marked(shown, data_working="1") if visit["is_alive"] else shown


def _steps(visit: Visit) -> html.Ol:
    reached, is_alive = _REACHED[visit["state"]], visit["is_alive"]
    marks = []
    for number, label in enumerate(STEPS):
        look = "is-done" if number < reached else "is-now" if number == reached and is_alive else ""
        if visit["state"] in ("refused", "failed") and number == reached:
            look = "is-stopped"
        marks.append(html.Li([html.I(className="dot"), label], className=look))
    return marked(html.Ol(marks, className="steps"), aria_label="进度")


def _outcome(asked: Asked, visit: Visit) -> Component:
    """How it stands: progress, counts, or why it stopped."""
    if visit["is_alive"]:
        share = round(visit["share"] * 100)
        return marked(
            html.Div(
                [
                    html.P([html.B(f"{share}%"), f" {visit['step']}"]),
                    html.Progress(value=str(share), max="100"),
                    html.P("可以离开这一页，处理在后台继续；回来从入库记录进入。", className="aside"),
                ],
                className="outcome",
            ),
            aria_live="polite",
        )
    said: list[Component] = []
    if visit["is_stuck"]:
        said.append(
            html.P("处理被中断（服务重启或进程被结束），已发布的数据没有改动。请重做这一步。", className="warning")
        )
    if visit["message"]:
        said.append(html.P(visit["message"], className="warning"))
    if visit["result"].get("accepted") is not None and visit["state"] != "refused":
        said.append(_counts(visit))
    if visit["state"] == "published":
        said.append(
            html.P(f"已发布：快照 {visit['snapshot_before'] or '—'} → {visit['snapshot_after']}，{visit['decided_by']}")
        )
    if visit["state"] == "undone":
        said.append(html.P(f"已撤销：各表回到入库之前，现在的快照 {visit['snapshot_after']}，{visit['decided_by']}"))
    said += [html.P(sentence, className="warning") for sentence in _replaced(visit)]
    return marked(html.Div(said, className="outcome"), aria_live="polite")


def _replaced(visit: Visit) -> list[str]:
    """What the import will drop for good or has dropped: the demo rows of a table go with its first real row."""
    if visit["state"] not in ("checked", "importing", "published"):
        return []
    remarks = visit["result"].get("remarks", ())
    return [each["sentence"] for each in remarks if each["rule"] == "replaces_demo"]


def _counts(visit: Visit) -> html.Div:
    result = visit["result"]
    will = "" if visit["state"] in ("published", "undone") else "将"
    quarantined, skipped = sum(result["quarantined"].values()), sum(result.get("skipped", {}).values())
    cells = (
        (f"{will}新收或更新", result["accepted"], ""), ("与库中相同", result["unchanged"], ""),
        (f"{will}隔离", quarantined, "is-worse" if quarantined else ""), ("不是数据的行", skipped, ""),
    )  # fmt: skip
    return html.Div(
        [
            html.Div(
                [html.H3(label), html.P([html.Span(f"{count:,}", className=f"figure {look}"), html.Small("行")])],
                title=counted(result.get("skipped", {})) if label == "不是数据的行" else None,
            )
            for label, count, look in cells
        ],
        className="counts",
    )


def _actions(visit: Visit) -> html.Div | None:
    if visit["is_alive"]:
        return None
    here = f"{PATH}/visits/{visit['id']}"
    buttons: list[Component] = []
    state, stuck = visit["state"], visit["is_stuck"]
    if visit["has_returns"]:
        link = html.A("下载退回表", href=f"{here}/returns.xlsx", className="quiet", download="")
        buttons.append(link)
    if visit["found"].get("proposal"):
        buttons.append(html.A("下载识别出的映射", href=f"{here}/mapping.toml", className="quiet", download=""))
    if state in ("checked", "importing"):
        has_bad = bool(sum(visit["result"].get("quarantined", {}).values()))
        label = "重新发布" if stuck else "入库并发布（坏行隔离）" if has_bad else "入库并发布"
        drops = "".join(_replaced(visit))
        ask = f"{drops}入库后可以用“撤销这次入库”回到现在。确定入库？" if drops else ""
        buttons.append(_post(label, f"{here}/import", "primary", ask))
    if state in ("failed", "refused") or (state == "checking" and stuck):
        buttons.append(_post("重新检查", f"{here}/check", "quiet"))
    if state == "published" or (state == "undoing" and stuck):
        ask = "撤销后，这次入库涉及的表回到入库之前并重新发布。确定撤销？"
        buttons.append(_post("撤销这次入库", f"{here}/undo", "quiet", ask))
    has_post = any(hasattr(button, "data-post") for button in buttons)
    return html.Div(
        [who_field() if has_post else None, *buttons, html.P(className="said", role="alert")], className="actions"
    )


def _post(label: str, address: str, look: str, ask: str = "") -> html.Button:
    return marked(html.Button(label, className=look), data_post=address, data_ask=ask)


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else f"{max(count / 1024, 0.1):.1f} KB"
