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
        ("COCKPIT_PORT", "eighty", "0 到 65535"),
        ("COCKPIT_PORT", "70000", "0 到 65535"),
        ("PORT", "-1", "0 到 65535"),
        ("COCKPIT_QUERY_TIMEOUT_S", "0", "秒数"),
        ("COCKPIT_SNAPSHOTS_KEPT", "1", "2 到 1000"),
        ("COCKPIT_WARM", "maybe", "on 或 off"),
        ("COCKPIT_WALL_SECONDS", "5", "30 到 3600"),
        ("COCKPIT_WALL_SCENES", "overview,nowhere", "逗号分隔"),
        ("COCKPIT_TILE_URL", "https://tiles.example/only/{z}", "含 {z}、{x}、{y}"),
        ("COCKPIT_TILE_URL", "https://a.example/{z}/{x}/{y}; script-src *", "不含空格"),
        ("COCKPIT_TILE_CRS", "BD-09", "CGCS2000、WGS-84 或 GCJ-02"),
        ("COCKPIT_STROE", "x", "store"),
        ("COCKPIT_STORE", "/etc/passwd", "一个目录"),
        ("COCKPIT_BOUNDARY_FILE", "/no/such.geojson", "一个已有的 GeoJSON 文件"),
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
    with pytest.raises(SettingError, match="不是 TOML 文件"):
        load({}, file)
