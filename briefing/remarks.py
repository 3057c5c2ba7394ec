"""The only place that reads and writes 人工研判: paragraphs that people add by hand, by section, beside the numbers.

They come back from the text file or from the marked places of the DOCX draft; whatever else was changed in the DOCX is
not read, so a number can be commented on but not edited.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from briefing.content import Edition
from security.scrub import scrub

log = logging.getLogger("cockpit.briefing")

BEGIN, END = "【人工研判·{slug}】", "【研判完】"
_BEGIN = re.compile(r"【人工研判·([a-z]+)】")
_SECTION = re.compile(r"\[([a-z]+)\].*")
_OWN = re.compile(r"# 人工研判：.*（(\d{4}-W\d\d)，([\w-]+)）")
_WHY = {FileNotFoundError: "没有这个文件", PermissionError: "没有读它的权限", IsADirectoryError: "是文件夹，不是文件"}
_HEAD = """\
# 人工研判：{title}（{week}，{key}）
# 每个方括号是简报的一节，把要加的话写在它下面，一行一段；空着的不印，# 开头的行不读。
# 加上的话印在该节，标明“人工研判”。数字以简报所列为准，这里改不了数字。
# 写好后：python cockpit.py brief --week {week}{options} --remarks 本文件
"""
LONGEST = 600  # letters of a paragraph: more is a paper of its own


class RemarksError(Exception):
    """Remarks that cannot be printed: file, place, fault and remedy."""


def template(made: Edition) -> str:
    """The text file to write remarks into."""
    options = (f" --area {made.area}" if made.area != "341000" else "") + (
        f" --scene {made.scene}" if made.scene else ""
    )
    head = _HEAD.format(title=made.title, week=made.week, key=made.key, options=options)
    return head + "".join(f"\n[{section.slug}] {section.title}\n\n" for section in made.sections)


def read(path: Path, known: Iterable[str], edition: str = "") -> dict[str, tuple[str, ...]]:
    """Paragraphs by section slug, from a text file or a DOCX draft; `edition` is `named` of the one they are for.

    Personal numbers are masked, which is logged.

    Raises:
        RemarksError: the file cannot be read, is of another edition, names a section that the edition lacks, or a
            paragraph is too long.
    """
    is_docx = path.suffix.lower() == ".docx"
    try:
        found, own = _from_docx(path) if is_docx else _from_text(path)
    except OSError as error:
        why = _WHY.get(type(error), "打不开")
        raise RemarksError(f"{path}：{why}；核对 --remarks 后的路径和权限") from error
    except UnicodeDecodeError as error:
        raise RemarksError(f"{path}：既不是 UTF-8 也不是 GB18030 的文本；另存为其中一种再试") from error
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RemarksError(f"{path}：不是完好的 DOCX；用 brief --draft 生成的文本或 DOCX") from error
    if edition and own and own != edition:
        raise RemarksError(f"{path}：这份研判是写给“{own}”的，不是“{edition}”；换成本期本版的文件，或改 --week、--area")
    found = _masked(found, path)
    sections = tuple(known)
    for slug, paragraphs in found.items():
        if slug not in sections:
            raise RemarksError(f"{path}：没有“{slug}”这一节；可用 {'、'.join(sections)}")
        for number, each in enumerate(paragraphs, 1):
            if len(each) > LONGEST:
                raise RemarksError(f"{path}：{slug} 第 {number} 段有 {len(each)} 字，最多 {LONGEST} 字；请分段或精简")
    return found


def named(made: Edition) -> str:
    """What a draft says it is of: `2026-W47，341000-urban`."""
    return f"{made.week}，{made.key}"


def _masked(found: Mapping[str, tuple[str, ...]], path: Path) -> dict[str, tuple[str, ...]]:
    masked, total = {}, 0
    for slug, paragraphs in found.items():
        scrubbed = [scrub(each) for each in paragraphs]
        masked[slug] = tuple(text for text, _ in scrubbed)
        total += sum(counts.total() for _, counts in scrubbed)
    if total:
        log.warning("%s：研判里有 %d 处个人号码（电话、证件、银行卡或号牌），已遮盖后印出", path, total)
    return masked


def _text(path: Path) -> str:
    """UTF-8 or, as older editors save it, GB18030."""
    body = path.read_bytes()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def _from_text(path: Path) -> tuple[dict[str, tuple[str, ...]], str]:
    """The paragraphs, and what the head line says that they are of."""
    found: dict[str, list[str]] = {}
    slug = own = ""
    for number, line in enumerate(_text(path).splitlines(), 1):
        text = line.strip()
        if not own and (head := _OWN.fullmatch(text)):
            own = f"{head[1]}，{head[2]}"
        if not text or text.startswith("#"):
            continue
        if heading := _SECTION.fullmatch(text):
            slug = heading[1]
        elif not slug:
            raise RemarksError(f"{path} 第 {number} 行：还没有写是哪一节；在前面加一行 [summary] 这样的节名")
        else:
            found.setdefault(slug, []).append(text)
    return _frozen(found), own


def _from_docx(path: Path) -> tuple[dict[str, tuple[str, ...]], str]:
    """The paragraphs, and what the draft's properties say that they are of."""
    found: dict[str, list[str]] = {}
    slug = ""
    with path.open("rb") as stream:
        document = Document(stream)
    for paragraph in document.paragraphs:
        text = paragraph.text.strip()
        if begin := _BEGIN.match(text):
            slug = begin[1]
        elif text.startswith(END):
            slug = ""
        elif slug and text:
            found.setdefault(slug, []).append(text)
    return _frozen(found), document.core_properties.subject


def _frozen(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {slug: tuple(paragraphs) for slug, paragraphs in found.items()}
