"""The only place that turns the reference text of `data/reference` into tables of a snapshot.

Divisions, calendar, plan and catalogue are text that a clerk edits; the load register is made of the tables' batches.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from data import calendar_days, catalogue, divisions, plan
from data.contract import contract
from ingest.derived import arrow_schema
from ingest.store import State

Rows = Iterable[Mapping[str, Any]]
_STATES = {"在用": "running", "观察": "observing", "退役": "retired"}
_PERIOD = "十四五"
_PLAN_NUMBER, _PLAN_DATE = "黄数资〔2021〕58号", date(2021, 10, 8)


def tables(first_year: int, last_year: int) -> dict[str, pa.Table]:
    """Every reference table; the calendar covers whole years from the first to the last."""
    makers: dict[str, Callable[[], Rows]] = {
        "common.division": _divisions,
        "common.duty_unit": _duty_units,
        "common.calendar": lambda: _calendar(first_year, last_year),
        "overview.scene_catalogue": _catalogue,
        "overview.scene_change": _changes,
        "overview.plan_indicator": _indicators,
        "overview.plan_task": _tasks,
        "overview.baseline_fact": _baselines,
    }
    return {name: pa.Table.from_pylist(list(make()), schema=arrow_schema(name)) for name, make in makers.items()}


def loads(states: Mapping[str, State]) -> pa.Table:
    """The load register: one row per table and batch, written by the import itself and filled in by nobody."""
    rows = [
        {
            "load_id": batch.batch_id,
            "table_name": name,
            "name": contract(name).name,
            "owner_unit": contract(name).owner.unit,
            "source_file": batch.source,
            "sha256": batch.sha256 or None,
            "mapping_name": batch.mapping or None,
            "loaded_at": datetime.fromisoformat(batch.loaded_at),
            "accepted_row_count": batch.accepted,
            "unchanged_row_count": batch.unchanged,
            "quarantined_row_count": sum(batch.quarantined.values()),
            "is_demo": state.is_demo,
        }
        for name, state in sorted(states.items())
        for batch in state.batches
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema("common.data_load"))


def _divisions() -> Rows:
    for place in divisions.divisions():
        yield {
            "place_code": place.place_code,
            "name": place.name,
            "level": place.level,
            "parent_code": place.parent_code,
            "mca_code": place.mca_code,
            "official_order": place.official_order,
            "population": place.population,
            "population_year": place.population_year,
            "valid_from": place.valid_from,
            "valid_to": place.valid_to,
            "source": place.source,
        }


def _duty_units() -> Rows:
    """Units in official order: those that 附件2 names, as it first names them, then the districts and the 管委会."""
    named = dict.fromkeys(unit.name for task in plan.tasks().values() for unit in task.units if unit.is_named)
    for order, name in enumerate(named, 1):
        yield {
            "name": name,
            "kind": "enterprise" if name.endswith("公司") else "city_department",
            "place_code": divisions.CITY,
            "official_order": order,
            "is_plan_named": True,
            "is_ranked": False,
            "valid_from": _PLAN_DATE,
            "source": f"{_PLAN_NUMBER} 附件2；单位名称照录，机构变动待确认",
        }
    reporting = [each for each in divisions.divisions() if each.level in ("district", "functional_area")]
    for order, place in enumerate(sorted(reporting, key=lambda each: each.official_order or 0), len(named) + 1):
        yield {
            "name": place.name,
            "kind": place.level,
            "place_code": place.place_code,
            "official_order": order,
            "is_plan_named": False,
            "is_ranked": True,
            "valid_from": place.valid_from,
            "source": place.source,
        }


def _calendar(first_year: int, last_year: int) -> Rows:
    with warnings.catch_warnings():  # presumed days say so in the table; whoever shows them warns there
        warnings.simplefilter("ignore", calendar_days.CalendarWarning)
        days = calendar_days.days(date(first_year, 1, 1), date(last_year + 1, 1, 1))
    for day in days:
        yield {
            "day_date": day.day_date,
            "day_kind": day.day_kind,
            "is_workday": day.is_workday,
            "holiday_name": day.holiday_name,
            "holiday_day_no": day.holiday_day_no,
            "spring_offset": day.spring_offset,
            "iso_week": day.iso_week,
            "is_fallback": day.is_fallback,
        }


def _catalogue() -> Rows:
    for scene in catalogue.scenes().values():
        yield {
            "system_id": f"scene-{scene.slug}",
            "kind": "scene",
            "name": scene.name,
            "alias_names": "|".join(scene.aliases) or None,
            "theme_database": scene.theme_database,
            "plan_box": "专栏26",
            "task_id": "T26",
            "scene_class": "A",
            "page_slugs": scene.slug,
            "owner_unit": scene.owner,
            "owner_basis": scene.owner_basis,
            "status": _STATES[scene.state],
            "version": scene.version,
            "updated_date": scene.updated_on,
            "next_review_date": scene.next_review,
            "note": scene.note or None,
        }
    phases = {"先期": "1", "后期": "2"}
    for system in catalogue.systems().values():
        yield {
            "system_id": system.id,
            "kind": "system",
            "name": system.name,
            "alias_names": "|".join(system.aliases) or None,
            "plan_box": "|".join(system.named_in) or None,
            "task_id": system.task,
            "scene_class": system.system_class,
            "plan_phase": phases.get(system.phase),
            "page_slugs": "|".join(system.pages),
            "requirement_ids": "|".join(system.requirements) or None,
            "owner_unit": system.owner,
            "owner_basis": system.owner_basis,
            "status": _STATES[system.state],
            "evidence": system.evidence,
            "evidence_date": system.evidence_date,
            "plan_line": system.line,
            "note": system.note or None,
        }


def _changes() -> Rows:
    for change in catalogue.changes():
        yield {
            "system_id": change.system,
            "changed_date": change.changed_on,
            "status_before": _STATES[change.before],
            "status": _STATES[change.after],
            "summary": change.reason,
            "owner_unit": change.by,
        }


def _indicators() -> Rows:
    for indicator in plan.indicators().values():
        for target in indicator.targets:
            yield {
                "plan_indicator_id": indicator.id,
                "plan_period": target.plan,
                "group_name": indicator.group,
                "name": indicator.name,
                "measure_unit": indicator.unit or None,
                "as_printed": "|".join(indicator.as_printed),
                "base_year": indicator.base_year,
                "base_value": indicator.base_value,
                "year": target.year,
                "target_rule": target.rule.op,
                "target_value": target.rule.value,
                "target_text": target.rule.text,
                "year_confidence": target.confidence,
                "source": target.basis,
                "decided_date": target.decided_on,
                "plan_line": indicator.line,
                "note": target.note or indicator.note or None,
            }


def _tasks() -> Rows:
    for task in plan.tasks().values():
        lead = [unit.name for unit in task.units if unit.lead]
        yield {
            "plan_period": _PERIOD,
            "task_id": task.id,
            "sort_no": task.order,
            "group_name": task.group,
            "name": task.name,
            "is_name_merged": task.is_name_merged,
            "summary": task.text,
            "plan_units_text": task.units_printed,
            "lead_unit": "|".join(lead) or None,
            "supporting_units": "|".join(unit.name for unit in task.units if not unit.lead) or None,
            "plan_line": task.line_from,
            "note": task.note or None,
        }


def _baselines() -> Rows:
    for fact in plan.baselines().values():
        yield {
            "fact_id": fact.id,
            "name": fact.name,
            "value": fact.value,
            "measure_unit": fact.unit or None,
            "qualifier": fact.qualifier or None,
            "as_printed": fact.as_printed,
            "plan_sentence": fact.sentence,
            "plan_line": fact.line,
            "requirement_ids": "|".join(fact.requirements) or None,
            "disputed_with": fact.disputed_with or None,
            "note": fact.note or None,
        }
