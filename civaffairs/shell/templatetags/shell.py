"""Filters and tags for every template. They are built in (settings.TEMPLATES), so no template loads them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.templatetags.static import do_static, static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from civaffairs.lib import identity, money
from civaffairs.lib.months import Month, age_on
from civaffairs.registry import clock

register = template.Library()
register.tag("static", do_static)

# A tone is a colour with a meaning; the word always stands beside it, because colour alone tells nobody anything
# on a grey print or to a colour-blind eye.
TONES = {"todo", "wait", "warn", "bad", "good", "plain"}


# --- money, days, numbers -------------------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """1,234.50; an unknown amount is a dash, never 0.00."""
    return "—" if fen is None or fen == "" else money.yuan(fen)


@register.filter
def wan(fen: int | None, places: int = 2) -> str:
    """万元 with `places` decimals."""
    return "—" if fen is None or fen == "" else money.wan(fen, places)


@register.filter
def number(value: int | None) -> str:
    """26,873; unknown is a dash."""
    return "—" if value is None or value == "" else f"{value:,}"


@register.filter
def in_words(fen: int) -> str:
    """大写金额."""
    return money.in_words(fen)


@register.filter
def month(value: date | Month | None) -> str:
    """2024年5月."""
    if not value:
        return "—"
    return (value if isinstance(value, Month) else Month.of(value)).label


@register.filter
def day(value: date | datetime | None) -> str:
    """2024-01-05."""
    if not value:
        return "—"
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = clock.local(value)
    return value.strftime("%Y-%m-%d")


@register.filter
def cn_day(value: date | None) -> str:
    """2024年1月5日, as documents write it."""
    return f"{value.year}年{value.month}月{value.day}日" if value else "—"


@register.filter
def moment(value: datetime | None) -> str:
    """2024-01-05 14:03."""
    if not value:
        return "—"
    if timezone.is_aware(value):
        value = clock.local(value)
    return value.strftime("%Y-%m-%d %H:%M")


@register.filter
def real_moment(value: datetime | None) -> str:
    """2024-01-05 14:03 by the machine's clock, also in the demo: what proves order is not moved."""
    return clock.real(value).strftime("%Y-%m-%d %H:%M") if value else "—"


@register.filter
def age(birth: date | None, on: date) -> str:
    """Full years on a day."""
    return f"{age_on(birth, on)}岁" if birth and birth <= on else "—"


@register.filter
def masked_id(number: str) -> str:
    return identity.mask_id_card(number) if number else "—"


@register.filter
def masked_account(number: str) -> str:
    return identity.mask_account(number) if number else "—"


@register.filter
def masked_phone(number: str) -> str:
    return identity.mask_phone(number) if number else "—"


@register.filter
def blank(value: Any, word: str = "未填") -> Any:
    """A blank answer is said, not left white."""
    return format_html('<span class="unfilled">{}</span>', word) if value is None or value == "" else value


# --- signs ----------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon from the sprite; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" width="18" height="18" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("vendor/tabler-icons/sprite.svg"),
        name,
    )


@register.simple_tag
def status_badge(thing: Any, tone: str = "") -> SafeString:
    """`{% status_badge case %}` for a row with a column `status` or `state` and, where it has one, a property
    `status_tone` or `state_tone`; `{% status_badge "已发放" "good" %}` for a plain word."""
    word = thing
    for column in ("status", "state"):
        if hasattr(thing, f"get_{column}_display"):
            word = getattr(thing, f"get_{column}_display")()
            tone = tone or getattr(thing, f"{column}_tone", "")
            break
    tone = tone or "wait"
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone {tone!r}")
    return format_html('<span class="sign sign-{}">{}</span>', tone, word)


@register.simple_tag
def deadline_badge(deadline: Any) -> SafeString:
    """Time left, as colour and words. `deadline` has .day (last day) and .left (days left, negative when over),
    and may have .unit (个工作日, 天), .paused, .certain."""
    if deadline is None:
        return format_html('<span class="unfilled">{}</span>', "不计时")
    unit = getattr(deadline, "unit", "个工作日")
    left = deadline.left
    if getattr(deadline, "paused", False):
        tone, words = "paused", "已暂停计时"
    elif left < 0:
        tone, words = "over", f"已超{-left}{unit}"
    elif left == 0:
        tone, words = "today", "今天到期"
    elif left <= 2:
        tone, words = "soon", f"剩{left}{unit}"
    else:
        tone, words = "ample", f"剩{left}{unit}"
    hint = f"最后一天 {deadline.day:%Y-%m-%d}" if deadline.day else ""
    if not getattr(deadline, "certain", True):
        hint += "（该年度放假安排尚未录入，仅按周一至周五推算）"
        words += "?"
    return format_html('<span class="deadline deadline-{}" title="{}">{}</span>', tone, hint, words)


