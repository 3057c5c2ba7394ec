"""The naming linter: one idea has one name, type, unit and code list everywhere (X-03, X-07)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.contract import Column, contract, contracts
from data.naming import faults

STATION = contract("ecology.air_station")


def with_column(column: Column) -> list[str]:
    return [str(fault) for fault in faults([replace(STATION, columns=(*STATION.columns, column))])]


def test_the_contracts_of_the_project_have_no_naming_fault() -> None:
    assert [str(fault) for fault in faults(contracts().values())] == []


@pytest.mark.parametrize(
    ("column", "fault"),
    [
        (Column("opened_at", "启用时间", "date"), "_at is timestamp, not date"),
        (Column("opened", "启用时间", "timestamp"), "a timestamp ends in _at"),
        (Column("online", "在线", "boolean"), "is_/has_ and boolean go together"),
        (Column("is_online", "在线", "text"), "is_/has_ and boolean go together"),
        (Column("valid_rate", "有效率", "real", unit="无量纲", maximum=100.0), "a rate lies in 0–1"),
        (Column("hour_count", "时数", "real", unit="小时"), "_count is integer, not real"),
        (Column("ts", "时间", "text"), "ts has a better name"),
        (Column("district_code", "区县", "text"), "district_code has a better name"),
        (Column("remark", "站点名称", "text"), "label 站点名称 stands twice"),
        (Column("contact_phone", "电话", "text"), "names and phones of people are personal"),
        (Column("contact_phone", "电话", "text", pii="L2"), "personal data in an open table"),
    ],
)
def test_a_name_that_breaks_a_rule_is_found(column: Column, fault: str) -> None:
    assert any(fault in found for found in with_column(column))


def test_one_idea_under_two_names_is_found() -> None:
    other = replace(
        contract("ecology.air_hourly"), columns=(Column("site_id", STATION.column("station_id").label, "text"),)
    )
    said = [str(fault) for fault in faults([STATION, other])]
    assert said == [
        "ecology.air_hourly.site_id: label 站点编号 is station_id in ecology.air_station; "
        "write station_id, or label it by what differs"
    ]


def test_one_yes_or_no_that_asks_two_questions_is_found() -> None:
    first = replace(STATION, columns=(Column("is_open", "是否开放", "boolean"),))
    other = replace(contract("ecology.air_hourly"), columns=(Column("is_open", "是否在产", "boolean"),))
    (said,) = faults([first, other])
    assert said.fault == "asks 是否在产 here, 是否开放 in ecology.air_station"


def test_the_same_name_with_another_unit_elsewhere_is_found() -> None:
    hourly = contract("ecology.air_hourly")
    odd = replace(hourly.column("pm25"), unit="mg/m³")
    twisted = replace(contract("ecology.air_city_daily"), columns=(odd,))
    assert any("unit mg/m³ here, µg/m³ in ecology.air_hourly" in str(each) for each in faults([hourly, twisted]))
