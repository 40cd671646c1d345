"""The matters (事项) rules may speak about: a closed list, so that a misspelt topic in a pack is refused.

A matter that a machine can judge is taken up by a check or a deadline; `ask` is a question to a person in a
self-inspection; `tell` is only shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One matter.

    Args:
        name: as the clerk reads it.
        more_is_stricter: a larger number is the stricter one (a longer ban, a longer lead time).
    """

    name: str
    more_is_stricter: bool = False


SPANS = {"小时": 1 / 24, "天": 1.0, "日": 1.0, "工作日": 1.4, "周": 7.0, "个月": 30.44, "年": 365.25}
"""Units of time with their rough length in days, only to sort by."""
COUNTS = {"人", "个", "条", "审", "项", "元"}
UNITS = set(SPANS) | COUNTS | {"条/周"}
KINDS = {"record": "记录", "remind": "提醒", "check": "检查", "block": "拦截"}

TOPICS = {
    "filing.new": Topic("新开账号备案"),
    "filing.change": Topic("变更备案"),
    "filing.backlog": Topic("已开账号补备案"),
    "filing.before": Topic("开设前申请", more_is_stricter=True),
    "filing.signers": Topic("备案表签字盖章"),
    "filing.superior": Topic("上一级团组织"),
    "open.consent": Topic("开设前须同意"),
    "open.pledge": Topic("指导责任承诺书"),
    "life.approval": Topic("开设、变更、关停、注销审批"),
    "life.cancel": Topic("闲置账号注销"),
    "life.reopen": Topic("责令注销后重新开通", more_is_stricter=True),
    "life.revived": Topic("注销后又启用"),
    "life.freeze": Topic("平台注销冻结期"),
    "life.announcement": Topic("关停公告"),
    "activity.silent": Topic("长期不更新"),
    "activity.rate": Topic("更新频次", more_is_stricter=True),
    "activity.figures": Topic("年度运营数据"),
    "staff.leader": Topic("分管领导"),
    "staff.keeper": Topic("审核和维护专人"),
    "staff.publisher": Topic("发布权限由谁掌握"),
    "staff.password": Topic("密码由谁管理"),
    "staff.publishers": Topic("信息采编及发布人数"),
    "staff.editor": Topic("责任编辑政治面貌"),
    "staff.adviser": Topic("指导教师"),
    "staff.training": Topic("上岗培训"),
    "staff.leaver": Topic("离任人员解除绑定"),
    "staff.operators": Topic("平台运营者名额"),
    "review.system": Topic("内容发布审核制度"),
    "review.stages": Topic("三审三校"),
    "unit.parent": Topic("主管单位"),
    "unit.header": Topic("填报责任人"),
    "unit.platforms": Topic("应开通的平台"),
    "unit.documents": Topic("制度文件"),
    "unit.training": Topic("队伍培训"),
    "unit.drill": Topic("应急演练"),
    "account.body": Topic("认证主体"),
    "account.certified": Topic("平台认证"),
    "account.by_unit": Topic("以单位名义开设"),
    "account.contract": Topic("委托运营"),
    "account.unique": Topic("一个平台一个账号"),
    "account.names": Topic("各平台名称一致"),
    "account.code": Topic("标识码"),
    "account.contact": Topic("联系方式"),
    "password.period": Topic("定期更换密码"),
    "password.order": Topic("换届收回与发放"),
    "annual.review": Topic("年审"),
    "notice.due": Topic("通知报送"),
    "report.parts": Topic("自查材料内容"),
    "problem.labels": Topic("问题类别"),
    "rectify.report": Topic("排查整改报告"),
    "stream.ahead": Topic("直播申请", more_is_stricter=True),
    "stream.patrol": Topic("直播巡查队伍", more_is_stricter=True),
    "crosspost.schedule": Topic("跨部门发布排期", more_is_stricter=True),
    "crosspost.copy": Topic("跨部门发布定稿", more_is_stricter=True),
    "message.forward": Topic("留言转办"),
    "message.urgent": Topic("敏感留言上报"),
    "message.petition": Topic("信访移交"),
    "incident.orange": Topic("橙色舆情上报"),
    "incident.red": Topic("红色舆情处置"),
    "incident.report": Topic("红色舆情书面报告"),
    "ask": Topic("自查提问"),
    "tell": Topic("告知"),
}
