"""The only place that checks what contracts say of other texts: requirement ids, tasks, owners, resource codes.

`data.contract` reads a file by itself; what a file says of another one is checked here, before any verb starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data import owner
from data.contract import Contract, ContractError, contracts
from data.ledger import requirement_ids
from data.resource import Resource, resources


def check() -> None:
    """Refuses the first contract that names something that does not exist; raises ContractError."""
    for said in faults(contracts().values(), resources()):
        raise ContractError(said)


def faults(every: Iterable[Contract], coded: Mapping[str, Resource]) -> Iterable[str]:
    """Every fault as a sentence: file, key, fault and remedy."""
    known = set(requirement_ids())
    tables = set()
    for each in every:
        tables.add(each.table)
        path = f"data/contracts/{each.table.replace('.', '/')}.toml"
        for name in each.requirements:
            if name not in known:
                yield f"{path}：requirements：“{name}”不是需求编号；编号见 data/reference/requirement_ids.txt"
        wrong = owner.fault(each.owner.unit, each.owner.basis)
        if wrong:
            yield f"{path}：owner：{wrong}"
        if each.table not in coded:
            yield f"{path}：没有信息资源代码；请在 data/reference/resource_codes.csv 末尾加一行，序号接着最后一行"
    for table, resource in coded.items():
        if table not in tables and not resource.is_withdrawn:
            yield (
                f"data/reference/resource_codes.csv：{resource.code}：没有合同 {table}；"
                "表名写错请改正，表已停用请在 withdrawn_on 填日期，代码不再分给别的表"
            )
