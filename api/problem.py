"""The only place that words an error over HTTP: RFC 9457 problem+json, never a page, never a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "参数有误",
    404: "没有这个名称或地址",
    405: "不支持这种请求方法",
    410: "快照已不保留",
    500: "服务出错",
    503: "暂时不能回答",
}


class Fault(BaseModel):
    """One parameter that cannot be used."""

    parameter: str = Field(description="参数名")
    value: str = Field(description="收到的值")
    allowed: str = Field(description="允许的值")


class Problem(BaseModel):
    """RFC 9457. `about:blank`: the status says what kind of problem it is, `detail` what to do."""

    type: str = Field(default="about:blank", description="问题类型；about:blank 表示与状态码同义")
    title: str = Field(description="问题类别")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="出了什么问题、怎么办")
    instance: str = Field(description="所请求的路径")
    errors: list[Fault] = Field(default=[], description="逐个参数：哪个、收到什么、允许什么")


class BadValue(Exception):
    """Parameters that cannot be used; answered with 400."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.parameter}={fault.value!r}" for fault in faults))
        self.faults = faults


class UnknownName(Exception):
    """A name that does not exist; answered with 404."""


def respond(status: int, detail: str, path: str, faults: Iterable[Fault] = ()) -> Response:
    """The problem as a response that no cache keeps."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    body = Problem(title=title, status=status, detail=detail, instance=path, errors=list(faults))
    headers = {"Cache-Control": "no-store"}
    return Response(body.model_dump_json(), status, headers, content_type=MEDIA_TYPE)


def bad_value(error: BadValue, path: str) -> Response:
    """400: which parameters, and what is allowed."""
    detail = ";".join(f"{fault.parameter}={fault.value} 不行：{fault.allowed}" for fault in error.faults)
    return respond(400, detail, path, error.faults)


def of_http(error: HTTPException, path: str) -> Response:
    """What Flask itself refuses (unknown address, wrong method) and what failed unforeseen, in the same words."""
    if isinstance(error, NotFound):
        detail = f"没有地址 {path}：能问什么见 /api/v1/openapi.json"
    elif isinstance(error, MethodNotAllowed):
        detail = f"{path} 只能读取：用 GET 或 HEAD"
    elif isinstance(error, InternalServerError):
        detail = "这是程序的问题，已记入日志：请把时间和地址告诉维护人员"
    else:
        detail = "请求不合 HTTP 规范：核对请求的写法"
    response = respond(error.code or 500, detail, path)
    if isinstance(error, MethodNotAllowed) and error.valid_methods is not None:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