@register.simple_tag
def progress_bar(done: int, total: int, words: str = "") -> SafeString:
    """A bar that needs no style attribute; its words are read out."""
    percent = min(100, done * 100 // total) if total else 0
    return format_html(
        '<span class="bar"><progress max="100" value="{}" aria-label="{}"></progress><span class="bar-words">{}</span></span>',
        percent,
        words or f"{percent}%",
        words or f"{percent}%",
    )


# --- addresses ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: Any) -> str:
    """The current query with some keys set (None or "" takes a key out) and the page keys dropped."""
    query: QueryDict = context["request"].GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/page_nav.html", takes_context=True)
def page_nav(context: template.Context, page: Any) -> dict[str, Any]:
    """Previous and next for a paging.Page."""
    return {
        "page": page,
        "next_url": query_replace(context, after=page.next_key) if page.next_key else "",
        "previous_url": query_replace(context, before=page.previous_key) if page.previous_key else "",
        "first_url": query_replace(context),
    }


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context: template.Context, key: str, label: str, css: str = "") -> dict[str, Any]:
    """A column head that sorts: ?sort=key, then ?sort=-key."""
    current = context["request"].GET.get("sort", "")
    descending = current == f"-{key}"
    return {
        "label": label,
        "css": css,
        "url": query_replace(context, sort=key if current != key else f"-{key}"),
        "state": "descending" if descending else "ascending" if current == key else "none",
    }


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(context: template.Context, form: BaseForm, clear_url: str = "") -> dict[str, Any]:
    """What is filtered by, each with a link that takes it away. `clear_url` for a list that comes back as it was
    left when it is opened bare."""
    query: QueryDict = context["request"].GET
    chips = []
    for field in form:
        values = [value for value in query.getlist(field.html_name) if value.strip()]
        if not values or field.is_hidden:
            continue
        choices = {str(value): label for value, label in getattr(field.field, "choices", [])}
        shown = "、".join(str(choices.get(value, value)) for value in values)
        if field.is_check:
            shown = "是"
        url = query_replace(context, **{field.html_name: None})
        chips.append({"label": field.label, "value": shown, "url": url})
    return {"chips": chips, "clear_url": clear_url or context["request"].path}


# --- forms ----------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, width: int = 0, label: str = "", note: str = "") -> SafeString:
    """Label, input, help and error of one field, `width` columns of twelve wide."""
    context = {"field": bound, "width": width or bound.width, "label": label or bound.label, "note": note}
    # The template has escaped its parts already.
    return SafeString(bound.renderer.render("components/field.html", context))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*parts: Any) -> dict[str, Any]:
    """All mistakes of forms and formsets on top of the page, each a link to its field."""
    problems: list[dict[str, str]] = []
    for part in (each for given in parts for each in (given if isinstance(given, list) else [given])):
        if isinstance(part, BaseFormSet):
            if not part.is_bound:
                continue
            problems += [{"words": words, "target": part.prefix} for words in part.non_form_errors()]
            live = [form for form in part.forms if not _dropped(form)]
            for number, form in enumerate(live, start=1):
                problems += _problems(form, _row_name(part, form, number))
        elif part:
            problems += _problems(part)
    return {"problems": problems}


def _dropped(form: BaseForm) -> bool:
    """Ticked for deletion. (formset.deleted_forms is empty as long as another row has a mistake.)"""
    form.is_valid()
    return bool(form.cleaned_data.get(DELETION_FIELD_NAME))


def _row_name(formset: BaseFormSet, form: BaseForm, number: int) -> str:
    """王小军： where the row has a name, else 收入第2行： (the formset's `label`)."""
    name = form["name"].value() if "name" in form.fields else ""
    return f"{name}：" if name else f"{getattr(formset, 'label', '')}第{number}行："


def _problems(form: BaseForm, where: str = "") -> list[dict[str, str]]:
    if not form.is_bound:
        return []
    found = [{"words": f"{where}{words}", "target": ""} for words in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name in form.fields:
            bound = form[name]
            target = "" if bound.is_hidden else bound.first_id
            found += [{"words": f"{where}{_named(bound, words)}", "target": target} for words in errors]
    return found


def _named(bound: BoundField, words: str) -> str:
    """The sentence names its field, because the summary stands far from it."""
    label = str(bound.label)
    return words if label in words else f"{label}：{words}"


@register.inclusion_tag("components/formset_table.html")
def formset_table(
    formset: BaseFormSet, title: str, add_label: str = "加一行", note: str = ""
) -> dict[str, Any]:
    """Few short fields for each row: a table with a line to add rows."""
    return {"formset": formset, "title": title, "add_label": add_label, "note": note}


@register.inclusion_tag("components/formset_cards.html")
def formset_cards(
    formset: BaseFormSet,
    title: str,
    item: str = "第",
    add_label: str = "加一人",
    note: str = "",
    copy: bool = True,
) -> dict[str, Any]:
    """Many fields for each row (household members): a card for each, with 复制上一人."""
    return {
        "formset": formset,
        "title": title,
        "item": item,
        "add_label": add_label,
        "note": note,
        "copy": copy,
    }


@register.simple_tag
def max_upload_mb() -> int:
    return settings.ATTACHMENT_MAX_MB
