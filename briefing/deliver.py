"""The only place that speaks to the outside for a briefing: e-mail by SMTP, a WeCom robot by HTTPS. Off by default.

A sender returns when the other side has taken what it was given, raises `Refused` when it answered that it did not (or
nothing of it left), and `Unsure` when it left and no answer came: the outbox decides what follows. Addresses and keys
come from the settings and appear in no message and no log.
"""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from briefing.outbox import Message, Refused, Sender, Unsure, put
from components.briefing_archive import MEDIA_TYPES, ArchiveError, Issued, content
from data.settings import Settings, settings

TIMEOUT_S = 20.0
WECOM_BYTES = 4096  # of a markdown message
WECOM_FILE_BYTES = 20 * 1024 * 1024
ATTACHED = ("pdf",)  # what is sent along; the other formats are fetched from the archive
_AGAIN_HTTP = (408, 425, 429)
_AGAIN_WECOM = (-1, 45009, 45033)  # busy, too often, too many at once
_WORDS, _FILE = "1 摘要", "2 文件 "


def senders() -> dict[str, Sender]:
    """The channels that are switched on."""
    on: dict[str, Sender] = {}
    if settings().mail_host:
        on["mail"] = mail
    if settings().wecom_url:
        on["wecom"] = wecom
    return on


def announce(issue: Issued) -> int:
    """Lay an issue ready for every channel that is on; what is there already stays. Returns the new deliveries."""
    attached = tuple((issue.number, each.sha256, each.name) for each in issue.files if each.format in ATTACHED)
    mark = "（演示数据）" if issue.demo != "real" else ""
    subject = f"{issue.name}{issue.year}年第{issue.issue}期{'（更正）' if issue.corrects else ''}{mark}"
    return _lay(issue.number, f"issue:{issue.number}", subject, _body(issue), attached, settings().mail_to)


def remind(week: str, subject: str, body: str) -> int:
    """Lay the reminder of a week ready: by mail alone, to those who look after the briefing."""
    return _lay("", f"remind:{week}", subject, body, (), settings().mail_remind_to, channels=("mail",))


def _lay(
    number: str,
    what: str,
    subject: str,
    body: str,
    attached: tuple[tuple[str, str, str], ...],
    to: Sequence[str],
    channels: Sequence[str] = ("mail", "wecom"),
) -> int:
    new = 0
    for channel in (each for each in channels if each in senders()):
        name = sha256(f"{what}:{channel}".encode()).hexdigest()[:32]
        parts = to if channel == "mail" else (_WORDS, *(f"{_FILE}{file}" for _, _, file in attached))
        new += put(Message(name, channel, subject, body, attached, number), parts)
    return new


def _body(issue: Issued) -> str:
    lines = [
        f"{issue.title}（{issue.since:%Y-%m-%d} 至 {issue.until:%Y-%m-%d}，不含止日）",
        *([f"更正说明：{issue.note}（更正 {issue.corrects}）"] if issue.note else []),
        *issue.summary,
        f"编号 {issue.number}，签发 {issue.signer}，快照 {issue.snapshot}",
    ]
    if settings().base_url:
        lines.append(f"全部格式与历次期号：{settings().base_url}/briefings?open={issue.number}")
    return "\n\n".join(lines)


# --- e-mail -----------------------------------------------------------------------------------------------------------


def mail(message: Message, recipient: str) -> None:
    """One letter to one recipient, in a transaction of its own."""
    letter = _letter(message, recipient, settings())
    with _connection(settings()) as server:
        try:
            _answered(server.mail(settings().mail_from))
            _answered(server.rcpt(recipient))
        except (smtplib.SMTPException, OSError) as fault:
            raise Refused(f"邮件服务器中断：{type(fault).__name__}") from fault
        try:
            _answered(server.data(letter.as_bytes()))
        except smtplib.SMTPDataError as fault:
            raise Refused(_words(fault.smtp_code, fault.smtp_error), is_final=fault.smtp_code >= 500) from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise Unsure(f"信已发出，没等到邮件服务器回答（{type(fault).__name__}），不知对方是否收到") from fault


@contextmanager
def _connection(given: Settings) -> Iterator[smtplib.SMTP]:
    """A greeted server, encrypted and logged in as the settings ask; a password is never said in the clear."""
    if given.mail_user and given.mail_security == "none":
        raise Refused("COCKPIT_MAIL_SECURITY=none 时不发送密码：改为 starttls 或 ssl", is_final=True)
    server: smtplib.SMTP | None = None
    try:
        if given.mail_security == "ssl":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(given.mail_host, given.mail_port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(given.mail_host, given.mail_port, timeout=TIMEOUT_S)
        server.ehlo_or_helo_if_needed()
        if given.mail_security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if given.mail_user:
            server.login(given.mail_user, given.mail_password)
    except (smtplib.SMTPException, OSError) as fault:
        if server is not None:
            server.close()
        raise Refused(f"连不上邮件服务器（{type(fault).__name__}）：核对 COCKPIT_MAIL_* 设置与网络") from fault
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):  # it has answered, or will not
            server.quit()
        server.close()


