"""Answers that are not what they should be: a list with row and column, nothing half loaded, and a way to mend."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from assistance.bankfiles.reasons import LABELS, in_our_words, reason_of
from assistance.models import BankFormat, BankReturn, LineStatus, PaymentLine, RunKind
from assistance.selectors.payment import returned_for, returned_lines
from assistance.services import payment, seal
from assistance.services.bankfile import issue_bank_file
from assistance.services.bankreturn import NotTaken, refused_rows_file
from assistance.workflow import RunStatus
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access
from civaffairs.registry.models import AuditEvent, BankAccount
from civaffairs.registry.services import accounts
from tests import payments
from tests.payments import JUNE, TODAY
from tests.runs import SAID, answer, approved, issued, job_kinds, load, prepared  # noqa: F401 the fixture acts by itself

HEAD = "业务流水号,收款账号,户名,金额,处理结果,失败原因"


def three(cast, **changes):
    for name in ("甲", "乙", "丙"):
        payments.entitlement(cast, name)
    run = issued(cast, **changes)
    return run, list(seal.lines_in_order(run))


def text(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> BytesIO:
    return BytesIO("\r\n".join([head, *rows]).encode(encoding))


def row(
    line: PaymentLine, result: str = "成功", reason: str = "", amount: str = "358.20", account: str = ""
) -> str:
    return f"{line.pk},{account or line.account},{line.holder},{amount},{result},{reason}"


def untouched(run) -> bool:
    return not run.lines.exclude(status=LineStatus.SENT).exists() and not BankReturn.objects.exists()


# --- whole files that are not taken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("小计,2,,716.40,,\r\n合计,3,,1074.60,,", None),
        ("合计,3,,999.99,,", "加起来是 1,074.60 元"),
        ("合计,30,,,,", "第5行合计写的是 30 笔，文件里有 3 行（成功 3，失败 0），报送的是 3 笔"),
        ("总笔数：2 总金额：716.40元,,,,,", "文件里有 3 行"),
        ("总笔数：3 总金额：1074.60元,,,,,", None),
        ('合计,,,"1,074.60",,', None),
        ("合计,３,,１０７４.６０,,", None),
    ],
)
def test_a_row_of_totals_has_to_agree_with_the_rows(cast, total, words):
    run, lines = three(cast)
    content = text(*(row(line) for line in lines), total)
    if words is None:
        loaded, _ = load(run, cast, content)
        assert loaded.paid_count == 3
        return
    with pytest.raises(NotTaken) as refusal:
        load(run, cast, content)
    assert any(words in place for place in refusal.value.missing)
    assert untouched(run)


def test_a_file_without_its_second_half_is_known_by_its_total_on_top(cast):
    run, lines = three(cast)
    with pytest.raises(NotTaken, match="没有传完整"):
        load(run, cast, text("合计,3,,1074.60,,", row(lines[0])))
    assert untouched(run)


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (lambda whole: whole[: whole.rindex(b",", 0, -12)], "第4行只有"),
        (lambda whole: whole[: whole.rindex("丙".encode("gbk")) + 1], "断开|只有"),
    ],
    ids=["between two columns", "inside a character"],
)
def test_a_file_that_breaks_off_is_not_taken(cast, cut, words):
    run, lines = three(cast)
    whole = text(*(row(line, "成功", "") for line in lines), encoding="gbk").getvalue()
    with pytest.raises(BadInput, match=words):
        load(run, cast, BytesIO(cut(whole)))
    assert untouched(run)


def test_a_workbook_that_breaks_off_is_not_taken(cast):
    run, lines = three(cast)
    book, held = Workbook(), BytesIO()
    book.active.append(["业务流水号", "处理结果"])
    for line in lines:
        book.active.append([line.pk, "成功"])
    book.save(held)
    with pytest.raises(BadInput, match="打不开"):
        load(run, cast, BytesIO(held.getvalue()[: len(held.getvalue()) // 2]))
    assert untouched(run)


def test_a_file_of_fixed_widths_that_breaks_off_tells_the_row(cast):
    payments.entitlement(cast, "甲")
    payments.entitlement(cast, "乙")
    run = approved(cast)
    fixed = BankFormat.objects.get(name__startswith="定长")
    issue_bank_file(
        run_id=run.pk, format_id=fixed.pk, document_number="云民〔2026〕9号", by=cast.cashier_zhou, on=TODAY
    )
    run.refresh_from_db()
    lines = list(seal.lines_in_order(run))

    def sent(number: int) -> bytes:
        line = lines[number]
        holder = line.holder.encode("gbk").ljust(60)
        return (
            f"{number + 1:08d}{line.pk:018d}{line.account:<32}".encode()
            + holder
            + f"{line.amount_fen:015d}".encode()
        )

    total = b"T00000002" + b"000000000000071640" + b"202605"
    good = [total, sent(0) + " 成功".encode("gbk"), sent(1) + " 失败 账号不存在".encode("gbk")]
    with pytest.raises(BadInput, match="第3行只有 70 个字节，应有 133 个以上"):
        load(run, cast, BytesIO(b"\r\n".join([*good[:2], sent(1)[:70]])))
    with pytest.raises(NotTaken, match="对不上"):
        load(run, cast, BytesIO(b"\r\n".join(good[:2])))
    assert untouched(run)
    loaded, _ = load(run, cast, BytesIO(b"\r\n".join(good)))
    assert (loaded.paid_count, loaded.returned_count, loaded.exception_count) == (1, 1, 0)


def test_a_bank_may_answer_fixed_widths_with_a_table(cast):
    payments.entitlement(cast, "甲")
    run = approved(cast)
    fixed = BankFormat.objects.get(name__startswith="定长")
    issue_bank_file(
        run_id=run.pk, format_id=fixed.pk, document_number="云民〔2026〕9号", by=cast.cashier_zhou, on=TODAY
    )
    run.refresh_from_db()
    loaded, _ = load(run, cast, BytesIO("序号|处理结果\n1|成功\n".encode("gbk")))
    assert loaded.paid_count == 1


def test_the_answer_to_another_run_says_whose_it_is(cast):
    run, lines = three(cast)
    load(run, cast, answer(run))
    second = issued(cast, number="云民〔2026〕16号", month=JUNE)
    with pytest.raises(NotTaken, match="2026年5月农村低保当月发放（第1批）”的") as refusal:
        load(second, cast, text(*(row(line) for line in lines)))
    assert refusal.value.message.endswith("第2行“流水号、序号或账号”：本批次里没有这一笔")
    assert refusal.value.missing[0].startswith("第3行")
    assert not second.lines.exclude(status=LineStatus.SENT).exists()


def test_the_very_file_of_another_run_is_not_taken_though_everything_in_it_fits(cast):
    run, _ = three(cast)
    content = answer(run).getvalue()
    load(run, cast, BytesIO(content))
    second = issued(cast, number="云民〔2026〕16号", month=JUNE)
    with pytest.raises(BadInput, match="已经作为“2026年5月农村低保当月发放（第1批）”的回盘导入过"):
        load(second, cast, BytesIO(content))
    assert not second.lines.exclude(status=LineStatus.SENT).exists()


def test_two_columns_of_one_name_are_not_guessed_at(cast):
    run, lines = three(cast)
    with pytest.raises(BadInput, match="有两栏都叫“处理结果”"):
        load(run, cast, text(f"{lines[0].pk},成功,失败", head="业务流水号,处理结果,处理结果"))


def test_unknown_columns_are_told_as_they_stand(cast):
    run, lines = three(cast)
    with pytest.raises(BadInput, match="文件第1行是：单号、结论"):
        load(run, cast, text(f"{lines[0].pk},成功", head="单号,结论"))
    assert untouched(run)


# --- rows that are not taken ------------------------------------------------------------------------------------


def test_rows_that_are_not_taken_tell_row_and_column(cast):
    run, lines = three(cast)
    loaded, _ = load(
        run,
        cast,
        text(
            row(lines[0], amount="３５８．２０"),
            row(lines[1], account="6.22901E+18"),
            row(lines[2], amount="35,8.20").replace("35,8.20", '"35,8.20"'),
        ),
    )
    assert loaded.paid_count == 1
    assert [(fault["row"], fault["column"]) for fault in loaded.exceptions] == [(3, "收款账号"), (4, "金额")]
    assert "后面的数字已丢失" in loaded.exceptions[0]["message"]
    assert run.lines.filter(status=LineStatus.SENT).count() == 2


def test_what_was_not_taken_is_downloaded_mended_and_sent_again(cast):
    run, lines = three(cast)
    loaded, _ = load(
        run,
        cast,
        text(row(lines[0]), row(lines[1], "处理中"), row(lines[2], "失败", "户名不符", amount="一百")),
    )
    kept = json.loads(loaded.refused_rows)
    assert [told[0] for told in kept["rows"]] == [3, 4]
    name, pieces = refused_rows_file(return_id=loaded.pk, by=cast.cashier_zhou, on=TODAY)
    book = load_workbook(BytesIO(b"".join(pieces)))
    heads, first, second = book.active.iter_rows(values_only=True)
    assert name == "回盘-待更正.xlsx" and heads[-3:] == ("原文件第几行", "没有对上的原因", "哪一栏")
    assert first[:5] == (str(lines[1].pk), lines[1].account, "乙", "358.20", "处理中")
    assert first[-3:] == (3, "看不懂处理结果“处理中”", "处理结果")
    assert second[-3:] == (4, "金额请填数字，例如 1234.50", "金额")
    book.active["E2"], book.active["D3"] = "成功", "358.20"
    mended = BytesIO()
    book.save(mended)
    again, new = load(run, cast, BytesIO(mended.getvalue()))
    assert (new, again.paid_count, again.returned_count, again.exception_count) == (True, 1, 1, 0)
    run.refresh_from_db()
    assert run.status == RunStatus.CLOSED
    assert AuditEvent.objects.filter(action="run.refused_rows").count() == 1


def test_the_rows_are_for_the_cashier_and_unreadable_in_the_database(cast):
    run, lines = three(cast)
    loaded, _ = load(run, cast, text(row(lines[0]), row(lines[1], "处理中")))
    stored = BankReturn.objects.extra(select={"raw": "refused_rows"}).values_list("raw", flat=True).get()
    assert lines[1].account not in stored and lines[1].account not in json.dumps(loaded.exceptions)
    for wrong in (cast.county_zhao, cast.county_qian, cast.township_li):
        with pytest.raises(access.Forbidden):
            refused_rows_file(return_id=loaded.pk, by=wrong, on=TODAY)


def test_there_is_nothing_to_mend_where_all_was_taken(cast):
    run, _ = three(cast)
    loaded, _ = load(run, cast, answer(run))
    with pytest.raises(NotAllowed, match="没有留下"):
        refused_rows_file(return_id=loaded.pk, by=cast.cashier_zhou, on=TODAY)


# --- why the bank did not pay ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("户名不符", "name"),
        ("收款人姓名与账号不一致", "number"),
        ("帐号不存在", "number"),
        ("该卡已销户，户名不符", "closed"),
        ("账户状态异常", "frozen"),
        ("冻结", "frozen"),
        ("二类户超限额", "limit"),
        ("主机超时", "bank"),
        ("", "other"),
        ("户名不符（E07 账户已冻结）", "name"),
    ],
)
def test_what_banks_say_is_one_of_our_reasons(said, key):
    assert reason_of(said).key == key


def test_codes_of_a_bank_become_our_words_and_are_kept_behind_them():
    assert in_our_words("R02", {"R02": "户名不符"}) == "户名不符（R02）"
    assert in_our_words("户名不符", {"R02": "户名不符"}) == "户名不符"
    assert in_our_words("", {}) == "银行未说明原因"


def test_a_bank_that_answers_by_codes_alone_is_understood(cast):
    payments.entitlement(cast, "甲")
    run = approved(cast)
    codes = BankFormat.objects.create(
        name="代码答复",
        spec={
            "columns": [{"key": key, "title": key} for key in ("serial", "account", "amount")],
            "answer": {"result": "返回码"},
            "paid_words": ["000"],
            "reasons": {"E07": "账户冻结"},
        },
    )
    issue_bank_file(
        run_id=run.pk, format_id=codes.pk, document_number="云民〔2026〕9号", by=cast.cashier_zhou, on=TODAY
    )
    run.refresh_from_db()
    load(run, cast, BytesIO("serial,返回码\n1,E07\n".encode()))
    assert run.lines.get().return_reason == "账户冻结（E07）"


def test_the_worklist_is_narrowed_by_reason_as_the_page_names_it(cast):
    said = [
        "户名不符",
        "帐号不存在",
        "该卡已销户，户名不符",
        "冻结",
        "二类户超限额",
        "主机超时",
        "其他",
        "户名不符（E07 账户已冻结）",
    ]
    rows = [payments.entitlement(cast, f"户{number}") for number in range(len(said))]
    run = issued(cast)
    load(run, cast, answer(run, {right.pk: why for right, why in zip(rows, said, strict=True)}))
    waiting = returned_lines(cast.township_li)
    by_key: dict[str, set[str]] = {}
    for why in said:
        by_key.setdefault(reason_of(why).key, set()).add(why)
    for reason in LABELS.values():
        found = set(returned_for(waiting, reason.key).values_list("return_reason", flat=True))
        assert found == by_key.get(reason.key, set()), reason.label


def test_the_last_row_of_the_summary_counts_what_was_paid_and_came_back(cast, client):
    run, lines = three(cast)
    load(run, cast, answer(run, {lines[0].entitlement_id: "户名不符"}))
    client.force_login(cast.cashier_zhou.user)
    page = client.get(reverse("run_detail", args=[run.pk]))
    assert page.context["answered"] == {"paid": 2, "returned": 1}
    total = page.content.decode().partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert 'data-label="已发">2</td>' in total and 'data-label="退回">1</td>' in total


# --- from the return to the money that arrives ------------------------------------------------------------------


def new_account(cast, right, number: str) -> BankAccount:
    """Proposed by the township, with a proof."""
    return accounts.propose_account_with_proof(
        person_id=right.payee_id,
        holder=right.payee.name,
        bank="云岭农商银行",
        number=number,
        reason="银行退回",
        upload=SimpleUploadedFile("存折.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png"),
        by=cast.township_li,
        on=TODAY,
    )


def sent_again(cast, number: str):
    """A run that pays what came back, up to the bank."""
    run = prepared(cast, month=JUNE, kind=RunKind.REISSUE)
    payment.check_run(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, conclusions=SAID)
    payment.approve_run(run_id=run.pk, by=cast.county_zhao, on=TODAY)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="通用CSV（UTF-8）").pk,
        document_number=number,
        by=cast.cashier_zhou,
        on=TODAY,
    )
    run.refresh_from_db()
    return run


def test_returned_money_goes_by_a_second_pair_of_eyes_to_a_new_account_and_arrives_once(cast):
    right, fine = payments.entitlement(cast, "退回户"), payments.entitlement(cast, "正常户")
    first = issued(cast)
    load(first, cast, answer(first, {right.pk: "账户已销户"}))
    (task,) = returned_lines(cast.township_li)
    assert task.returned_on == TODAY and not task.account_changed
    proposed = new_account(cast, right, "6229009900000099999")
    assert returned_lines(cast.township_li).get().account_pending
    empty = prepared(cast, month=JUNE, kind=RunKind.REISSUE)
    assert empty.line_count == 0
    payment.cancel_run(run_id=empty.pk, by=cast.county_qian, on=TODAY, opinion="等复核")
    with pytest.raises(access.Forbidden):
        accounts.confirm_account(account_id=proposed.pk, by=cast.township_li, on=TODAY)
    accounts.confirm_account(account_id=proposed.pk, by=cast.reviewer_chen, on=TODAY)
    assert returned_lines(cast.township_li).get().account_changed

    second = sent_again(cast, "云民〔2026〕16号")
    again = second.lines.get()
    assert (again.original, again.month, again.amount_fen) == (task, task.month, task.amount_fen)
    assert again.account == "6229009900000099999" and not returned_lines(cast.township_li)
    # It bounces once more: the second line is the task now, and it is linked to the first in turn.
    load(second, cast, answer(second, {right.pk: "户名不符"}))
    assert returned_lines(cast.township_li).get() == again
    accounts.confirm_account(
        account_id=new_account(cast, right, "6229009900000088888").pk, by=cast.reviewer_chen, on=TODAY
    )
    third = sent_again(cast, "云民〔2026〕17号")
    load(third, cast, answer(third))
    last = third.lines.get()
    assert (last.status, last.original, last.original.original) == (LineStatus.PAID, again, task)
    assert not returned_lines(cast.township_li)
    assert prepared(cast, month=JUNE, kind=RunKind.REISSUE).line_count == 0
    paid = PaymentLine.objects.filter(status=LineStatus.PAID)
    assert {line.entitlement_id: line.amount_fen for line in paid} == {right.pk: 35_820, fine.pk: 35_820}


def test_the_format_of_the_month_before_is_chosen_already(cast, client):
    payments.entitlement(cast)
    first = issued(cast)
    load(first, cast, answer(first))
    june = approved(cast, month=JUNE)
    client.force_login(cast.cashier_zhou.user)
    form = client.get(reverse("bank_file_issue", args=[june.pk])).context["form"]
    assert form.initial["format"] == first.bank_file.format
    BankFormat.objects.filter(pk=first.bank_file.format_id).update(is_active=False)
    form = client.get(reverse("bank_file_issue", args=[june.pk])).context["form"]
    assert form.initial["format"] is None
