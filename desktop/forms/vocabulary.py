"""The closed vocabulary of form.toml: where values come from, what is computed, what is checked (docs/forms.md)."""

from __future__ import annotations

import re
from typing import NamedTuple

from desktop.errors import BadForm
from desktop.forms.definition import Call

_CALL = re.compile(r"(?P<name>[a-z][a-z_]*(?:\.[a-z][a-z_]*)?)\s*(?:\((?P<arguments>[^()]*)\))?")

UNIT = {
    "name": "单位名称",
    "short_name": "单位简称",
    "leader": "分管领导",
    "leader_phone": "分管领导电话",
    "head": "部门负责人",
    "head_phone": "部门负责人电话",
    "contact": "联系人",
    "contact_phone": "联系人电话",
    "email": "邮箱",
    "address": "地址",
    "seal": "印章或代章单位",
    "superior": "上级单位",
}
ACCOUNT = {
    "title": "平台和账号名称",
    "platform": "平台",
    "name": "账号名称",
    "platform_id": "平台账号 ID",
    "homepage": "主页",
    "kind": "账号类型",
    "body": "账号主体",
    "body_kind": "主体类型",
    "by_unit": "是否以单位名义开设",
    "certified": "是否认证",
    "certified_until": "认证到期日",
    "entrusted": "是否委托运营",
    "entrusted_to": "受托单位",
    "contract_no": "合同编号",
    "contract_until": "合同到期日",
    "upkeep": "维护方式",
    "review_system": "是否建立审核制度",
    "opened_on": "创建日期",
    "filed_on": "备案日期",
    "filing_no": "备案编号",
    "state": "账号状态",
    "code": "标识码",
    "introduction": "账号简介",
    "bound_phone": "绑定手机",
    "bound_phone_owner": "绑定手机机主",
    "bound_email": "绑定邮箱",
    "last_posted_on": "最近更新日期",
    "unit": "开设单位",
    "host": "主办或挂靠单位",
    "running": "运行情况",
    "posts": "发布数",
    "followers": "粉丝数",
    "reads": "阅读量",
    "leader": "分管领导",
    "head": "部门负责人",
    "admins": "管理员",
    "operators": "运营人员",
    "publishers": "信息发布人",
    "adviser": "指导教师",
    "adviser_phone": "指导教师电话",
    "editor": "责任编辑",
    "first": "一审",
    "second": "二审",
    "third": "三审",
    "note": "备注",
}
PERSON = {
    "name": "姓名",
    "identity": "身份",
    "politics": "政治面貌",
    "department": "部门",
    "position": "职务",
    "term": "届次",
    "mobile": "手机",
    "office_phone": "办公电话",
    "phone": "联系电话",
    "email": "邮箱",
    "wechat": "微信",
    "unit": "所在单位",
    "accounts": "分管或运营的账号",
    "trained_on": "最近培训日期",
    "joined_on": "到岗日期",
    "left_on": "离岗日期",
    "note": "备注",
}
PERIOD = {"cutoff": "统计截止日", "year": "统计年度", "start": "统计起始日", "today": "填报当日"}
PLATFORM = {
    "platform": "平台名称",
    "accounts": "账号名称",
    "by_unit": "是否以单位名义开设并认证",
    "running": "运行情况",
    "heads": "部门负责人",
    "operators": "运营人员",
    "review": "是否建立审核制度",
    "entrusted": "是否委托运营",
}


class Words(NamedTuple):
    """How many arguments a word takes, and what it means."""

    least: int
    most: int
    meaning: str


SOURCES: dict[str, Words] = {
    **{f"unit.{name}": Words(0, 0, f"本单位的{what}") for name, what in UNIT.items()},
    **{f"account.{name}": Words(0, 0, f"该账号的{what}") for name, what in ACCOUNT.items()},
    **{f"person.{name}": Words(0, 0, f"该人员的{what}") for name, what in PERSON.items()},
    **{f"period.{name}": Words(0, 0, what) for name, what in PERIOD.items()},
    **{f"platform.{name}": Words(1, 1, f"所列平台全部账号的{what}") for name, what in PLATFORM.items()},
    "record": Words(0, 1, "由交接、直播、事件等记录按同名（或所列名称）项给出"),
}
GROUP_SOURCES: dict[str, tuple[Words, dict[str, str]]] = {
    "others": (Words(0, 20, "所列平台以外的每个平台一栏"), PLATFORM),
    "accounts": (Words(0, 0, "台账中的每个账号一行"), {"number": "序号", **ACCOUNT}),
    "people": (Words(0, 0, "在岗人员每人一行"), {"number": "序号", **PERSON}),
    "record": (Words(0, 1, "由记录按同名（或所列名称）项给出若干行"), {}),
}
EQUALS: dict[str, Words] = {
    "sum": Words(1, 40, "所列各项之和（数字，或运行数据按同名项相加）"),
    "count": Words(1, 40, "所列各项的行数之和（账号个数、人数、行数）"),
    "year": Words(1, 1, "所列日期的年份"),
}
CHECKS: dict[str, Words] = {
    "not_future": Words(0, 0, "日期不得晚于今天"),
    "not_before": Words(1, 1, "日期不得早于所列日期"),
    "not_after": Words(1, 1, "日期不得晚于所列日期"),
    "within_workdays": Words(2, 2, "须在所列日期之后若干个工作日内"),
    "most_lines": Words(1, 1, "不超过若干行（人）"),
    "least_lines": Words(1, 1, "不少于若干行（人）"),
    "same_lines": Words(1, 1, "行数与所列项一致（每个账号各填一行）"),
    "different_from": Words(1, 1, "与所列项不得相同"),
    "length": Words(1, 9, "字符数为所列之一"),
    "no_password": Words(0, 0, "不得写入密码"),
}
DEADLINES = ("notice", "workdays", "days", "hours", "yearly", "none")
FILE_NAME_WORDS = ("unit", "title", "year", "cutoff", "date", "account", "platform", "person")
"""What a file-name pattern may name besides the keys of the form's own single fields."""


def call(text: str, words: dict[str, Words], where: str) -> Call:
    """Read one word of a closed set, with its arguments.

    Raises:
        BadForm: no such word, or a wrong number of arguments.
    """
    match = _CALL.fullmatch(text.strip())
    given = match["arguments"] if match else None
    arguments = tuple(part.strip() for part in given.split(",") if part.strip()) if given else ()
    if match is None or match["name"] not in words:
        raise BadForm(f"“{text}”不是可用的写法。", where=where, todo="可用的写法见 docs/forms.md。")
    allowed = words[match["name"]]
    if not allowed.least <= len(arguments) <= allowed.most:
        raise BadForm(
            f"“{text}”的参数应有 {allowed.least}～{allowed.most} 个，实有 {len(arguments)} 个。",
            where=where,
            todo="请照 docs/forms.md 修改。",
        )
    return Call(match["name"], arguments)
