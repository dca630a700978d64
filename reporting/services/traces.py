"""The words of the audit trail for targets and reports."""

from civaffairs.registry.audit import name_actions, name_details

name_actions(
    {
        "target.set": "下达年度目标",
        "report.create": "新建报告",
        "report.save": "修改报告",
        "report.issue": "签发报告",
        "report.reopen": "更正报告",
        "report.print": "下载报告",
        "figure.export": "导出统计表",
        "list.export": "导出清单",
    }
)

name_details(
    {
        "rows": "行数",
        "columns": "栏目",
        "filters": "查询条件",
        "full_numbers": "含完整号码",
        "edition": "版次",
        "sha256": "文件校验值",
        "pages": "页数",
        "sections": "改动段落",
        "failing": "不符的勾稽关系",
        "figure": "指标",
        "target": "目标值",
        "month": "月份",
        "area": "地区",
    }
)
