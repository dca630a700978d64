"""A new bank is a form: entered by one, confirmed by another, frozen once it is in use, seen before it is used."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse

from assistance.bankfiles.sample import LONG, written
from assistance.bankfiles.spec import BadSpec, read_spec
from assistance.forms.bank_format import FormatForms
from assistance.models import BankFormat
from assistance.selectors import bank_format as selectors
from assistance.services import bank_format as services
from assistance.services.bankfile import download_bank_file, issue_bank_file
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent
from tests import payments
from tests.payments import JUNE, TODAY
from tests.runs import answer, approved, issued, job_kinds, load  # noqa: F401 the fixture acts by itself

PIPE = {
    "columns": [
        {"key": "account", "title": "账号"},
        {"key": "holder", "title": "户名"},
        {"key": "amount", "title": "金额"},
    ],
    "delimiter": "|",
    "encoding": "gb18030",
}


def proposed(cast, name: str = "云岭银行", spec: dict | None = None, **more) -> BankFormat:
    return services.propose_format(name=name, spec=spec or PIPE, by=cast.cashier_zhou, on=TODAY, **more)


def confirmed(cast, format: BankFormat) -> BankFormat:
    return services.confirm_format(
        format_id=format.pk, seen=services.fingerprint(format), by=cast.county_zhao, on=TODAY
    )


def test_three_kinds_of_files_come_along(db):
    specs = [read_spec(row.spec) for row in BankFormat.objects.in_use()]
    assert any(spec.kind == "text" and spec.delimiter == "," for spec in specs)
    assert any(spec.fixed and spec.encoding == "gbk" for spec in specs)
    assert any(spec.kind == "xlsx" for spec in specs)
    for spec in specs:
        rows, text, _ = written(spec)
        assert rows or "6229009900000000011" in text


def test_a_format_is_used_only_after_a_second_person_has_looked(cast):
    made = proposed(cast)
    assert made.is_pending and made not in BankFormat.objects.in_use()
    with pytest.raises(access.Forbidden):
        confirmed_by_himself = services.fingerprint(made)
        services.confirm_format(format_id=made.pk, seen=confirmed_by_himself, by=cast.cashier_zhou, on=TODAY)
    assert confirmed(cast, made).is_active
    assert confirmed(cast, made).is_active
    assert list(
        AuditEvent.objects.filter(action__startswith="bank_format.")
        .order_by("seq")
        .values_list("action", flat=True)
    ) == ["bank_format.propose", "bank_format.confirm"]


def test_what_was_amended_meanwhile_is_not_confirmed_unseen(cast):
    made = proposed(cast)
    seen = services.fingerprint(made)
    services.amend_format(
        format_id=made.pk,
        name="云岭银行",
        spec=PIPE | {"amount_unit": "fen"},
        seen=seen,
        by=cast.cashier_zhou,
        on=TODAY,
    )
    with pytest.raises(Stale):
        services.confirm_format(format_id=made.pk, seen=seen, by=cast.county_zhao, on=TODAY)
    with pytest.raises(Stale):
        services.amend_format(
            format_id=made.pk,
            name="云岭银行",
            spec=PIPE | {"header": False},
            seen=seen,
            by=cast.cashier_zhou,
            on=TODAY,
        )


def test_a_format_in_use_gets_a_next_version_and_what_was_sent_stays_as_it_was(cast):
    payments.entitlement(cast)
    first = confirmed(cast, proposed(cast))
    run = approved(cast)
    issue_bank_file(
        run_id=run.pk, format_id=first.pk, document_number="云民〔2026〕1号", by=cast.cashier_zhou, on=TODAY
    )
    before = b"".join(download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)[1])
    with pytest.raises(NotAllowed, match="改成新版"):
        services.amend_format(
            format_id=first.pk,
            name="x",
            spec=PIPE,
            seen=services.fingerprint(first),
            by=cast.cashier_zhou,
            on=TODAY,
        )
    with pytest.raises(BadInput, match="没有要改的"):
        proposed(cast, replaces_id=first.pk)
    second = proposed(cast, spec=PIPE | {"amount_unit": "fen", "header": False}, replaces_id=first.pk)
    first.refresh_from_db()
    assert (second.name, second.version, first.is_active) == ("云岭银行", 2, True)
    told = {fact.label: (fact.value, fact.was) for fact in selectors.facts(second)}
    assert told["金额单位"] == ("分（整数）", "元（两位小数）") and told["文字编码"] == ("GB18030", "")
    confirmed(cast, second)
    first.refresh_from_db()
    assert not first.is_active and list(BankFormat.objects.in_use().filter(name="云岭银行")) == [second]
    assert b"".join(download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)[1]) == before
    assert run.bank_file.format == first
    with pytest.raises(NotAllowed, match="已经不在用"):
        proposed(cast, spec=PIPE | {"header": False}, replaces_id=first.pk)


def test_two_of_one_name_do_not_wait_or_work_side_by_side(cast):
    made = proposed(cast)
    with pytest.raises(Conflict, match="等待确认"):
        proposed(cast)
    confirmed(cast, made)
    with pytest.raises(Conflict, match="已有同名的格式在用"):
        proposed(cast)


def test_a_format_is_thrown_away_before_and_retired_after_it_is_in_use(cast):
    made = proposed(cast)
    services.discard_format(format_id=made.pk, by=cast.cashier_zhou, on=TODAY)
    assert not BankFormat.objects.filter(pk=made.pk).exists()
    used = confirmed(cast, proposed(cast))
    with pytest.raises(NotAllowed):
        services.discard_format(format_id=used.pk, by=cast.cashier_zhou, on=TODAY)
    services.retire_format(format_id=used.pk, by=cast.cashier_zhou, on=TODAY)
    services.retire_format(format_id=used.pk, by=cast.cashier_zhou, on=date(2026, 5, 9))
    used.refresh_from_db()
    assert used.retired_on == TODAY
    again = confirmed(cast, proposed(cast))
    assert again.version == 2


def test_the_last_format_in_use_stays(cast):
    last, *others = BankFormat.objects.in_use()
    for other in others:
        services.retire_format(format_id=other.pk, by=cast.cashier_zhou, on=TODAY)
    with pytest.raises(NotAllowed, match="只剩这一份"):
        services.retire_format(format_id=last.pk, by=cast.cashier_zhou, on=TODAY)


def test_an_answer_in_a_retired_format_is_still_taken(cast):
    payments.entitlement(cast)
    run = issued(cast)
    services.retire_format(format_id=run.bank_file.format_id, by=cast.cashier_zhou, on=TODAY)
    loaded, _ = load(run, cast, answer(run))
    assert loaded.paid_count == 1
    with pytest.raises(BadInput, match="请选择银行格式"):
        issue_bank_file(
            run_id=approved(cast, month=JUNE).pk,
            format_id=run.bank_file.format_id,
            document_number="云民〔2026〕2号",
            by=cast.cashier_zhou,
            on=TODAY,
        )


@pytest.mark.parametrize(
    "who", ["township_li", "county_qian", "county_zhao", "supervisor_wu", "system_zheng"]
)
def test_nobody_but_the_cashier_enters_a_format(cast, who):
    with pytest.raises(access.Forbidden):
        services.propose_format(name="x", spec=PIPE, by=getattr(cast, who), on=TODAY)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"delimiter": "。。"}, "delimiter", "只能是一个符号"),
        ({"delimiter": "0"}, "delimiter", "不能是数字"),
        ({"max_lines": 300_000}, "max_lines", "最多 200000 笔"),
        ({"file_name": "{姓名}"}, "file_name", "不认识“{姓名}”"),
        ({"file_name": "a/b"}, "file_name", "不能有"),
        ({"file_name": "{年月"}, "file_name", "没有成对"),
        ({"suffix": "csv."}, "suffix", "扩展名"),
        ({"kind": "xlsx"}, "suffix", ".xlsx"),
        ({"substitute": "𬱖", "encoding": "gbk"}, "substitute", "写不出来"),
        ({"paid_words": ["0"], "failed_words": ["0"]}, "failed_words", "又是成功又是失败"),
        ({"columns": [*PIPE["columns"], {"key": "amount", "title": "金额"}]}, "columns", "写了两栏"),
        ({"columns": PIPE["columns"][:2]}, "columns", "至少要有账号和金额"),
    ],
)
def test_a_mistake_is_told_at_its_field(cast, changes, field, words):
    with pytest.raises(BadSpec) as problem:
        read_spec(PIPE | changes)
    assert problem.value.field == field and words in problem.value.message
    with pytest.raises(BadInput) as refusal:
        proposed(cast, spec=PIPE | changes)
    assert refusal.value.field == field


def test_the_look_shows_what_does_not_fit():
    _, text, faults = written(read_spec(PIPE | {"encoding": "gbk"}))
    assert text.splitlines()[1:] == [
        "6229009900000000011|赵玥|358.20",
        "6229009900000000029|钱二（监护人）|12345.00",
    ]
    assert faults[0].startswith(LONG)
    _, text, faults = written(read_spec(PIPE))
    assert len(text.splitlines()) == 4 and not faults


# --- the form ---------------------------------------------------------------------------------------------------


def as_posted(format_spec: dict, name: str = "云岭银行") -> dict[str, str]:
    """What the browser sends when the form stands as it was opened."""
    forms = FormatForms(name=name, spec=format_spec)
    data = {}
    for part in forms.parts:
        rows = part.forms if hasattr(part, "forms") else [part]
        if hasattr(part, "management_form"):
            rows = [part.management_form, *rows]
        for form in rows:
            for bound in form:
                value = bound.value()
                value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
                data[bound.html_name] = "" if value is None else str(value)
    return {key: value for key, value in data.items() if not key.endswith("-DELETE")}


def test_every_format_that_comes_along_goes_through_the_form_and_comes_out_the_same(db):
    for row in BankFormat.objects.in_use():
        forms = FormatForms(as_posted(row.spec, row.name))
        assert forms.is_valid(), [part.errors for part in forms.parts]
        assert read_spec(forms.spec()) == read_spec(row.spec), row.name


def test_columns_stand_in_the_order_that_was_asked_for(db):
    data = as_posted(PIPE) | {"columns-2-order": "1", "columns-0-order": "2", "columns-1-order": "3"}
    forms = FormatForms(data)
    assert forms.is_valid()
    assert [column["key"] for column in forms.spec()["columns"]] == ["amount", "account", "holder"]


def test_a_new_bank_is_entered_looked_at_tried_and_put_in_use_on_the_pages(cast, client):
    client.force_login(cast.cashier_zhou.user)
    data = as_posted(PIPE) | {
        "reasons-TOTAL_FORMS": "1",
        "reasons-0-word": "E07",
        "reasons-0-label": "账户冻结",
    }
    look = client.post(reverse("bank_format_preview"), data).content.decode()
    assert "6229009900000000011|赵玥|358.20" in look
    bad = client.post(reverse("bank_format_new"), data | {"file_name": "{姓名}"})
    assert bad.status_code == 422 and "不认识“{姓名}”" in bad.content.decode()
    saved = client.post(reverse("bank_format_new"), data)
    made = BankFormat.objects.get(name="云岭银行")
    assert saved.status_code == 302 and made.spec["reasons"] == {"E07": "账户冻结"}
    trial = client.post(
        reverse("bank_format_detail", args=[made.pk]),
        {"text": "账号|金额|结果|原因\n6229009900000000011|358.20|失败|E07\n1|1.00|处理中|\n"},
    ).content.decode()
    assert "账户冻结（E07）" in trial and "看不懂处理结果“处理中”" in trial
    client.force_login(cast.county_zhao.user)
    page = client.get(reverse("bank_format_detail", args=[made.pk])).content.decode()
    assert "确认，准予使用" in page and "改成新版" not in page
    client.post(reverse("bank_format_confirm", args=[made.pk]), {"seen": services.fingerprint(made)})
    made.refresh_from_db()
    assert made.is_active
    client.force_login(cast.cashier_zhou.user)
    assert "云岭银行" in client.get(reverse("bank_format_list")).content.decode()
    edit = client.get(reverse("bank_format_edit", args=[made.pk])).content.decode()
    assert "“云岭银行”改成新版" in edit and "disabled" in edit
    copy = client.get(reverse("bank_format_new"), {"copy": made.pk}).content.decode()
    assert "云岭银行 副本" in copy


def test_a_trial_reads_a_file_and_keeps_nothing(cast, client):
    client.force_login(cast.cashier_zhou.user)
    made = BankFormat.objects.get(name="Excel 表格")
    page = reverse("bank_format_detail", args=[made.pk])
    assert client.post(page, {}).status_code == 422
    answer_file = BytesIO("序号,处理结果\n1,成功\n".encode("gbk"))
    answer_file.name = "样本.csv"
    before = AuditEvent.objects.count()
    assert "序号 1" in client.post(page, {"file": answer_file}).content.decode()
    assert AuditEvent.objects.count() == before
