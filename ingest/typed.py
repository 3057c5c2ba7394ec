"""The only place that turns typed files (workbooks, Parquet, GeoJSON) into the text that every reader delivers.

Cells become the text a clerk sees: 5.0 is 5, a date is 2026-11-16, true is true. A workbook gives its sheets with
content; Parquet rows and GeoJSON features have names but no header row, and count from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest import workbook
from ingest.result import Refused
from ingest.source import Chunk, Sheet, chunk

_ROWS = 1 << 16
_ZONE = "Asia/Shanghai"
_UNREADABLE = (pa.ArrowException, OSError, ValueError, MemoryError)  # what a damaged Parquet file makes Arrow raise


def read_workbook(name: str, file: IO[bytes], scratch: Path, limit_mb: int) -> tuple[Sheet, ...]:
    """The sheets with content of an XLS, XLSX, XLSB or ODS workbook; raises Refused."""
    cells = scratch / "workbook"
    cells.mkdir(exist_ok=True)
    found = workbook.unfold(file, cells, limit_mb)
    match found.get("fault"):
        case workbook.PASSWORD:
            raise Refused("password", name, f"工作簿 {name} 设有打开密码；请去掉密码后重新导入。")
        case workbook.EMPTY:
            raise Refused("empty_file", name, f"工作簿 {name} 没有内容；请重新导出后再导入。")
        case workbook.DAMAGED:
            raise _damaged(name, found["detail"])
    return tuple(_sheet(name, cells / sheet["file"], sheet) for sheet in found["sheets"])


def _sheet(name: str, cells: Path, found: Mapping[str, Any]) -> Sheet:
    done = 0

    def read(columns: Mapping[int, str], header_row: int) -> Iterator[Chunk]:
        nonlocal done
        with pa.memory_map(str(cells)) as file, pa.ipc.open_file(file) as reader:
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                done = number + 1
                below = batch.filter(pc.greater(batch.column(workbook.ROW), header_row))
                texts = {column: below.column(str(index)) for index, column in columns.items()}
                yield chunk(f"{name} 工作表“{found['name']}”", below.column(workbook.ROW), texts)

    batches = max(1, -(-found["rows"] // workbook.BLOCK_ROWS))
    head = tuple(map(tuple, found["head"]))
    return Sheet(name, found["name"], head, read, lambda: done / batches, is_hidden=found["hidden"])


def read_parquet(name: str, file: IO[bytes], limit_mb: int) -> Sheet:
    """The rows of a Parquet file, page checksums verified where the writer left any; nested columns are left out."""
    try:
        parquet = pq.ParquetFile(file, page_checksum_verification=True)
        schema = parquet.schema_arrow
    except _UNREADABLE as error:
        raise _damaged(name, error) from error
    flat = tuple(field.name if not pa.types.is_nested(field.type) else "" for field in schema)
    done = 0

    def read(columns: Mapping[int, str], _: int) -> Iterator[Chunk]:
        nonlocal done
        for part in _parquet_chunks(name, parquet, columns, limit_mb):
            done += len(part.rows)
            yield part

    return Sheet(name, "", (flat,), read, lambda: done / max(1, parquet.metadata.num_rows), is_named=True)


def _parquet_chunks(name: str, parquet: pq.ParquetFile, columns: Mapping[int, str], limit_mb: int) -> Iterator[Chunk]:
    position = size = 0
    try:
        for batch in parquet.iter_batches(batch_size=_ROWS):
            batch.validate(full=True)
            texts = {column: _texts(batch.column(index)) for index, column in columns.items()}
            size += sum(column.nbytes for column in texts.values())
            if size > limit_mb << 20:
                sentence = (
                    f"文件 {name} 解开后超过 {limit_mb} MB；请拆分文件，或请管理员调高设置 COCKPIT_MAX_DECODED_MB。"
                )
                raise Refused("too_large", name, sentence)
            rows = pa.array(np.arange(position + 1, position + batch.num_rows + 1, dtype=np.int64))
            position += batch.num_rows
            yield chunk(name, rows, texts)
    except _UNREADABLE as error:
        raise _damaged(name, error) from error
    if position != parquet.metadata.num_rows:
        raise _damaged(name, f"应有 {parquet.metadata.num_rows} 行，读出 {position} 行")


def _texts(column: pa.Array) -> pa.Array:
    """A Parquet column as text in the city's wall time; null and NaN become empty."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    elif pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column.cast(pa.timestamp(kind.unit, _ZONE))) if kind.tz else column
        column = local.cast(pa.timestamp("us"), safe=False)
    elif pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
    return pc.fill_null(column.cast(pa.string()), "")


def read_geojson(name: str, file: IO[bytes]) -> Sheet:
    """The features of a GeoJSON FeatureCollection: their properties, and `lon` and `lat` of their points."""
    try:
        collection = json.load(file)
    except (ValueError, RecursionError) as error:
        sentence = f"文件 {name} 不是完整的 GeoJSON({error})；请重新导出后再导入。"
        raise Refused("not_a_table", name, sentence) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        sentence = f"文件 {name} 不是 GeoJSON 要素集（FeatureCollection）；请导出为要素集后再导入。"
        raise Refused("not_a_table", name, sentence)
    if not features:
        raise Refused("no_rows", name, f"文件 {name} 里没有要素；请核对导出条件后重新导出。")
    records = [_feature(name, number, feature) for number, feature in enumerate(features, 1)]
    names = tuple(dict.fromkeys(key for record in records for key in record))
    return Sheet(
        name,
        "",
        (names,),
        lambda columns, _: _feature_chunks(name, records, columns.values()),
        lambda: 1.0,
        is_named=True,
    )


def _feature(name: str, number: int, feature: Mapping[str, Any]) -> dict[str, str]:
    """One feature's cells; the point wins over properties of the same names."""
    properties, geometry = feature.get("properties") or {}, feature.get("geometry")
    if not isinstance(properties, dict):
        raise _not_a_point(name, number, "的属性不是键值对")
    cells = {str(key): workbook.text_of(value) for key, value in properties.items()}
    if geometry is None:
        return cells
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if not isinstance(point, list) or len(point) < 2:
        raise _not_a_point(name, number, "的图形不是点")
    return {**cells, "lon": workbook.text_of(point[0]), "lat": workbook.text_of(point[1])}


def _feature_chunks(name: str, records: Sequence[Mapping[str, str]], columns: Iterable[str]) -> Iterator[Chunk]:
    for start in range(0, len(records), _ROWS):
        part = records[start : start + _ROWS]
        texts = {column: pa.array([record.get(column, "") for record in part], pa.string()) for column in columns}
        yield chunk(name, pa.array(range(start + 1, start + len(part) + 1), pa.int64()), texts)


def _not_a_point(name: str, number: int, fault: str) -> Refused:
    sentence = f"文件 {name} 第 {number} 个要素{fault}；点位表只收点要素（Point）和键值对属性，请改好后重新导出。"
    return Refused("not_a_table", f"{name} 第 {number} 个要素", sentence)


def _damaged(name: str, error: object) -> Refused:
    sentence = f"文件 {name} 已损坏或没有传完整（{error}）；请重新导出或重新传送后再导入。"
    return Refused("damaged_file", name, sentence)
