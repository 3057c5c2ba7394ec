"""A briefing is delivered to each recipient once, over servers that refuse, lose and hang up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT

from briefing import archive, deliver, outbox
from components import briefing_archive as read
from data.settings import SettingError, load, settings
from tests import paper, tiny

NOW = datetime(2100, 1, 1)
STORED, PDF = "2026-W47-341000.pdf", "黄山市城市运行周报2026年第47期.pdf"


# --- servers on loopback ----------------------------------------------------------------------------------------------


@dataclass
class Post:
    """A mail server: the letters it took, and what it does with whom (`later`, `never`, `hang up` after the letter)."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)
    overheard: list[str] = field(default_factory=list)  # the verbs said in the clear
    seal: ssl.SSLContext | None = None  # with it the server knows STARTTLS
    doing: dict[str, str] = field(default_factory=dict)
    port: int = 0


class _Clerk(socketserver.StreamRequestHandler):
    post: Post

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()

    def handle(self) -> None:
        self.say("220 here")
        to = ""
        while line := self.rfile.readline():
            verb, words = line[:4].upper(), line.decode().strip()
            if not isinstance(self.connection, ssl.SSLSocket):
                self.post.overheard.append(verb.decode())
            if verb == b"EHLO" and self.post.seal is not None:
                self.say("250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN")
            elif verb == b"STAR" and self.post.seal is not None:
                self.say("220 seal it")
                self.connection = self.post.seal.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            elif verb == b"AUTH":
                self.say("235 known")
            elif verb == b"RCPT":
                to = words.partition("<")[2].partition(">")[0]
                self.say({"later": "450 later", "never": "550 no such user"}.get(self.post.doing.get(to, ""), "250 ok"))
            elif verb == b"DATA":
                self.say("354 go on")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                self.post.letters.append((to, letter))
                if self.post.doing.get(to) == "hang up":
                    return
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


