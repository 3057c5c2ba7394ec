"""Personal numbers do not enter the store in free text, and what is no personal number is left alone."""

from __future__ import annotations

import csv
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.contract import codes, contracts
from data.settings import settings
from ingest import load, store
from ingest.free_text import scrubbed
from security import mask
from security.scrub import is_bank_card, is_id_card, scrub
from tests import tiny

_FILE = Path(__file__).parent / "vectors" / "pii_masking_vectors.csv"
VECTORS = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
ADULT = "11010519491231002X"  # the example of GB 11643 with its check digit
CARD = "6222021234567890128"  # Luhn's sum is 80: worked out in the test below


def masked(kind: str, text: str) -> str:
    return mask.count(int(text)) if kind == "count" else str(getattr(mask, kind)(text))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["kind"] + vector["input"])
def test_what_of_a_personal_value_may_be_seen(vector: dict[str, str]) -> None:
    assert masked(vector["kind"], vector["input"]) == vector["expected"]


@pytest.mark.parametrize("vector", [each for each in VECTORS if each["kind"] in ("id_card", "phone", "plate")])
def test_the_numbers_of_the_vectors_are_found_in_a_sentence(vector: dict[str, str]) -> None:
    text, found = scrub(f"来电人称{vector['input']}，请回复。")
    assert text == f"来电人称{vector['expected']}，请回复。"
    assert found == {vector["kind"]: 1}


def test_an_id_card_is_known_by_its_date_and_checksum() -> None:
    assert is_id_card(ADULT)
    assert not is_id_card("110105194912310021")  # another check digit
    assert not is_id_card("11010519491331002X")  # a thirteenth month
    assert scrub(f"身份证{ADULT}。") == ("身份证1101**********002X。", {"id_card": 1})
    assert scrub("编号110105194912310021。")[1] == {}


def test_a_bank_card_is_known_by_luhns_checksum() -> None:
    """From the right, every second digit doubled, less nine where two digits: the sum must end in 0."""
    digits = [int(each) for each in reversed(CARD)]
    total = sum(digits[0::2]) + sum(each * 2 - 9 if each > 4 else each * 2 for each in digits[1::2])
    assert is_bank_card(CARD) == (total % 10 == 0)
    assert is_bank_card("4111111111111111")
    assert not is_bank_card("4111111111111112")
    assert scrub("退到 4111 1111 1111 1111 账户") == ("退到 4111********1111 账户", {"bank_card": 1})


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("请打13812345678", "请打138*****678"),
        ("+86 138-1234-5678找我", "+86 138*******678找我"),
        ("电话：2512345", "电话：****345"),
        ("手机１３８１２３４５６７８", "手机138*****678"),
        ("皖J12345占道", "皖J**345占道"),
        ("皖j·d12345号", "皖j·d**345号"),
        ("浙A1234学停在路口", "浙A**34学停在路口"),
        ("身份证 110105 19491231 002X", "身份证 1101**********002X"),
        ("110105-19491231-002X", "1101**********002X"),
        ("证号1101 0519 4912 3100 2X。", "证号1101**********002X。"),
        ("旧证 341023 850412 001", "旧证 3410*******2001"),
        ("第 12 11010519491231002X 号", "第 12 1101**********002X 号"),
        ("138.1234.5678", "138*******678"),
        ("138 1234 5678", "138*******678"),
        ("1381 234 5678", "138*******678"),
        ("138123 45678", "138******678"),
        ("+8613812345678", "+86138*****678"),
        ("（+86）138-1234-5678", "（+86）138*******678"),
        ("0086 138 1234 5678", "0086 138*******678"),
        ("皖 J12345", "皖 J**345"),
        ("车牌皖J·12345", "车牌皖J·**345"),
        ("皖J·D12345", "皖J·D**345"),
        ("皖J 12345D", "皖J 1**45D"),
        ("皖 J D12345", "皖 J D**345"),
        ("打0559-2512345没人接", "打0559-****345没人接"),
        ("(0559)251 2345", "(0559)****345"),
        ("0559 2512345", "0559 ****345"),
        ("010-12345678", "010-*****678"),
        ("电话251-2345", "电话****345"),
        ("卡 6222-0212-3456-7890-128", "卡 6222***********0128"),
        ("4111.1111.1111.1111", "4111********1111"),
    ],
)
def test_numbers_are_found_as_people_write_them(said: str, left: str) -> None:
    assert scrub(said)[0] == left
    assert scrubbed(pa.array([said]), Counter()).to_pylist() == [left]  # the sieve lets it through


