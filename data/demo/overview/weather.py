"""Demo rows of weather: stations, hours and forecasts, all of the one weather that drives the whole city.

A day's rain, averaged over the stations, is the day's rain; the mean of all its temperatures is the day's temperature.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, drivers, table
from data.demo.overview.place import DISTRICTS
from data.demo.people import apportion_rows, people
from data.demo.spans import end_of
from data.divisions import CITY, division

STATIONS = 40
_LAPSE = 0.006  # ℃ per metre
_AHEAD = 7
_LOST = 0.0015  # share of dry station hours that never came


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Stations, their hours and the forecasts."""
    altitude, codes, lon, lat = _stations(city)
    names = [f"演示·{division(code[:6]).name}站{number + 1:02d}" for number, code in enumerate(codes)]
    ids = [f"YS-QX{number + 1:02d}" for number in range(STATIONS)]
    kinds = ["national"] * 6 + ["scenic"] + ["regional"] * (STATIONS - 7)
    stations = table(
        "overview.weather_station",
        {
            "weather_station_id": ids, "name": names, "kind": kinds, "place_code": codes, "lon": lon, "lat": lat,
            "altitude_m": altitude,
        },
    )  # fmt: skip
    return {
        "overview.weather_station": stations,
        "overview.weather_hourly": _hourly(city, drive, ids, codes, altitude),
        "overview.weather_forecast": _forecast(city, drive),
    }


def _stations(city: City) -> tuple[Floats, list[str], Floats, Floats]:
    """The first stations stand one in each district's busiest township, the others anywhere."""
    chance, home = city.chance("overview.weather_station"), people(city)
    towns = home.subdistrict
    chosen = [int(np.flatnonzero(home.district == code)[0]) for code in DISTRICTS]
    chosen += [int(each) for each in chance.choice(len(towns), STATIONS - len(chosen), replace=False)]
    altitude = np.round(chance.uniform(130, 420, STATIONS))
    altitude[6] = 1_840.0  # the scenic station on the mountain
    return altitude, [str(towns[each]) for each in chosen], home.lon[chosen], home.lat[chosen]


def _hourly(city: City, drive: Drivers, ids: list[str], codes: list[str], altitude: Floats) -> pa.Table:
    chance = city.chance("overview.weather_hourly")
    days, size = drive.day_count, (drive.day_count, STATIONS, 24)
    hour = np.arange(24)
    burst = chance.gamma(0.35, 1.0, (days, 1, 24)) * chance.gamma(3.0, 1.0, size) * np.exp(chance.normal(0, 0.3, size))
    tenths = apportion_rows(  # whole tenths of a millimetre over all stations and hours of a day
        burst.reshape(days, -1) + 1e-9, np.round(drive.rain_mm * 10 * STATIONS).astype(np.int64)
    ).reshape(size)
    wave = -np.cos((hour - 3) / 24 * 2 * np.pi)
    wave -= wave.mean()
    swing = np.clip(5.5 - 0.12 * drive.rain_mm, 2.0, None)[:, None, None]
    height = -_LAPSE * (altitude - altitude.mean())
    noise = chance.normal(0, 0.5, size)
    noise -= noise.mean(axis=(1, 2), keepdims=True)
    warm = drive.temperature[:, None, None] + swing * wave + height[None, :, None] + noise
    humid = 0.62 + 0.012 * np.minimum(drive.rain_mm, 20)[:, None, None] - 0.12 * wave + chance.normal(0, 0.05, size)
    wind = np.exp(chance.normal(0.55, 0.4, size)) * (1.25 - 0.8 * drive.stagnation)[:, None, None]
    direction = (chance.uniform(0, 360, (days, 1, 1)) + chance.normal(0, 35, size)) % 360
    sight = (
        18_000 * (1 - 0.55 * drive.stagnation)[:, None, None] * np.exp(chance.normal(0, 0.2, size)) / (1 + tenths / 40)
    )
    is_lost = (chance.random(size) < _LOST) & (tenths == 0)
    at = (drive.days[:, None, None].astype("datetime64[h]") + hour).astype("datetime64[us]")
    station = np.broadcast_to(np.arange(STATIONS)[None, :, None], size).ravel()

    def column(values: np.ndarray, digits: int) -> pa.Array:
        return pa.array(np.round(values, digits).ravel(), mask=is_lost.ravel())

    return table(
        "overview.weather_hourly",
        {
            "weather_station_id": pa.array(ids).take(pa.array(station)),
            "place_code": pa.array(codes).take(pa.array(station)),
            "observed_at": np.broadcast_to(at, size).ravel(),
            "temperature_c": column(warm, 1),
            "humidity_rate": column(np.clip(humid, 0.15, 1.0), 2),
            "rain_mm": column(tenths / 10, 1),
            "wind_direction_deg": column(np.floor(direction), 0),
            "wind_speed_ms": column(wind, 1),
            "pressure_hpa": column(1013 - altitude[None, :, None] / 8.6 - 0.25 * warm, 0),
            "visibility_m": column(np.clip(sight, 80, 30_000) // 100 * 100, 0),
            "data_flag": pa.array(["N", "M"]).take(pa.array(is_lost.ravel().astype(int))),
        },
    )


def _forecast(city: City, drive: Drivers) -> pa.Table:
    """Twice a day for seven days: what came, blurred the more the further ahead."""
    chance = city.chance("overview.weather_forecast")
    end = end_of(drive)
    coming = drivers(city, end, end + timedelta(days=_AHEAD))
    rain = np.concatenate([drive.rain_mm, coming.rain_mm])
    warm = np.concatenate([drive.temperature, coming.temperature])
    places = (CITY, *DISTRICTS)
    size = (drive.day_count, 2, len(places), _AHEAD)
    lead = np.arange(_AHEAD)
    target = np.arange(drive.day_count)[:, None, None, None] + lead
    target = np.broadcast_to(target, size)
    mid = warm[target] + chance.normal(0, 1, size) * (0.5 + 0.35 * lead)
    fall = rain[target] * np.exp(chance.normal(0, 1, size) * (0.15 + 0.12 * lead))
    fall = np.where(chance.random(size) < 0.03 * (lead + 1), chance.gamma(0.6, 6.0, size), fall)
    issued = drive.days[:, None].astype("datetime64[h]") + np.array([7, 17])
    words = np.array(["晴", "多云", "小雨", "中雨", "大雨"])
    kind = np.searchsorted([0.05, 0.5, 10, 25], fall, side="right")
    kind = np.where((fall < 0.05) & (chance.random(size) < 0.6), 0, kind)
    day = drive.days[0] + target
    return table(
        "overview.weather_forecast",
        {
            "place_code": np.broadcast_to(np.array(places)[:, None], size).ravel(),
            "issued_at": np.broadcast_to(issued[:, :, None, None], size).astype("datetime64[us]").ravel(),
            "forecast_date": day.ravel(),
            "weather_phenomenon": words[kind].ravel(),
            "temperature_low_c": np.round(mid - 4.8, 0).ravel(),
            "temperature_high_c": np.round(mid + 4.8, 0).ravel(),
            "rain_mm": np.round(fall, 1).ravel(),
            "wind_direction_deg": np.floor(chance.uniform(0, 360, size)).ravel(),
            "wind_speed_ms": np.round(np.exp(chance.normal(0.7, 0.3, size)), 1).ravel(),
        },
    )
