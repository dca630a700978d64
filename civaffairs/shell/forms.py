"""How forms look and speak: the renderer, the bound field that dresses its widget, and plain base classes.

The renderer is set in settings.FORM_RENDERER, so `{{ form.name.as_field_group }}` and `{% field form.name %}` give
label, input, help and error in one layout everywhere.
"""

import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# Twelve columns on a wide screen; a phone always shows one field per line.
WIDTHS = {
    forms.Textarea: 12,
    forms.RadioSelect: 6,
    forms.CheckboxSelectMultiple: 12,
    forms.DateInput: 2,
}
DEFAULT_WIDTH = 3

_CHOOSE = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.SelectMultiple)


def css_class(widget: forms.Widget) -> str:
    """The class by which the style sheet knows a widget."""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


class ShellBoundField(BoundField):
    """Dresses the widget, so that a bare `{{ form.name }}` looks and behaves as it does in a field group."""

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        classes = [css_class(widget), widget.attrs.get("class", ""), attrs.get("class", "")]
        if self.errors:
            classes.append("is-invalid")
        attrs["class"] = " ".join(dict.fromkeys(" ".join(classes).split()))
        # Django's ten lines push the rest of a form off the screen; a textarea that needs more says how many.
        if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":
            attrs["rows"] = "3"
        # The browser's own bubbles hide the plain words of the server and vanish after a second.
        attrs.pop("required", None)
        if self.field.required:
            attrs["aria-required"] = "true"
        return attrs

    @property
    def width(self) -> int:
        """Columns of twelve: the form's `widths`, then the field's `width`, then the widget's usual one."""
        chosen = getattr(self.form, "widths", {}).get(self.name) or getattr(self.field, "width", None)
        if chosen:
            return chosen
        for widget_type, width in WIDTHS.items():
            if isinstance(self.field.widget, widget_type):
                return width
        return DEFAULT_WIDTH

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_group(self) -> bool:
        """Several inputs under one name: its label is a legend, not a label for one input."""
        return isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)

    @property
    def first_id(self) -> str:
        """The id that an error link jumps to."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.is_group else self.auto_id)


class Renderer(TemplatesSetting):
    field_template_name = "components/field.html"
    bound_field_class = ShellBoundField


OUT_OF_DATE = "页面已过期，请刷新后再办"


def say_plainly(form: forms.BaseForm) -> None:
    """Gives each field error sentences that name what is missing, instead of 这个字段是必填项."""
    for name, field in form.fields.items():
        label = field.label or form[name].label
        verb = "请选择" if isinstance(field.widget, _CHOOSE) else "请填写"
        if isinstance(field, forms.FileField):
            verb = "请选择文件："
        if isinstance(field, forms.BooleanField) and isinstance(field.widget, forms.CheckboxInput):
            verb = "请勾选："
        own = {
            "required": f"{verb}{label}",
            "invalid_choice": f"“{label}”里没有这一项，请重新选择",
            "invalid": f"“{label}”填写的内容不对，请核对",
            "max_length": f"“{label}”最多 %(limit_value)d 个字，现在有 %(show_value)d 个字",
        }
        if field.widget.is_hidden:
            # Nobody typed it: the page is old or was tampered with, and the name of the field says nothing.
            own = dict.fromkeys([*field.error_messages, "max_length"], OUT_OF_DATE)
        declared = getattr(field, "own_messages", {})
        for code, sentence in own.items():
            if code in field.error_messages and code not in declared:
                field.error_messages[code] = sentence
        limit = getattr(field, "max_length", None)
        for validator in field.validators:
            if limit and getattr(validator, "code", "") == "max_length":
                validator.message = own["max_length"]


# Without width or turning the reading direction: what comes along from a chat window, or is meant to make one name look
# like another. Control characters but tab and line ends likewise; NUL is left to Django, which refuses it.
_UNSEEN = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_ENDS = re.compile(r"[\t\r\n\u2028\u2029]+")


def seen(text: str, lines: bool = False) -> str:
    """The text as the eye sees it: nothing unseen in it, and on one line unless `lines`."""
    text = _UNSEEN.sub("", text)
    return text if lines else _LINE_ENDS.sub(" ", text)


class PlainForm(forms.Form):
    """Base of every form that is not bound to a model. Its texts are read as the eye sees them."""

    use_required_attribute = False
    widths: dict[str, int] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say_plainly(self)

    def full_clean(self) -> None:
        if self.is_bound:
            self.data = self._seen_data()
        super().full_clean()

    def _seen_data(self) -> Any:
        changed = {}
        for name, field in self.fields.items():
            # Nobody looks at a password, and the log-in takes it as it is typed.
            if not isinstance(field, forms.CharField) or isinstance(field.widget, forms.PasswordInput):
                continue
            key = self.add_prefix(name)
            typed = self.data.get(key)
            if isinstance(typed, str):
                text = seen(typed, lines=isinstance(field.widget, forms.Textarea))
                if text != typed:
                    changed[key] = text
        if not changed:
            return self.data
        data = self.data.copy()
        for key, text in changed.items():
            data[key] = text
        return data


class PlainModelForm(forms.ModelForm):
    """Base of every form over a model."""

    use_required_attribute = False
    widths: dict[str, int] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say_plainly(self)
