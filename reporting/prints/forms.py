"""What narrows the list of the print centre."""

from django import forms

from assistance.models import Scheme
from assistance.workflow import Status
from civaffairs.registry.models import Office, Posting
from civaffairs.shell.fields import OfficeSelect
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.whole_numbers import not_whole


class PrintFilter(PlainForm):
    widths = {"q": 4, "area": 3}

    q = forms.CharField(
        label="姓名、编号",
        max_length=40,
        required=False,
        help_text="姓名或首字母、身份证号后4、6位、受理编号",
        validators=[not_whole],
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *Status.choices], required=False)

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Office.objects.visible_to(posting).filter(level__gte=2, is_active=True).order_by("code")
        self.fields["area"].choices = [
            ("", "全部"),
            *((row.code, f"{'　' * (row.level - 2)}{row.name}") for row in rows),
        ]
