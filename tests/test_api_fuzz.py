"""The HTTP API keeps to its own description, whatever is sent. Requests are handed to the server without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import CheckContext
from schemathesis.specs.openapi.checks import positive_data_acceptance
from test_api import HELD, OLDER, PROBLEM, SNAPSHOT, serving, write_snapshot

import api
from metrics import metrics

# the same requests every time: a failure is a fault of the change at hand, not of the day
BOUNDED = settings(
    max_examples=100, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
EXISTING = {  # what the description cannot say: which of the well-formed values exist in the little store
    "name": [each.id for each in HELD] + [each.code for each in HELD],
    "asof": [SNAPSHOT, OLDER],
    "area": ["341000", "341002", "341004", "341002001"],
    "since": ["2026-11-02", "2026-11-16"],
    "until": ["2026-11-23", "2026-11-30"],
    "by": ["district_code"],  # every metric of the scene declares it
    "scene": ["ecology", "urban"],
    "layer": ["ecology_source", "ecology_finding"],
    "table": ["ecology.air_hourly", "ecology.air_station", "common.division"],
}


# exist too, so they are not wrong where an enum leaves them out, but the little store lacks their tables
ELSEWHERE = {name for each in metrics() for name in (each.id, each.code)} - set(EXISTING["name"])


def described() -> dict[str, Any]:
    body: dict[str, Any] = api.server().test_client().get("/api/v1/openapi.json").get_json()
    return body


def narrowed(*names: str) -> dict[str, Any]:
    """The description with the values that exist in place of those that are only well formed, for these parameters."""
    body = described()
    for path in body["paths"].values():
        for parameter in path["get"].get("parameters", []):
            if parameter["name"] in names:
                parameter["schema"] = {"type": "string", "enum": EXISTING[parameter["name"]]}
    return body


def loaded(description: dict[str, Any]) -> Any:
    schema = schemathesis.openapi.from_dict(description, config=schemathesis.Config())
    schema.app = api.server()
    return schema


# a metric has to exist, or no other parameter is ever looked at
wild, existing = loaded(narrowed("name", "layer")), loaded(narrowed(*EXISTING))
objectless = existing.exclude(path="/api/v1/points/{layer}/{object_id}")  # the little store holds no such object


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("fuzz")
    write_snapshot(folder, OLDER)
    write_snapshot(folder)
    with serving(folder):
        yield


def every_error_is_a_problem(context: CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """No page, no trace: also for what no description covers, as a method that is not offered."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == [PROBLEM], response.text
        assert response.json()["status"] == response.status_code
        assert "Traceback" not in response.text


@wild.parametrize()
@BOUNDED
def test_whatever_is_asked_the_answer_is_as_described(case: schemathesis.Case) -> None:
    assume((case.path_parameters or {}).get("name") not in ELSEWHERE)
    case.call_and_validate(
        additional_checks=[every_error_is_a_problem],
        # well formed is not enough here: a period may be empty, a place or a snapshot may not exist
        excluded_checks=[positive_data_acceptance],
    )


@objectless.parametrize()
@BOUNDED
def test_what_exists_is_answered(case: schemathesis.Case) -> None:
    assume((case.path_parameters or {}).get("name") not in ELSEWHERE)
    case.call_and_validate(additional_checks=[every_error_is_a_problem])