def _answered(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 400:
        raise Refused(_words(code, said), is_final=code >= 500)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"邮件服务器答复 {code} {text[:200]}"


def _letter(message: Message, recipient: str, given: Settings) -> EmailMessage:
    """The same letter each time, down to its id and its date."""
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"] = Address(f"{given.city_name}城市运行一网统管", addr_spec=given.mail_from)
    letter["To"] = recipient
    letter["Date"] = format_datetime(message.put_at)
    letter["Message-ID"] = f"<{message.id}@{given.mail_from.rpartition('@')[2]}>"
    letter.set_content(message.body, cte="base64")
    for _, name, body in _files(message):
        kind, _, subkind = MEDIA_TYPES[name.rpartition(".")[2]].partition("/")
        letter.add_attachment(body, maintype=kind, subtype=subkind, filename=name)
    letter.set_boundary(f"=={message.id}")
    return letter


def _files(message: Message) -> Iterator[tuple[str, str, bytes]]:
    """What goes along: its name in the archive, what people call it, its bytes."""
    for number, sha, name in message.attached:
        try:
            called, _, body = content(number, sha, name)
        except (LookupError, ArchiveError) as fault:
            raise Refused(f"附件 {name} 读不出：{fault}") from fault
        yield name, called, body


# --- WeCom robot ------------------------------------------------------------------------------------------------------


def wecom(message: Message, part: str) -> None:
    """One part of a robot's message: the words, or one file."""
    if part == _WORDS:
        text = _cut(f"**{message.subject}**\n{message.body}")
        _ask({"msgtype": "markdown", "markdown": {"content": text}})
        return
    found = next(((called, body) for name, called, body in _files(message) if f"{_FILE}{name}" == part), None)
    if found is None:
        raise Refused(f"没有文件 {part}", is_final=True)
    _ask({"msgtype": "file", "file": {"media_id": _uploaded(*found)}})


def _cut(text: str) -> str:
    """As many whole lines as the robot takes."""
    kept: list[str] = []
    for line in text.split("\n"):
        if len("\n".join([*kept, line]).encode()) > WECOM_BYTES:
            break
        kept.append(line)
    return "\n".join(kept)


def _ask(body: Mapping[str, Any]) -> None:
    data = json.dumps(body, ensure_ascii=False).encode()
    _post(settings().wecom_url, data, "application/json", is_seen=True)


def _uploaded(name: str, body: bytes) -> str:
    """The robot's own name for a file that it was given; nobody sees it before it is sent."""
    if len(body) > WECOM_FILE_BYTES:
        raise Refused(f"{name} 超过企业微信的 20 MB", is_final=True)
    edge = f"cockpit-{sha256(body).hexdigest()[:24]}"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="{name}"; filelength={len(body)}\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    data = head.encode() + body + f"\r\n--{edge}--\r\n".encode()
    where = settings().wecom_url.replace("/send?", "/upload_media?") + f"&type={quote('file')}"
    answer = _post(where, data, f"multipart/form-data; boundary={edge}", is_seen=False)
    return str(answer.get("media_id", ""))


def _post(url: str, data: bytes, kind: str, *, is_seen: bool) -> dict[str, Any]:
    """The robot's answer to a POST; `is_seen`: people see what it does, so a lost answer is no reason to repeat it."""
    request = urllib.request.Request(url, data, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:
            answer: dict[str, Any] = json.loads(reply.read())
    except urllib.error.HTTPError as fault:
        fault.close()
        is_final = 400 <= fault.code < 500 and fault.code not in _AGAIN_HTTP
        raise Refused(f"企业微信答复 HTTP {fault.code}", is_final=is_final) from fault
    except urllib.error.URLError as fault:  # while connecting or sending: it was not taken whole
        raise Refused(f"连不上企业微信（{type(fault.reason).__name__}）：核对 COCKPIT_WECOM_URL 与网络") from fault
    except (OSError, http.client.HTTPException, ValueError) as fault:
        if is_seen:
            raise Unsure(f"已发出，没等到企业微信回答（{type(fault).__name__}），不知是否已送达") from fault
        raise Refused(f"上传中断（{type(fault).__name__}）") from fault
    code = int(answer.get("errcode", -1))
    if code:
        raise Refused(f"企业微信答复 {code} {str(answer.get('errmsg', ''))[:200]}", is_final=code not in _AGAIN_WECOM)
    return answer
