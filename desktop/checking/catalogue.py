"""Every kind of finding there is: its name, what to do about it, the button, how bad it is at worst."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad: RED must be mended, AMBER should be, BLUE asks the clerk to look."""

    RED = 0
    AMBER = 1
    BLUE = 2

    @property
    def word(self) -> str:
        """As the tag shows it."""
        return ("必须整改", "应当整改", "请核对")[self]

    @property
    def milder(self) -> Severity:
        """One step less bad."""
        return Severity(min(self + 1, Severity.BLUE))


RED, AMBER, BLUE = Severity.RED, Severity.AMBER, Severity.BLUE


@dataclass(frozen=True)
class Action:
    """What one button does: the place to go and the form to start, if any."""

    label: str
    place: str
    form: str = ""


ACTIONS = {
    "fill": Action("继续填", "fill"),
    "file.new": Action("去备案", "fill", "beianbiao"),
    "file.change": Action("去备案", "fill", "biangengbeian"),
    "filed.new": Action("去登记备案", "accounts"),
    "filed.change": Action("去登记备案", "inspections"),
    "life.cancel": Action("去办注销", "inspections", "guantingzhuxiao"),
    "life.finish": Action("去办理", "inspections", "guantingzhuxiao"),
    "life.open": Action("去补手续", "inspections"),
    "account.edit": Action("去补填", "accounts"),
    "account.new": Action("去新增账号", "accounts"),
    "account.people": Action("去指定人员", "accounts"),
    "account.figures": Action("去填数据", "accounts"),
    "account.post": Action("去核实", "accounts"),
    "person.edit": Action("去补填", "people"),
    "person.leave": Action("去办离任", "people"),
    "handover.begin": Action("去办交接", "people"),
    "handover": Action("去办理", "handover"),
    "password.change": Action("去更换", "custody"),
    "password.back": Action("去收回", "custody"),
    "unit.edit": Action("去填写", "settings"),
    "unit.paper": Action("去上传", "inspections"),
    "duty.training": Action("去登记", "duty", "peixunjilu"),
    "duty.drill": Action("去登记", "duty", "yanlianjilu"),
    "duty.stream": Action("去申请", "duty", "zhiboshenqing"),
    "duty.open": Action("去办理", "duty"),
    "inspect": Action("去自查", "inspections"),
    "rectify.report": Action("去写报告", "inspections"),
    "rectify": Action("去整改", "inspections"),
    "notice": Action("去报送", "submission"),
}
"""Every button a finding or a deadline may carry; the window turns place, form and number of the record into a screen.

The number is that of the form being filled for fill, of the account for file.*, filed.new, account.*, handover.begin,
life.cancel and life.open, of the unit for account.new and unit.*, of the person for person.*, of the filing for
life.finish and filed.change, of the handover, credential, duty, run or notice for theirs; of the problem for rectify,
of the batch for rectify.report.
"""


@dataclass(frozen=True)
class Kind:
    """One kind of finding: its short name, what to do, the key of its button, its severity."""

    name: str
    todo: str
    action: str
    severity: Severity


