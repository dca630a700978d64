"""The form of a bank's format: what the file looks like, column by column, and how the bank answers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet

from assistance.bankfiles.reasons import LABELS
from assistance.bankfiles.spec import (
    ANSWER_KEYS,
    COLUMN_KEYS,
    DEFAULT_NAME,
    ENCODINGS,
    KINDS,
    MOST_LINES,
    MOST_NAME,
    NAME_WORDS,
    TOTAL_KEYS,
    TOTALS,
    UNITS,
    BadSpec,
    read_spec,
)
from civaffairs.shell.fields import NumberField, YesNoField
from civaffairs.shell.forms import PlainForm

DELIMITERS = {
    "comma": ("逗号 ,", ","),
    "pipe": ("竖线 |", "|"),
    "tab": ("制表符", "\t"),
    "semicolon": ("分号 ;", ";"),
    "caret": ("尖号 ^", "^"),
    "fixed": ("不用分隔符，每栏定长", ""),
}
LINE_ENDS = {"crlf": ("Windows（回车换行）", "\r\n"), "lf": ("只有换行", "\n")}
FILLS = {"space": ("空格", " "), "zero": ("0", "0")}
ALIGNS = {"left": "靠左", "right": "靠右"}
MOST_WIDTH = 200
MOST_ROWS = 40


def _choices(table: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(key, label) for key, (label, _) in table.items()]


def _key_of(table: dict[str, tuple[str, str]], value: str) -> str:
    return next((key for key, (_, own) in table.items() if own == value), next(iter(table)))


def _words(text: str) -> list[str]:
    """成功、0000 or 成功 0000 or one a line."""
    for sign in "，,；;、\n\t":
        text = text.replace(sign, " ")
    return list(dict.fromkeys(text.split()))


class FormatForm(PlainForm):
    """Everything of a format but its rows of columns and reasons."""

    widths = {
        "name": 4,
        "kind": 4,
        "delimiter": 4,
        "encoding": 3,
        "line_end": 3,
        "suffix": 2,
        "header": 2,
        "amount_unit": 3,
        "substitute": 2,
        "max_lines": 2,
        "serial_restarts": 4,
        "file_name": 6,
        "total": 3,
        "paid_words": 6,
        "failed_words": 6,
        **{f"answer_{key}": 3 for key in ANSWER_KEYS},
    }

    name = forms.CharField(label="名称", max_length=60, help_text="例：云岭农商银行代发")
    kind = forms.ChoiceField(label="文件种类", choices=list(KINDS.items()))
    delimiter = forms.ChoiceField(
        label="栏目之间", choices=_choices(DELIMITERS), required=False, help_text="文本文件才要选"
    )
    encoding = forms.ChoiceField(
        label="文字编码", choices=list(ENCODINGS.items()), required=False, help_text="文本文件才要选"
    )
    line_end = forms.ChoiceField(label="换行", choices=_choices(LINE_ENDS), required=False)
    suffix = forms.CharField(label="扩展名", max_length=9, help_text="例：.csv、.txt、.xlsx")
    header = YesNoField(label="有没有表头", yes="有", no="没有")
    amount_unit = forms.ChoiceField(label="金额单位", choices=list(UNITS.items()))
    substitute = forms.CharField(
        label="生僻字替代", max_length=1, required=False, help_text="不填：写不出的字先列出来，不发"
    )
    max_lines = NumberField(
        label="每个文件最多几笔", high=MOST_LINES, required=False, help_text="超过的分成几个文件；不限填 0"
    )
    serial_restarts = YesNoField(label="分成几个文件时序号", yes="每个文件从 1 起", no="接着往下排")
    file_name = forms.CharField(
        label="文件名",
        max_length=MOST_NAME,
        help_text=f"可以用：{'、'.join(f'{{{word}}}' for word in NAME_WORDS)}",
    )
    total = forms.ChoiceField(label="合计行", choices=list(TOTALS.items()))
    paid_words = forms.CharField(
        label="表示成功的词或代码",
        required=False,
        max_length=300,
        help_text="用顿号隔开；“成功”“0000”等常用的不用填",
    )
    failed_words = forms.CharField(
        label="表示失败的词或代码",
        required=False,
        max_length=300,
        help_text="用顿号隔开；“失败”“退回”等常用的不用填",
    )

    def __init__(self, *args: Any, fixed_name: bool = False, **kwargs: Any) -> None:
        self.base_fields = {
            **self.base_fields,
            **{
                f"answer_{key}": forms.CharField(label=f"{label}的表头", max_length=30, required=False)
                for key, label in ANSWER_KEYS.items()
            },
        }
        super().__init__(*args, **kwargs)
        if fixed_name:
            self.fields["name"].disabled = True

    def _bound(self, *names: str) -> list:
        return [self[name] for name in names]

    def file_fields(self) -> list:
        return self._bound(
            "name",
            "kind",
            "suffix",
            "delimiter",
            "encoding",
            "line_end",
            "header",
            "amount_unit",
            "substitute",
        )

    def cut_fields(self) -> list:
        return self._bound("file_name", "max_lines", "serial_restarts")

    def total_fields(self) -> list:
        return self._bound("total")

    def answer_fields(self) -> list:
        return self._bound(*(f"answer_{key}" for key in ANSWER_KEYS), "paid_words", "failed_words")

    def clean_suffix(self) -> str:
        text = self.cleaned_data["suffix"].strip()
        return text if text.startswith(".") else f".{text}"


class ColumnForm(PlainForm):
    """One column of the file."""

    key = forms.ChoiceField(label="填什么", choices=[("", "请选择"), *COLUMN_KEYS.items()])
    title = forms.CharField(label="表头", max_length=30, required=False)
    text = forms.CharField(label="固定文字", max_length=60, required=False)
    width = NumberField(label="宽度", high=MOST_WIDTH, required=False)
    align = forms.ChoiceField(label="对齐", choices=list(ALIGNS.items()), required=False)
    fill = forms.ChoiceField(label="补足用", choices=_choices(FILLS), required=False)
    order = NumberField(label="顺序", high=MOST_ROWS, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("key") == "constant" and not data.get("text"):
            self.add_error("text", "请填写固定文字")
        if data.get("text") and data.get("key") not in ("constant", None, ""):
            self.add_error("text", "只有“固定文字”这一栏才填")
        return data


class TotalForm(ColumnForm):
    key = forms.ChoiceField(label="填什么", choices=[("", "请选择"), *TOTAL_KEYS.items()])


class _Columns(BaseFormSet):
    label = "栏目"

    def rows(self) -> list[dict[str, Any]]:
        """Columns as the format keeps them, in the order that was asked for."""
        kept = [
            (data.get("order") or at, at, data)
            for at, data in enumerate((form.cleaned_data for form in self.forms), start=1)
            if data and not data.get("DELETE")
        ]
        made = []
        for _, _, data in sorted(kept, key=lambda row: row[:2]):
            row = {"key": data["key"], "title": data["title"]}
            row |= {"text": data["text"]} if data["text"] else {}
            row |= {"width": data["width"]} if data["width"] else {}
            row |= {"align": "right"} if data["align"] == "right" else {}
            row |= {"fill": "0"} if data["fill"] == "zero" else {}
            made.append(row)
        return made


class ReasonForm(PlainForm):
    """What one bank writes for one of our reasons."""

    word = forms.CharField(label="银行写的词或代码", max_length=40)
    label = forms.ChoiceField(
        label="就是", choices=[("", "请选择"), *((label, label) for label in LABELS)], required=True
    )


class _Reasons(BaseFormSet):
    label = "失败原因"

    def clean(self) -> None:
        words = [data["word"] for data in self._kept() if data.get("word")]
        if len(words) != len(set(words)):
            raise ValidationError("同一个词写了两行")

    def _kept(self) -> list[dict[str, Any]]:
        found = [getattr(form, "cleaned_data", {}) for form in self.forms]
        return [data for data in found if data and not data.get("DELETE")]

    def pairs(self) -> dict[str, str]:
        return {data["word"]: data["label"] for data in self._kept()}


class FormatForms:
    """The form with its three sets of rows, as one thing."""

    def __init__(
        self,
        data: Any = None,
        *,
        name: str = "",
        spec: dict[str, Any] | None = None,
        fixed_name: bool = False,
    ):
        spec = spec or EMPTY
        self.given = spec
        self.form = FormatForm(data, initial=_initial(name, spec), fixed_name=fixed_name)
        self.columns = _rows_of(ColumnForm, _Columns, data, spec.get("columns", []), "columns", 1)
        self.totals = _rows_of(TotalForm, _Columns, data, spec.get("total_columns", []), "totals", 0)
        self.totals.label = "合计行"
        reasons = [{"word": word, "label": label} for word, label in spec.get("reasons", {}).items()]
        self.reasons = forms.formset_factory(
            ReasonForm, formset=_Reasons, extra=0, can_delete=True, max_num=60
        )(data, initial=reasons, prefix="reasons")

    @property
    def parts(self) -> list:
        return [self.form, self.columns, self.totals, self.reasons]

    def is_valid(self) -> bool:
        """Whether it makes a format; where it does not, the field that is to blame says so."""
        valid = [part.is_valid() for part in self.parts]
        if not all(valid):
            return False
        try:
            read_spec(self.spec())
        except BadSpec as problem:
            self.add_error(problem.field, problem.message)
            return False
        return True

    def add_error(self, field: str | None, message: str) -> None:
        self.form.add_error(field if field in self.form.fields else None, message)

    def spec(self) -> dict[str, Any]:
        """The format as it is kept."""
        data = self.form.cleaned_data
        sheet = data["kind"] == "xlsx"
        made: dict[str, Any] = {
            "kind": data["kind"],
            "encoding": "utf-8" if sheet else data["encoding"] or "utf-8-sig",
            "delimiter": "," if sheet else DELIMITERS[data["delimiter"] or "comma"][1],
            "line_end": LINE_ENDS[data["line_end"] or "crlf"][1],
            "header": bool(data["header"]),
            "amount_unit": data["amount_unit"],
            "suffix": data["suffix"],
            "substitute": data["substitute"],
            "max_lines": data["max_lines"] or 0,
            "serial_restarts": bool(data["serial_restarts"]),
            "file_name": data["file_name"],
            "total": data["total"],
            "columns": self.columns.rows(),
            "total_columns": self.totals.rows() if data["total"] != "none" else [],
            "answer": {key: data[f"answer_{key}"] for key in ANSWER_KEYS if data[f"answer_{key}"]},
            "paid_words": _words(data["paid_words"]),
            "failed_words": _words(data["failed_words"]),
            "reasons": self.reasons.pairs(),
        }
        return made


EMPTY: dict[str, Any] = {
    "columns": [
        {"key": key, "title": title}
        for key, title in (
            ("serial", "序号"),
            ("account", "收款账号"),
            ("holder", "收款户名"),
            ("amount", "金额"),
            ("purpose", "用途"),
        )
    ],
    "encoding": "gbk",
}


def _rows_of(form: type, base: type, data: Any, rows: list, prefix: str, least: int) -> Any:
    made = forms.formset_factory(
        form, formset=base, extra=0, can_delete=True, max_num=MOST_ROWS, min_num=least, validate_max=True
    )
    initial = [
        {
            **row,
            "fill": _key_of(FILLS, row.get("fill", " ")),
            "align": row.get("align", "left"),
            "order": at,
        }
        for at, row in enumerate(rows, start=1)
    ]
    return made(data, initial=initial, prefix=prefix)


def _initial(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "kind": spec.get("kind", "text"),
        "delimiter": _key_of(DELIMITERS, spec.get("delimiter", ",")),
        "encoding": spec.get("encoding", "utf-8-sig"),
        "line_end": _key_of(LINE_ENDS, spec.get("line_end", "\r\n")),
        "suffix": spec.get("suffix", ".csv"),
        "header": spec.get("header", True),
        "amount_unit": spec.get("amount_unit", "yuan"),
        "substitute": spec.get("substitute", ""),
        "max_lines": spec.get("max_lines", 0),
        "serial_restarts": spec.get("serial_restarts", False),
        "file_name": spec.get("file_name", DEFAULT_NAME),
        "total": spec.get("total", "none"),
        "paid_words": "、".join(spec.get("paid_words", ())),
        "failed_words": "、".join(spec.get("failed_words", ())),
        **{f"answer_{key}": spec.get("answer", {}).get(key, "") for key in ANSWER_KEYS},
    }


class TrialForm(PlainForm):
    """A sample of the bank's answer, as a file or pasted."""

    widths = {"file": 5, "text": 12}

    file = forms.FileField(label="回盘样本文件", required=False)
    text = forms.CharField(
        label="或者把样本粘贴在这里",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("file") and not data.get("text"):
            self.add_error("file", "请选择样本文件，或粘贴样本")
        return data
