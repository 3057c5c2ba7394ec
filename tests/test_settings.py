"""A bad setting stops the start with its name, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.settings import SettingError, load


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "cockpit.toml"
    file.write_text('port = 9000\nhost = "10.0.0.1"\n', encoding="utf-8")
    found = load({"COCKPIT_PORT": "9001", "PATH": "/bin"}, file)
    assert (found.port, found.host) == (9001, "10.0.0.1")


def test_plain_host_and_port_are_honoured_but_the_prefixed_name_wins() -> None:
    assert load({"PORT": "8060"}).port == 8060
    assert load({"PORT": "8060", "COCKPIT_PORT": "8070"}).port == 8070


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("COCKPIT_PORT", "eighty", "0 to 65535"),
        ("COCKPIT_PORT", "70000", "0 to 65535"),
        ("PORT", "-1", "0 to 65535"),
        ("COCKPIT_QUERY_TIMEOUT_S", "0", "seconds"),
        ("COCKPIT_SNAPSHOTS_KEPT", "1", "2 to 1000"),
        ("COCKPIT_WALL_SECONDS", "5", "30 to 3600"),
        ("COCKPIT_WALL_SCENES", "overview,nowhere", "separated by commas"),
        ("COCKPIT_TILE_URL", "https://tiles.example/only/{z}", "with {z}, {x} and {y}"),
        ("COCKPIT_TILE_URL", "https://a.example/{z}/{x}/{y}; script-src *", "without spaces"),
        ("COCKPIT_TILE_CRS", "BD-09", "CGCS2000, WGS-84 or GCJ-02"),
        ("COCKPIT_STROE", "x", "store"),
        ("COCKPIT_STORE", "/etc/passwd", "a folder"),
        ("COCKPIT_BOUNDARY_FILE", "/no/such.geojson", "an existing GeoJSON file"),
    ],
)
def test_a_bad_setting_is_named_with_its_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingError) as caught:
        load({name: value})
    assert name in str(caught.value)
    assert value in str(caught.value)
    assert allowed in str(caught.value)


def test_a_settings_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cockpit.toml"
    file.write_text("port = = 1", encoding="utf-8")
    with pytest.raises(SettingError, match="not a TOML file"):
        load({}, file)