@contextmanager
def listening(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Threading(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@pytest.fixture
def post() -> Iterator[Post]:
    served = Post()
    with listening(_Threading(("127.0.0.1", 0), type("Clerk", (_Clerk,), {"post": served}))) as port:
        served.port = port
        yield served


@dataclass
class Robot:
    """A WeCom robot: what it was asked, and the answers it gives first (`None`: hangs up)."""

    asked: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[dict[str, Any] | int | None] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def robot() -> Iterator[Robot]:
    served = Robot()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            served.asked.append((self.path, body))
            answer = served.answers.pop(0) if served.answers else {"errcode": 0, "errmsg": "ok", "media_id": "m1"}
            if answer is None:
                return
            status, said = (answer, {}) if isinstance(answer, int) else (200, answer)
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as port:
        served.port = port
        yield served


@pytest.fixture
def issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> read.Issued:
    """An issue with a PDF; nothing is switched on."""
    tiny.use(tmp_path, monkeypatch)
    empty = SimpleNamespace(tables={})  # its being kept, and what it holds, is the archive's matter
    monkeypatch.setattr(archive, "snapshot", lambda _: empty)
    made = paper.edition("snap-0123456789ab")
    return archive.issue(made, {STORED: b"%PDF-1.7", "a.xlsx": b"PK"}, signer="王某")


def switch_on(monkeypatch: pytest.MonkeyPatch, **given: object) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"COCKPIT_{name.upper()}", str(value))
    settings.cache_clear()


def mail_on(monkeypatch: pytest.MonkeyPatch, post: Post, *to: str, **given: object) -> None:
    usual = {"mail_host": "127.0.0.1", "mail_port": post.port, "mail_security": "none", "mail_to": ",".join(to)}
    switch_on(monkeypatch, **{**usual, "mail_from": "zhiban@city.example", **given})


def states() -> dict[str, str]:
    return {each.recipient: each.state for each in outbox.deliveries()}


def flush(at: datetime = NOW) -> list[outbox.Delivery]:
    return outbox.flush(deliver.senders(), at)


# --- e-mail -----------------------------------------------------------------------------------------------------------


def test_nothing_is_delivered_before_it_is_switched_on(issue: read.Issued) -> None:
    assert deliver.announce(issue) == 0
    assert flush() == []


def test_a_letter_has_its_words_and_the_pdf_under_its_chinese_name(
    issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example")
    assert deliver.announce(issue) == 1
    flush()
    ((to, raw),) = post.letters
    letter = message_from_bytes(raw, policy=policy.default)
    assert (to, letter["To"]) == ("a@city.example", "a@city.example")
    assert letter["Subject"] == "黄山市城市运行周报2026年第47期（演示数据）"
    words = letter.get_body().get_content()
    assert "本周平稳。" in words and "2026-0001" in words
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (PDF, "application/pdf", b"%PDF-1.7")


def test_a_letter_goes_once_to_each_however_often_it_is_announced_and_flushed(
    issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example", "b@city.example")
    for _ in range(3):
        deliver.announce(issue)
        flush()
    assert sorted(to for to, _ in post.letters) == ["a@city.example", "b@city.example"]
    ids = {message_from_bytes(raw, policy=policy.default)["Message-ID"] for _, raw in post.letters}
    assert len(ids) == 1, "the same letter has the same id"


def test_half_sent_is_sent_again_to_the_other_half_alone(
    issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example", "b@city.example", "c@city.example")
    post.doing = {"b@city.example": "later", "c@city.example": "never"}
    deliver.announce(issue)
    flush()
    assert states() == {"a@city.example": "sent", "b@city.example": "waiting", "c@city.example": "failed"}
    post.doing = {}
    flush()
    assert states()["b@city.example"] == "waiting", "it waits a minute first"
    flush(NOW + timedelta(minutes=1))
    assert states() == {"a@city.example": "sent", "b@city.example": "sent", "c@city.example": "failed"}
    assert [to for to, _ in post.letters] == ["a@city.example", "b@city.example"]


def test_it_waits_ever_longer_and_gives_up(issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_on(monkeypatch, post, "a@city.example")
    post.doing = {"a@city.example": "later"}
    deliver.announce(issue)
    at, tries = NOW, []
    for minute in (0, 1, 2, 5, 6, 20, 21, 80, 81, 320, 321, 1440, 9999):
        if flush(at + timedelta(minutes=minute)):
            tries.append(minute)
    assert tries == [0, 1, 6, 21, 81, 321]
    assert states() == {"a@city.example": "failed"}
    assert "450" in outbox.deliveries()[0].said


def test_a_letter_whose_answer_was_lost_is_not_sent_again_by_itself(
    issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example")
    post.doing = {"a@city.example": "hang up"}
    deliver.announce(issue)
    flush()
    flush(NOW + timedelta(days=1))
    assert states() == {"a@city.example": "unsure"}
    assert len(post.letters) == 1
    post.doing = {}
    assert outbox.resend(outbox.deliveries()[0].message.id) == 1  # a person has asked
    flush(NOW + timedelta(days=1))
    assert states() == {"a@city.example": "sent"}
    first, second = (message_from_bytes(raw, policy=policy.default) for _, raw in post.letters)
    assert first["Message-ID"] == second["Message-ID"]


def test_no_server_is_no_loss(issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_on(monkeypatch, post, "a@city.example", mail_port=_closed_port())
    deliver.announce(issue)
    flush()
    assert states() == {"a@city.example": "waiting"}


def test_what_asks_for_encryption_is_not_sent_in_the_clear(
    issue: read.Issued, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example", mail_security="starttls")  # which this server does not know
    deliver.announce(issue)
    flush()
    assert post.letters == []
    mail_on(monkeypatch, post, "a@city.example", mail_user="u", mail_password="secret")
    flush(NOW + timedelta(minutes=1))
    assert post.letters == []
    assert "secret" not in outbox.deliveries()[0].said


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, made for this one test."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl: no certificate to test encrypted mail with")
    file = tmp_path / "loopback.pem"
    asked = (
        f"{program} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        " -addext subjectAltName=IP:127.0.0.1 -keyout - -out -"
    ).split()
    file.write_bytes(subprocess.run(asked, capture_output=True, check=True).stdout)
    return file


@pytest.mark.parametrize("is_trusted", [True, False])
def test_letter_and_password_travel_sealed_to_a_server_that_is_trusted_and_to_no_other(
    issue: read.Issued, post: Post, certificate: Path, is_trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.seal = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    post.seal.load_cert_chain(certificate)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail_on(monkeypatch, post, "a@city.example", mail_security="starttls", mail_user="u", mail_password="secret")
    deliver.announce(issue)
    flush()
    assert post.overheard == ["EHLO", "STAR"]
    assert states() == {"a@city.example": "sent" if is_trusted else "waiting"}
    assert len(post.letters) == is_trusted


SEND = """
import os, sys, time
sys.path.insert(0, os.environ["ROOT"])
from datetime import datetime
from pathlib import Path
from briefing import outbox

def send(message, recipient):
    Path(os.environ["HERE"]).write_text(recipient)
    time.sleep(60)

outbox.flush({"mail": send}, datetime(2100, 1, 1))
"""


def test_killed_while_sending_it_is_unsure_and_not_sent_twice(
    issue: read.Issued, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_on(monkeypatch, post, "a@city.example", "b@city.example")
    deliver.announce(issue)
    here = tmp_path / "here"
    environment = {**os.environ, "ROOT": str(ROOT), "HERE": str(here)}
    victim = subprocess.Popen([sys.executable, "-c", SEND], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while not here.exists():
        assert victim.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    flush()  # another worker meanwhile: the first letter is in other hands
    assert states() == {"a@city.example": "sending", "b@city.example": "sent"}
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    flush()
    assert states() == {"a@city.example": "unsure", "b@city.example": "sent"}
    assert [to for to, _ in post.letters] == ["b@city.example"]
    shown = {each["recipient"]: each["state"] for each in read.deliveries()}
    assert shown == states(), "the page shows what is not so"


# --- WeCom ------------------------------------------------------------------------------------------------------------


def robot_on(monkeypatch: pytest.MonkeyPatch, robot: Robot) -> None:
    switch_on(monkeypatch, wecom_url=f"http://127.0.0.1:{robot.port}/cgi-bin/webhook/send?key=k-1")


def test_the_robot_is_given_the_words_and_then_the_file(
    issue: read.Issued, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot_on(monkeypatch, robot)
    assert deliver.announce(issue) == 2
    flush()
    words, upload, file = robot.asked
    assert "本周平稳。" in json.loads(words[1])["markdown"]["content"]
    assert upload[0] == "/cgi-bin/webhook/upload_media?key=k-1&type=file"
    assert b"%PDF-1.7" in upload[1] and PDF.encode() in upload[1]
    assert json.loads(file[1]) == {"msgtype": "file", "file": {"media_id": "m1"}}
    assert set(states().values()) == {"sent"}


def test_words_that_arrived_are_not_repeated_when_the_file_did_not(
    issue: read.Issued, robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot_on(monkeypatch, robot)
    robot.answers = [{"errcode": 0}, {"errcode": 45009, "errmsg": "api freq out of limit"}]
    deliver.announce(issue)
    flush()
    assert sorted(states().values()) == ["sent", "waiting"]
    flush(NOW + timedelta(minutes=1))
    assert set(states().values()) == {"sent"}
    assert sum(b"markdown" in body for _, body in robot.asked) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [({"errcode": 93000, "errmsg": "invalid webhook"}, "failed"), ({"errcode": -1}, "waiting"), (502, "waiting"),
     (404, "failed"), (None, "unsure")],
)  # fmt: skip
def test_what_the_robot_answers_decides_what_follows(
    issue: read.Issued, robot: Robot, monkeypatch: pytest.MonkeyPatch, answer: Any, state: str
) -> None:
    robot_on(monkeypatch, robot)
    robot.answers = [answer]
    deliver.announce(issue)
    flush()
    first = outbox.deliveries()[0]
    assert (first.recipient, first.state) == ("1 摘要", state)
    assert "k-1" not in first.said, "the key is a secret"


def test_long_words_are_cut_at_a_line(issue: read.Issued, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    robot_on(monkeypatch, robot)
    outbox.put(outbox.Message("long", "wecom", "题", "\n".join(f"第{n}行" * 20 for n in range(200))), ["1 摘要"])
    flush()
    text = json.loads(robot.asked[0][1])["markdown"]["content"]
    assert 3000 < len(text.encode()) <= 4096
    assert text.endswith("行")


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("WECOM_URL", "http://robot.example/send?key=abc"), ("WECOM_URL", "https://robot.example/"),
     ("MAIL_TO", "nobody"), ("MAIL_SECURITY", "tls"), ("BASE_URL", "cockpit.example")],
)  # fmt: skip
def test_a_channel_that_cannot_be_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"COCKPIT_{name}") as refused:
        load({f"COCKPIT_{name}": value})
    assert "abc" not in str(refused.value)


def _closed_port() -> int:
    with _Threading(("127.0.0.1", 0), _Clerk) as probe:
        return int(probe.server_address[1])
