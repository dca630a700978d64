"""The words of the audit trail for what happens in the registry and to background work."""

from civaffairs.registry.audit import name_actions, name_details

name_actions(
    {
        "login": "登录",
        "logout": "退出登录",
        "posting.switch": "切换岗位",
        "user.create": "新建用户",
        "user.reset_password": "重设密码",
        "user.change_password": "修改密码",
        "user.activate": "启用账号",
        "user.deactivate": "停用账号",
        "posting.grant": "授予岗位",
        "posting.end": "收回岗位",
        "office.create": "新建机构",
        "office.change": "修改机构",
        "office.notice_token": "更换公示页网址",
        "setting.propose": "录入县级参数",
        "setting.confirm": "确认县级参数",
        "setting.discard": "作废县级参数",
        "workdays.enter": "录入放假安排",
        "person.move": "人员转到别的村",
        "account.propose": "提出账户变更",
        "account.confirm": "确认账户变更",
        "account.refuse": "退回账户变更",
        "attachment.store": "上传附件",
        "attachment.view": "查看附件",
        "attachment.drop": "删除附件",
        "audit.verify": "校验操作日志",
        "county.set_up": "建立县和管理员",
        "keys.reencrypt": "更换加密密钥",
        "demo.move_day": "移动演示日期",
        "job.cancel": "取消后台任务",
        "job.retry": "重试后台任务",
        "job.file": "下载任务结果文件",
        "job.expire": "任务结果文件到期删除",
    }
)

name_details(
    {
        "username": "登录名",
        "name": "名称",
        "role": "岗位",
        "from_day": "任职起",
        "until_day": "任职止",
        "before": "改前",
        "after": "改后",
        "key": "项目",
        "value": "取值",
        "from_month": "起始月份",
        "document": "文号",
        "changed": "变化",
        "person": "人员编号",
        "on": "日期",
        "day": "日期",
        "tail": "账号尾号",
        "before_tail": "原账号尾号",
        "locked": "当时已锁定",
        "what": "项目",
        "values": "个数",
        "at": "在哪里",
    }
)
