"""一站式 settlements: a workbook is tried, its result looked at, and then loaded. The same file twice changes nothing.

People are found by the blind index of their numbers, chunk by chunk; nothing is asked for row by row.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.db import IntegrityError, transaction

from assistance.bankfiles.reader import Unreadable
from assistance.bankfiles.settled_care import COLUMNS, Row, read_settlements
from assistance.models import MedicalSettlement, SettlementFile
from assistance.policy.identity import IDENTITIES
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.lib.identity import parse_id_card
from civaffairs.lib.money import parse_yuan, yuan
from civaffairs.lib.months import parse_day
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Level, Person, Posting

MAX_BYTES = 20 * 1024 * 1024
CHUNK = 500
SHOWN = 1000
MONEY = tuple(column.key for column in COLUMNS if column.key.endswith("_fen"))
TITLES = {column.key: column.title for column in COLUMNS}
# What sheets write for the groups of IDENTITIES.
IDENTITY_WORDS = {name: key for key, name in IDENTITIES.items()} | {
    "特困": "tekun",
    "特困供养人员": "tekun",
    "孤儿": "child",
    "事实无人抚养儿童": "child",
    "低保": "dibao",
    "城乡低保对象": "dibao",
    "最低生活保障对象": "dibao",
    "低保边缘": "edge",
    "低保边缘家庭": "edge",
    "刚性支出困难家庭": "rigid",
    "其他": "other",
}


@dataclass(frozen=True)
class Fault:
    """A row that is left out, and why."""

    row: int
    message: str


@dataclass
class Trial:
    """What loading would do: `rows` (unsaved) go in, `faults` stay out. `unknown` of the rows have no person."""

    rows: list[MedicalSettlement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def unknown(self) -> list[MedicalSettlement]:
        return [row for row in self.rows if row.person_id is None]

    @property
    def total_fen(self) -> int:
        return sum(row.total_fen for row in self.rows)

    @property
    def aid_fen(self) -> int:
        return sum(row.aid_fen for row in self.rows)


@transaction.atomic
def check_file(*, upload: IO[bytes], name: str, by: Posting, on: date) -> SettlementFile:
    """Read a workbook and keep its rows for loading; nothing is loaded. The same bytes give the same file, loaded or
    not. Raises BadInput at `file` when it cannot be read."""
    _demand(by)
    sha256 = _digest(upload)
    earlier = SettlementFile.objects.filter(office=by.office, sha256=sha256).first()
    if earlier is not None:
        return earlier
    try:
        rows = read_settlements(upload)
    except Unreadable as problem:
        raise BadInput(problem.message, "file") from problem
    # What somebody tried and gave up is not kept: it holds people's numbers.
    SettlementFile.objects.filter(office=by.office, checked_by=by, loaded_on=None).delete()
    try:
        with transaction.atomic():
            made = SettlementFile.objects.create(
                sha256=sha256,
                name=name[:120],
                office=by.office,
                content=json.dumps([[row.row, row.texts] for row in rows], ensure_ascii=False),
                checked_by=by,
                checked_on=on,
                row_count=len(rows),
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这份文件刚刚有人上传，请刷新后再看。", field="file") from error
    _record("settled_care.check", made, by, lines=made.row_count)
    return made


def try_file(file: SettlementFile, on: date) -> Trial:
    """What loading the file would do today. A loaded file has nothing left to try."""
    if not file.content:
        return Trial()
    return _judge([Row(number, texts) for number, texts in json.loads(file.content)], file, on)


@transaction.atomic
def load_file(*, file_id: int, by: Posting, on: date) -> tuple[SettlementFile, bool]:
    """(the file, whether anything was done). Rows without fault go in, the others are kept by number and reason.

    Raises BadInput when no row can be loaded, Conflict when a settlement came in by another file meanwhile.
    """
    _demand(by)
    file = access.to_change(SettlementFile.objects.all(), by, Permission.RECORD_CHECK, pk=file_id)
    if file.loaded_on is not None:
        return file, False
    trial = try_file(file, on)
    if not trial.rows:
        raise BadInput("没有一行可以导入，请按提示改好表格再上传")
    try:
        with transaction.atomic():
            MedicalSettlement.objects.bulk_create(trial.rows, batch_size=CHUNK)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("有结算刚刚由另一份文件导入，请刷新后再看结果。") from error
    file.loaded_by, file.loaded_on, file.loaded_count = by, on, len(trial.rows)
    file.left_out = [{"row": fault.row, "message": fault.message} for fault in trial.faults[:SHOWN]]
    file.content = ""
    file.save()
    _record(
        "settled_care.load",
        file,
        by,
        lines=file.loaded_count,
        left_out=len(trial.faults),
        amount_fen=trial.aid_fen,
        sha256=file.sha256,
    )
    return file, True


def _demand(by: Posting) -> None:
    access.demand(by, Permission.RECORD_CHECK)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("一站式结算由县级经办导入。")


def _digest(upload: IO[bytes]) -> str:
    upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    upload.seek(0)
    if not data:
        raise BadInput("文件是空的", "file")
    if len(data) > MAX_BYTES:
        raise BadInput(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件再导入", "file")
    return hashlib.sha256(data).hexdigest()


# --- judging -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """A row whose every cell makes sense by itself."""

    row: int
    id_number: str
    index: str
    values: dict[str, Any]


def _judge(rows: list[Row], file: SettlementFile, on: date) -> Trial:
    trial, read, first_seen = Trial(), [], {}
    for row in rows:
        try:
            found = _row(row, on)
            number = found.values["number"]
            if number in first_seen:
                raise BadInput(f"结算单号和第{first_seen[number]}行重复")
            first_seen[number] = row.row
        except BadInput as problem:
            trial.faults.append(Fault(row.row, problem.message))
        else:
            read.append(found)
    people = {
        person.id_index: person
        for person in _in_chunks(
            {row.index for row in read},
            lambda some: (
                Person.objects.in_area(file.office_id)
                .filter(id_index__in=some)
                .only("id", "name", "office_id", "id_index", "died_on", "birth")
            ),
        )
    }
    loaded = set(
        _in_chunks(
            {row.values["number"] for row in read},
            lambda some: MedicalSettlement.objects.filter(number__in=some).values_list("number", flat=True),
        )
    )
    for row in read:
        person = people.get(row.index)
        if row.values["number"] in loaded:
            trial.faults.append(Fault(row.row, "这张结算单以前已经导入，不重复导入"))
        elif person is not None and person.name != row.values["name"]:
            trial.faults.append(
                Fault(row.row, f"姓名对不上：表里是“{row.values['name']}”，系统里是“{person.name}”，请核对")
            )
        else:
            trial.rows.append(_settlement(row, person, file))
    trial.faults.sort(key=lambda fault: fault.row)
    return trial


def _in_chunks(keys: Iterable[str], ask: Callable[[list[str]], Iterable[Any]]) -> Iterator[Any]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), CHUNK):
        yield from ask(wanted[start : start + CHUNK])


def _settlement(row: _Read, person: Person | None, file: SettlementFile) -> MedicalSettlement:
    return MedicalSettlement(
        source=file,
        row=row.row,
        person=person,
        office_id=person.office_id if person else file.office_id,
        id_number="" if person else row.id_number,
        **row.values,
    )


def _row(row: Row, on: date) -> _Read:
    """Raises BadInput with the first thing that is wrong, naming its column."""
    texts = row.texts
    for key in ("number", "name", "hospital", "identity"):
        if not texts[key]:
            raise BadInput(f"{TITLES[key]}没有填")
    number = "".join(texts["number"].split())
    if len(number) > 60 or (number.upper().replace("+", "").count("E") == 1 and _scientific(number)):
        raise BadInput("结算单号被表格软件变成了数字，后面的数字已丢失。请把这一列设为文本格式后重新导出")
    card = parse_id_card(texts["id_number"], on)
    identity = IDENTITY_WORDS.get("".join(texts["identity"].split()))
    if identity is None:
        raise BadInput(f"看不懂救助身份“{texts['identity'][:20]}”，请填：{'、'.join(IDENTITIES.values())}")
    if not texts["settled_on"]:
        raise BadInput("结算日期没有填")
    settled_on = _named("settled_on", parse_day, texts["settled_on"].split()[0])
    if settled_on > on:
        raise BadInput(f"结算日期{settled_on:%Y-%m-%d}还没到")
    if settled_on < card.birth:
        raise BadInput("结算日期早于出生日期，请核对")
    money = {key: _named(key, parse_yuan, texts[key]) for key in MONEY}
    _add_up(money)
    return _Read(
        row.row,
        card.number,
        blind_index(card.number, "id-number"),
        {
            "number": number,
            "name": "".join(texts["name"].split())[:60],
            "identity": identity,
            "hospital": texts["hospital"][:80],
            "settled_on": settled_on,
            **money,
        },
    )


def _scientific(number: str) -> bool:
    head, _, tail = number.upper().partition("E+")
    return head.replace(".", "", 1).isdigit() and tail.isdigit()


def _named(key: str, parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except BadInput as problem:
        raise BadInput(f"{TITLES[key]}：{problem.message}") from None


def _add_up(money: dict[str, int]) -> None:
    if not money["total_fen"]:
        raise BadInput("医疗费用总额是 0，请核对")
    if money["in_policy_fen"] > money["total_fen"]:
        raise BadInput(
            f"政策范围内费用 {yuan(money['in_policy_fen'])} 元，比医疗费用总额 {yuan(money['total_fen'])} 元还多"
        )
    paid = money["basic_fen"] + money["serious_fen"] + money["aid_fen"]
    if paid > money["in_policy_fen"]:
        raise BadInput(
            f"基本医保、大病保险、医疗救助合计支付 {yuan(paid)} 元，"
            f"比政策范围内费用 {yuan(money['in_policy_fen'])} 元还多"
        )


def _record(action: str, file: SettlementFile, by: Posting, **details: Any) -> None:
    audit.record(
        action,
        by=by,
        subject=file,
        label=file.name,
        office_code=file.office_id,
        details={"file": file.name, **details},
    )