KINDS = {
    "unfiled": Kind("未备案", "填报备案表，经签字盖章后报上一级团组织。", "file.new", RED),
    "filed_late": Kind("备案逾期", "在自查报告中说明原因，今后创建后及时备案。", "inspect", BLUE),
    "change_unfiled": Kind("变更未备案", "填报变更备案表，书面报上一级团组织。", "file.change", RED),
    "closing_unfiled": Kind("关停注销未备案", "把关停注销申请表报备案机关，登记备案日期。", "life.finish", RED),
    "missing_consent": Kind("开设前未获同意", "取得同意后再备案；在办理页逐项登记。", "life.open", RED),
    "missing_signers": Kind("备案表签章不全", "补齐签字和公章；在办理页逐项登记。", "life.open", RED),
    "missing_approval": Kind("未经审批", "按规定报批，并在办理页登记批准日期。", "life.open", AMBER),
    "pledge": Kind("没有承诺书", "请指导教师签订承诺书，存档后登记。", "life.open", RED),
    "revived": Kind("注销后又启用", "立即停用并核实是谁在使用，必要时重新履行开设手续。", "account.post", RED),
    "cancel_overdue": Kind("公告后未注销", "在平台提交注销，登记冻结期和注销日期，并报备案机关。", "life.cancel", RED),
    "reopened": Kind("责令注销后重开", "停止使用并向备案机关说明；满期后再申请开设。", "life.cancel", RED),
    "zombie": Kind("僵尸账号", "恢复更新；不再需要的，按程序关停注销。", "account.post", RED),
    "no_post_date": Kind("更新日期不明", "打开账号主页，核实最近一次发布的日期并填入台账。", "account.post", BLUE),
    "few_posts": Kind("更新慢", "安排好每周的发布计划。", "account.figures", AMBER),
    "no_figures": Kind("没有运行数据", "填入本年各月运行数据，统计表和自查表会自动取用。", "account.figures", BLUE),
    "no_leader": Kind("没有分管领导", "指定分管领导。", "account.people", RED),
    "no_keeper": Kind("没有专人审核维护", "指定专人负责内容审核和日常维护。", "account.people", RED),
    "wrong_publisher": Kind("发布权限掌握人身份不符", "改由符合身份的人员掌握，并办理交接。", "handover.begin", RED),
    "wrong_password_holder": Kind("密码管理人身份不符", "改由符合身份的人员管理，并办理交接。", "handover.begin", RED),
    "identity_unknown": Kind("身份待核对", "在人员信息中写明身份（在编、聘用、学生等）。", "person.edit", BLUE),
    "too_many_publishers": Kind("发布人员超额", "减少发布人员，变更后备案。", "account.people", RED),
    "too_many_operators": Kind("运营者超出平台名额", "核对平台后台的运营者名单。", "account.people", RED),
    "no_editor": Kind("没有责任编辑", "指定责任编辑。", "account.people", AMBER),
    "editor_politics": Kind("责任编辑政治面貌", "由党员或团员担任责任编辑，并补全人员信息。", "person.edit", RED),
    "no_adviser": Kind("没有指导教师", "确定一名在职教师为指导教师。", "account.people", RED),
    "stages": Kind("三审三校未落实到人", "逐级指定审核人。", "account.people", RED),
    "review_system": Kind("没有审核制度", "建立先审后发、三审三校制度并在台账中填明。", "account.edit", RED),
    "leaver_bound": Kind("离任未解绑", "立即解除绑定、收回并更换密码，办理交接。", "person.leave", RED),
    "untrained": Kind("未经培训上岗", "安排上岗培训并登记培训日期。", "person.edit", AMBER),
    "private": Kind("以个人名义开设", "改为单位主体，或注销后以单位名义重新开设。", "account.edit", RED),
    "uncertified": Kind("没有认证", "以单位名义申请平台认证，公开信息中标明主办单位。", "account.edit", AMBER),
    "no_body": Kind("认证主体不明", "把认证信息中的主体全称填入台账。", "account.edit", BLUE),
    "body_mismatch": Kind("主体与主办单位不一致", "核对主体；确属变更的，办理主体变更或迁移。", "account.edit", AMBER),
    "cert_expired": Kind("认证过期", "到平台后台办理认证续期。", "account.edit", RED),
    "no_contract": Kind("委托运营无合同", "签订合同和保密协议，写明账号归属本单位。", "account.edit", RED),
    "contract_expired": Kind("委托合同到期", "续签合同，或收回账号自行运营。", "account.edit", RED),
    "code_shape": Kind("标识码样式异常", "与主管单位下发的标识码核对。", "account.edit", AMBER),
    "code_prefix": Kind("标识码前缀不符", "与主管单位下发的标识码核对。", "account.edit", AMBER),
    "code_shared": Kind("标识码重复", "向主管单位核对各账号的标识码。", "account.edit", RED),
    "twins": Kind("同平台多个账号", "核实是否因密码遗失等另开；整合为一个，其余按程序注销。", "life.cancel", AMBER),
    "names": Kind("名称不一致", "同一单位的账号名称宜统一；确有分工的，可不改。", "account.edit", AMBER),
    "bad_contact": Kind("联系方式有误", "核对后改正。", "account.edit", AMBER),
    "no_phone": Kind("没有联系电话", "补填手机或办公电话。", "person.edit", BLUE),
    "no_superior": Kind("没有上级团组织", "在设置中填写上级单位，统计表和备案表才有报送对象。", "unit.edit", RED),
    "no_header": Kind("表头信息不全", "在设置中补填。", "unit.edit", RED),
    "no_paper": Kind("制度文件缺失", "制定后把文件存入自查材料。", "unit.paper", AMBER),
    "no_training": Kind("没有培训记录", "组织培训并登记。", "duty.training", AMBER),
    "no_drill": Kind("没有应急演练", "按应急预案组织一次演练并登记。", "duty.drill", AMBER),
    "no_parent": Kind("主管单位不明", "在单位信息中选择上级或挂靠单位。", "unit.edit", AMBER),
    "no_platform": Kind("应开未开", "按规定开通官方账号并备案。", "account.new", AMBER),
}
"""By code. A finding is one step milder than this where no rule behind it is the unit's own (参照)."""