@pytest.mark.parametrize(
    "text",
    [
        "工单 20261116000123456 已转办",  # an order's number
        "单元网格 341002001001015",  # 15 digits, but no birthday in them
        "12345 热线转 0559 区号",
        "人行道破损 3 处，2026-11-16 08:00 发现",
        "京东方、皖A级景区、新安江",
        "东经118.3376543 北纬29.7151234",
        "2026-11-16 08:00 至 2026-11-17 18:30，共 13.8 万元",
        "案件 UR-20261116-000123、CASE-0559-251",
        "合计 1381234567 元，另 12,345,678.90 元",
        "批次 0100 2000000，规格 138*56*78",
        "系统更新 G60001 版，刷新 V12345",
        "12345、110、119、120、122，客服 400-100-2000",
        "G3 高速 K1381+234，皖 S12 省道",
        "",
    ],
)
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert scrub(text) == (text, Counter())


def test_scrubbing_twice_changes_nothing_more() -> None:
    once, _ = scrub(f"{ADULT} 4111111111111111 13812345678 0559-2512345 皖JD12345")
    assert scrub(once) == (once, Counter())


def test_several_numbers_of_a_text_are_counted_by_kind() -> None:
    text, found = scrub("甲13812345678，乙13987654321，车皖JD12345")
    assert (text, found) == ("甲138*****678，乙139*****321，车皖JD**345", {"phone": 2, "plate": 1})


def test_a_column_is_sifted_before_it_is_read() -> None:
    counts: Counter[str] = Counter()
    texts = pa.array(["路灯不亮", None, "找13812345678", "网格 341002001001015"])
    assert scrubbed(texts, counts).to_pylist() == ["路灯不亮", None, "找138*****678", "网格 341002001001015"]
    assert counts == {"phone": 1}


def test_a_million_cells_of_which_few_hold_a_number_take_seconds() -> None:
    texts = pa.array(["广场东侧人行道地砖松动，雨天溅水，请尽快维修。"] * 999 + ["联系13812345678"])
    whole = pa.concat_arrays([texts] * 200)
    began = time.perf_counter()
    scrubbed(whole, Counter())
    assert len(whole) / (time.perf_counter() - began) > 200_000


def test_free_text_of_a_file_is_scrubbed_as_it_is_loaded_and_the_batch_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path / "store", monkeypatch)
    contract = contracts()["overview.correction"]
    row = {
        "correction_id": "甲", "place_code": "3410", "raised_at": "2026-11-16 08:00",
        "content": "数字不对，电话13812345678，车皖JD12345",
    }  # fmt: skip
    for column in contract.columns:
        if column.required and column.name not in row:
            row[column.name] = "甲" if column.codes is None else next(iter(codes(column.codes)))
    file = tmp_path / "correction.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, contract.column_names)
        writer.writeheader()
        writer.writerow(row)
    done = load("overview.correction", [file], now=datetime(2026, 11, 17))
    assert done.refused is None, done
    assert done.to_json()["scrubbed"] == {"phone": 1, "plate": 1}
    state = store.read_state("overview.correction")
    assert state is not None
    assert state.batches[0].scrubbed == {"phone": 1, "plate": 1}
    kept = pq.read_table(store.folder("overview.correction") / state.file)["content"].to_pylist()
    assert kept == ["数字不对，电话138*****678，车皖JD**345"]
    settings.cache_clear()
