from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0003_income_nature"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="act",
            field=models.CharField(
                choices=[
                    ("submit", "提交申请"),
                    ("accept", "受理"),
                    ("request_correction", "一次性告知补正"),
                    ("resubmit", "补正后重新提交"),
                    ("request_check", "提请信息核对"),
                    ("record_check", "登记核对结果"),
                    ("follow_check", "登记告知和复查"),
                    ("record_visit", "登记入户调查"),
                    ("record_deliberation", "登记民主评议"),
                    ("assess", "测算"),
                    ("finish_investigation", "调查结束，送初审"),
                    ("review", "提出初审意见"),
                    ("return_to_investigation", "退回经办补查"),
                    ("post_notice", "张贴公示"),
                    ("attach_photo", "上传公示照片"),
                    ("close_notice", "公示期满，报县级确认"),
                    ("record_objection", "登记异议"),
                    ("answer_objection", "答复异议"),
                    ("reinvestigate", "异议成立，重新调查"),
                    ("county_visit", "登记县级入户"),
                    ("record_complaint", "登记投诉举报"),
                    ("return", "退回乡镇"),
                    ("extend", "延长办理期限"),
                    ("approve", "确认"),
                    ("refuse", "不予确认"),
                    ("withdraw", "撤回申请"),
                    ("terminate", "终止程序"),
                    ("inform", "登记书面告知"),
                ],
                max_length=30,
                verbose_name="动作",
            ),
        ),
    ]
