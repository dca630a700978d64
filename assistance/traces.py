"""The words of the audit trail for what happens to cases, entitlements and money."""

from assistance.workflow import Act, RunAct
from civaffairs.registry.audit import name_actions, name_details

name_actions(
    {f"application.{act.value}": f"申请：{act.label}" for act in Act}
    | {f"run.{act.value}": f"发放：{act.label}" for act in RunAct}
    | {
        "draft.create": "新建申请草稿",
        "draft.open": "打开申请草稿",
        "draft.discard": "删除申请草稿",
        "notice.revoke": "撤下公示",
        "person.reveal": "查看完整号码",
        "change.propose": "提出停发",
        "change.confirm": "确认停发",
        "change.refuse": "不同意停发",
        "run.create": "新建发放批次",
        "run.download": "下载代发文件",
        "adjustment.book": "登记补发或追缴",
        "adjustment.repay": "登记追缴退回",
        "adjustment.cancel": "撤销补发或追缴",
        "fund.add": "登记资金",
        "fund.reverse": "冲销资金",
        "standard.propose": "录入保障标准",
        "standard.confirm": "确认保障标准",
        "standard.discard": "作废保障标准",
        "scheme.propose": "录入新项目",
        "scheme.confirm": "确认新项目",
        "scheme.discard": "作废新项目",
        "scheme.terms_propose": "录入项目规定",
        "scheme.terms_confirm": "确认项目规定",
        "scheme.terms_discard": "作废项目规定",
        "batch.prepare": "生成批量发放名单",
        "batch.renew": "重新生成批量发放名单",
        "batch.remove": "移出批量发放名单",
        "batch.restore": "放回批量发放名单",
        "batch.discard": "作废批量发放名单",
        "batch.approve": "审批批量发放",
        "batch.undo": "撤销批量发放",
        "overlap.propose": "录入互斥规定",
        "overlap.confirm": "确认互斥规定",
        "overlap.discard": "作废互斥规定",
        "overlap.conclude": "登记待遇叠加的处理结论",
        "outside.record": "登记别处待遇",
        "outside.end": "登记别处待遇停领",
        "enrolment.start": "登记应享未享线索",
        "enrolment.drop": "应享未享登记为不符合",
        "ledger.import": "导入历史台账",
        "demo.build": "建立演示县",
    }
)

name_details(
    {
        "on": "办理日期",
        "from": "原状态",
        "to": "新状态",
        "version": "办理序号",
        "number": "编号",
        "file": "文件",
        "sha256": "文件校验值",
        "lines": "笔数",
        "size": "规模",
        "total_fen": "总额（分）",
        "amount_fen": "金额（分）",
        "entitlement": "待遇编号",
        "until_month": "止发月份",
        "kind": "种类",
        "source": "来源",
        "scheme": "救助项目",
        "params": "标准内容",
        "from_day": "起始日期",
        "terms": "规定内容",
    }
)
