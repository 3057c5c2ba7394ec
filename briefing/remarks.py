"""The only place that reads and writes 人工研判: paragraphs that people add by hand, by section, beside the numbers.

They come back from the text file or from the marked places of the DOCX draft; whatever else was changed in the DOCX is
not read, so a number can be commented on but not edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from briefing.content import Edition

BEGIN, END = "【人工研判·{slug}】", "【研判完】"
_BEGIN = re.compile(r"【人工研判·([a-z]+)】")
_SECTION = re.compile(r"\[([a-z]+)\].*")
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


def read(path: Path, known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Paragraphs by section slug, from a text file or a DOCX draft.

    Raises:
        RemarksError: the file cannot be read, names a section that the edition lacks, or a paragraph is too long.
    """
    try:
        found = _from_docx(path) if path.suffix.lower() == ".docx" else _from_text(path)
    except (OSError, UnicodeDecodeError, PackageNotFoundError, KeyError) as error:
        raise RemarksError(f"{path}：读不出来（{error}）；用 brief --draft 生成的文本或 DOCX") from error
    sections = tuple(known)
    for slug, paragraphs in found.items():
        if slug not in sections:
            raise RemarksError(f"{path}：没有“{slug}”这一节；可用 {'、'.join(sections)}")
        for number, each in enumerate(paragraphs, 1):
            if len(each) > LONGEST:
                raise RemarksError(f"{path}：{slug} 第 {number} 段有 {len(each)} 字，最多 {LONGEST} 字；请分段或精简")
    return found


def _from_text(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    slug = ""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if heading := _SECTION.fullmatch(text):
            slug = heading[1]
        elif not slug:
            raise RemarksError(f"{path} 第 {number} 行：还没有写是哪一节；在前面加一行 [summary] 这样的节名")
        else:
            found.setdefault(slug, []).append(text)
    return _frozen(found)


def _from_docx(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    slug = ""
    for paragraph in Document(str(path)).paragraphs:
        text = paragraph.text.strip()
        if begin := _BEGIN.match(text):
            slug = begin[1]
        elif text.startswith(END):
            slug = ""
        elif slug and text:
            found.setdefault(slug, []).append(text)
    return _frozen(found)


def _frozen(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {slug: tuple(paragraphs) for slug, paragraphs in found.items()}
