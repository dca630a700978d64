"""Several files for one run, files and answers made by a worker: each line goes out once and is answered once."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from openpyxl import load_workbook

from assistance.models import BankFormat, BankReturn, LineStatus, PaymentLine
from assistance.services import bankfile, bankreturn, held_uploads, seal
from assistance.services.bankfile import download_bank_file, issue_bank_file
from assistance.workflow import RunStatus
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.registry import access
from tests import payments
from tests.payments import TODAY
from tests.runs import answer, approved, job_kinds, load  # noqa: F401 the fixture acts by itself

COLUMNS = [
    {"key": "serial", "title": "序号"},
    {"key": "account", "title": "账号"},
    {"key": "holder", "title": "户名"},
    {"key": "amount", "title": "金额"},
]


def format_of(**changes) -> BankFormat:
    return BankFormat.objects.create(name="分文件的格式", spec={"columns": COLUMNS, "max_lines": 2} | changes)


def cut(cast, count: int = 5, **changes):
    """A run of `count` lines, issued two lines to a file."""
    for number in range(count):
        payments.entitlement(cast, f"赵{'一二三四五六七'[number]}", base_fen=10_000 + number)
    run = approved(cast)
    issue_bank_file(
        run_id=run.pk,
        format_id=format_of(**changes).pk,
        document_number="云民〔2026〕15号",
        by=cast.cashier_zhou,
        on=TODAY,
    )
    run.refresh_from_db()
    return run


def texts(run, cast) -> list[list[list[str]]]:
    """The cells of each file."""
    found = []
    for part in run.bank_file.parts.all():
        _, pieces = download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, part=part.number)
        rows = b"".join(pieces).decode("utf-8-sig").splitlines()
        found.append([row.split(",") for row in rows])
    return found


def test_a_run_is_cut_into_files_that_hold_each_line_once(cast):
    run = cut(cast)
    first, second, third = texts(run, cast)
    assert [rows[0] for rows in (first, second, third)] == [["序号", "账号", "户名", "金额"]] * 3
    bodies = [*first[1:], *second[1:], *third[1:]]
    assert [row[0] for row in bodies] == ["1", "2", "3", "4", "5"]
    assert [row[1] for row in bodies] == [line.account for line in seal.lines_in_order(run)]
    parts = list(run.bank_file.parts.all())
    assert [(p.lines_before, p.line_count) for p in parts] == [(0, 2), (2, 2), (4, 1)]
    assert sum(p.total_fen for p in parts) == run.total_fen == run.bank_file.total_fen
    assert len({p.sha256 for p in parts}) == 3
    assert [p.name for p in parts] == [f"农村低保202605第1批-{n}.csv" for n in (1, 2, 3)]
    assert run.bank_file.name == "农村低保202605第1批-1.csv 等3个文件"


def test_each_file_has_a_digest_of_its_own_and_the_whole_has_one(cast):
    run = cut(cast)
    whole = hashlib.sha256()
    for part in run.bank_file.parts.all():
        _, pieces = download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, part=part.number)
        assert hashlib.sha256(b"".join(pieces)).hexdigest() == part.sha256
        whole.update(b"".join(pieces))
    assert run.bank_file.sha256 == whole.hexdigest()


def test_a_row_of_totals_is_of_its_own_file(cast):
    total = [{"key": "constant", "text": "合计"}, {"key": "count"}, {"key": "blank"}, {"key": "total"}]
    run = cut(cast, total="first", total_columns=total)
    assert [rows[0] for rows in texts(run, cast)] == [
        ["合计", "2", "", "200.01"],
        ["合计", "2", "", "200.05"],
        ["合计", "1", "", "100.04"],
    ]


def test_a_file_that_is_not_there_is_not_found(cast):
    run = cut(cast)
    with pytest.raises(access.NotVisible):
        download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY, part=4)


def test_answers_to_any_of_the_files_are_taken_in_any_order(cast):
    run = cut(cast)
    load(run, cast, BytesIO("序号,处理结果\n5,成功\n".encode()))
    load(run, cast, BytesIO("序号,处理结果\n1,成功\n2,成功\n".encode()))
    run.refresh_from_db()
    assert run.status == RunStatus.ISSUED
    loaded, _ = load(run, cast, BytesIO("序号,处理结果,失败原因\n3,成功,\n4,失败,销户\n".encode()))
    run.refresh_from_db()
    assert (loaded.paid_count, loaded.returned_count, run.status) == (1, 1, RunStatus.CLOSED)


def test_serials_that_begin_anew_need_the_account_to_tell_the_files_apart(cast):
    run = cut(cast, serial_restarts=True)
    assert [[row[0] for row in rows[1:]] for rows in texts(run, cast)] == [["1", "2"], ["1", "2"], ["1"]]
    lines = list(seal.lines_in_order(run))
    with pytest.raises(BadInput, match="没有一行能和这个批次对上"):
        load(run, cast, BytesIO("序号,处理结果\n1,成功\n".encode()))
    load(run, cast, BytesIO(f"序号,账号,处理结果\n1,{lines[2].account},成功\n".encode()))
    assert list(run.lines.filter(status=LineStatus.PAID)) == [lines[2]]


def test_the_name_of_a_file_is_what_the_format_says(cast):
    run = cut(cast, count=3, file_name="DF{年月}_{批次}_{分文件}_{笔数}", suffix=".txt")
    assert [p.name for p in run.bank_file.parts.all()] == ["DF202605_1_1_2.txt", "DF202605_1_2_1.txt"]


def test_a_sheet_comes_out_the_same_again_and_keeps_every_digit(cast):
    payments.entitlement(cast, "赵<玥>&")
    run = approved(cast)
    issue_bank_file(
        run_id=run.pk,
        format_id=BankFormat.objects.get(name="Excel 表格").pk,
        document_number="云民〔2026〕15号",
        by=cast.cashier_zhou,
        on=TODAY,
    )
    made, pieces = download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    again = b"".join(download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)[1])
    assert again == b"".join(pieces) and made.name.endswith(".xlsx")
    rows = list(load_workbook(BytesIO(again)).active.iter_rows(values_only=True))
    line = run.lines.get()
    assert rows[0][:4] == ("序号", "业务流水号", "收款账号", "收款户名")
    assert rows[1][2:6] == (line.account, "赵<玥>&", line.bank, 358.2)


# --- by a worker -----------------------------------------------------------------------------------------------


@pytest.fixture
def everything_is_long(monkeypatch):
    monkeypatch.setattr(bankfile, "AT_ONCE", 0)
    monkeypatch.setattr(bankfile, "WINDOW", 2)


def asked(cast, run, version=None, name: str = "分文件的格式") -> Job | None:
    return bankfile.ask_for_issue(
        run_id=run.pk,
        format_id=(BankFormat.objects.filter(name=name).first() or format_of()).pk,
        document_number="云民〔2026〕15号",
        by=cast.cashier_zhou,
        on=TODAY,
        version=version,
    )


def lines_of_five(cast):
    for number in range(5):
        payments.entitlement(cast, f"钱{'一二三四五'[number]}", base_fen=20_000 + number)
    return approved(cast)


def test_a_worker_issues_the_same_files_and_tells_how_far_he_is(cast, everything_is_long, monkeypatch):
    run = lines_of_five(cast)
    told = []
    monkeypatch.setattr(runner.JobContext, "progress", lambda self, done, *more: told.append(done))
    job = asked(cast, run, run.version)
    assert asked(cast, run, run.version).pk == job.pk
    runner.run(job.pk)
    runner.run(job.pk)
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.status, job.state) == (RunStatus.ISSUED, Job.State.DONE)
    assert told == [2, 4]
    assert run.bank_file.parts.count() == 3 and run.bank_file.sha256 == job.result["sha256"]
    assert set(run.lines.values_list("status", flat=True)) == {LineStatus.SENT}
    assert [len(rows) - 1 for rows in texts(run, cast)] == [2, 2, 1]
    assert asked(cast, run, run.version - 1) is None


def test_a_worker_that_was_taken_over_leaves_nothing(cast, everything_is_long, monkeypatch):
    run = lines_of_five(cast)
    job = asked(cast, run)

    def lost(self):
        raise runner.LeaseLost

    monkeypatch.setattr(runner.JobContext, "still_mine", lost)
    runner.run(job.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.APPROVED and not hasattr(run, "bank_file")
    assert set(run.lines.values_list("status", flat=True)) == {LineStatus.LISTED}


def test_a_worker_names_the_lines_that_do_not_fit(cast, everything_is_long):
    payments.entitlement(cast, "马𬱖")
    run = approved(cast)
    job = asked(cast, run, name="定长文本（GBK，金额到分）")
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "马𬱖：户名“马𬱖”里的“𬱖”不在银行文件的字符集" in job.errors.get().message
    run.refresh_from_db()
    assert run.status == RunStatus.APPROVED
    with pytest.raises(NotReady):
        bankfile.issue_by_worker(
            **job.params | {"on": TODAY, "by": cast.cashier_zhou},
            still_mine=lambda: None,
            tell=lambda done: None,
        )


def loading(cast, run, content: bytes):
    return bankreturn.ask_for_return(
        run_id=run.pk, upload=BytesIO(content), name="回盘.csv", by=cast.cashier_zhou, on=TODAY
    )


def test_a_worker_takes_the_answer_from_a_file_nobody_can_read(cast, everything_is_long, settings, tmp_path):
    run = cut(cast, count=3)
    lines = list(seal.lines_in_order(run))
    content = answer(run, {lines[1].entitlement_id: "销户"}).getvalue()
    job, earlier = loading(cast, run, content)
    assert earlier is None and loading(cast, run, content)[0].pk == job.pk
    (name,) = default_storage.listdir(held_uploads.FOLDER)[1]
    with default_storage.open(f"{held_uploads.FOLDER}/{name}") as held:
        assert lines[0].account.encode() not in held.read()
    with pytest.raises(NotAllowed, match="另一份回盘正在导入"):
        loading(cast, run, content + b"\n")
    runner.run(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, run.status) == (Job.State.DONE, RunStatus.CLOSED), job.message
    assert (job.result["paid"], job.result["returned"]) == (2, 1)
    assert default_storage.listdir(held_uploads.FOLDER)[1] == []
    assert PaymentLine.objects.get(pk=lines[1].pk).return_reason == "销户"


def test_a_worker_loads_the_same_answer_once(cast, everything_is_long):
    run = cut(cast, count=3)
    content = b"\xef\xbb\xbf" + "序号,处理结果\n1,成功\n".encode()
    job, _ = loading(cast, run, content)
    runner.run(job.pk)
    assert loading(cast, run, content) == (None, BankReturn.objects.get())
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    runner.run(job.pk)
    assert BankReturn.objects.count() == 1 and run.lines.filter(status=LineStatus.PAID).count() == 1


def test_a_worker_takes_nothing_of_a_file_that_is_not_whole(cast, everything_is_long):
    run = cut(cast, count=3)
    job, _ = loading(cast, run, "序号,处理结果\n1,成功\n合计,3\n".encode())
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "合计行和文件里的各行对不上" in job.message
    assert job.errors.get().message.startswith("第3行合计写的是 3 笔")
    assert default_storage.listdir(held_uploads.FOLDER)[1] == []
    assert not run.lines.exclude(status=LineStatus.SENT).exists()
