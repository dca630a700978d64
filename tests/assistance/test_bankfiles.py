"""Bank files as bytes: what is written, what is refused, what is read back. No database."""

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from assistance.bankfiles.reader import Answer, BadRow, Unreadable, read
from assistance.bankfiles.spec import BadSpec, FileSpec, read_spec
from assistance.bankfiles.writer import FileHead, FileLine, Unwritable, unwritable, write

COLUMNS = [
    {"key": "serial", "title": "序号"},
    {"key": "account", "title": "收款账号"},
    {"key": "holder", "title": "收款户名"},
    {"key": "amount", "title": "金额"},
    {"key": "purpose", "title": "用途"},
]
FIXED = {
    "encoding": "gbk",
    "delimiter": "",
    "header": False,
    "amount_unit": "fen",
    "columns": [
        {"key": "serial", "title": "序号", "width": 4, "align": "right", "fill": "0"},
        {"key": "account", "title": "账号", "width": 20},
        {"key": "holder", "title": "户名", "width": 8},
        {"key": "amount", "title": "金额", "width": 10, "align": "right", "fill": "0"},
    ],
}
HEAD = FileHead(count=2, total_fen=35_920, month="202605", purpose="农村低保2026年5月")
LINES = [
    FileLine(1, 101, "赵玥", "6229009900000000011", "云岭农商银行", 35_820),
    FileLine(2, 102, "钱, “二”", "6229009900000000012", "云岭农商银行", 100),
]


def spec(**changes) -> FileSpec:
    return read_spec({"columns": COLUMNS} | changes)


def written(made: FileSpec, lines=LINES) -> bytes:
    return b"".join(write(lines, HEAD, made))


def test_a_comma_file_has_mark_head_and_quotes_where_needed():
    text = written(spec())
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").split("\r\n") == [
        "序号,收款账号,收款户名,金额,用途",
        "1,6229009900000000011,赵玥,358.20,农村低保2026年5月",
        '2,6229009900000000012,"钱, “二”",1.00,农村低保2026年5月',
        "",
    ]


def test_gbk_with_a_total_row_at_the_end():
    total = [
        {"key": "constant", "text": "合计"},
        {"key": "count"},
        {"key": "blank"},
        {"key": "total"},
        {"key": "month"},
    ]
    text = written(spec(encoding="gbk", total="last", total_columns=total)).decode("gbk")
    assert text.splitlines()[-1] == "合计,2,,359.20,202605"


def test_fixed_width_counts_bytes_not_characters():
    rows = written(read_spec(FIXED), LINES[:1]).split(b"\r\n")
    assert rows[0] == "00016229009900000000011 赵玥    0000035820".encode("gbk")
    assert len(rows[0]) == 42


def test_a_delimiter_inside_a_name_is_refused_where_there_are_no_quotes():
    line = FileLine(1, 1, "赵|玥", "62290099", "", 1)
    with pytest.raises(Unwritable, match="分隔符"):
        written(spec(delimiter="|"), [line])


def test_what_the_bank_cannot_read_is_named_with_its_line():
    rare = FileLine(3, 103, "马𬱖", "6229009900000000013", "", 100)
    long = FileLine(4, 104, "阿卜杜拉·买买提", "6229009900000000014", "", 100)
    faults = list(unwritable([LINES[0], rare, long], HEAD, read_spec(FIXED)))
    assert [fault.line.line for fault in faults] == [103, 104]
    assert "“𬱖”不在银行文件的字符集（GBK）里" in faults[0].message
    assert faults[1].message == "户名超过银行规定的8个字节"


def test_a_format_may_substitute_what_its_encoding_lacks():
    rare = FileLine(3, 103, "马𬱖", "62290099", "", 100)
    assert "马＊" in written(spec(encoding="gbk", substitute="＊"), [rare]).decode("gbk")
    assert "马𬱖" in written(spec(encoding="gb18030"), [rare]).decode("gb18030")


def test_an_invisible_character_in_a_name_is_refused():
    with pytest.raises(Unwritable, match="换行"):
        written(spec(), [FileLine(1, 1, "赵\n玥", "62290099", "", 1)])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": []}, "一栏都没有"),
        ({"columns": [{"key": "serial"}]}, "至少要有账号和金额"),
        ({"columns": [*COLUMNS, {"key": "idcard"}]}, "不认识的栏目"),
        ({"encoding": "big5"}, "不支持的编码"),
        ({"delimiter": ""}, "没有写宽度"),
        ({"total": "last"}, "没有定义合计行"),
        ({"colour": "red"}, "不认识的项目"),
        ({"answer": {"status": "状态"}}, "回盘栏目"),
    ],
)
def test_a_wrong_format_is_refused_when_it_is_read(changes, words):
    with pytest.raises(BadSpec, match=words):
        spec(**changes)


# --- answers --------------------------------------------------------------------------------------------


def answers(content: bytes, name: str = "回盘.csv", made: FileSpec | None = None) -> list[Answer | BadRow]:
    return list(read(io.BytesIO(content), name, made or spec()))


TEXT = '某银行代发结果\n\n序号,收款账号,户名,金额,处理结果,失败原因\n1,6229 0099 0000 0000 011,赵玥,"3,582.00",成功,\n2,,钱二,１.００,失败,户名不符\n合计,,,3583.00,,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_an_answer_is_read_in_any_usual_encoding_below_its_title(encoding, delimiter):
    text = TEXT if delimiter == "," else TEXT.replace('"3,582.00"', "3582").replace(",", delimiter)
    assert answers(text.encode(encoding)) == [
        Answer(4, 1, None, "6229009900000000011", 358_200, True, "", "赵玥"),
        Answer(5, 2, None, "", 100, False, "户名不符", "钱二"),
    ]


def test_a_pipe_file_of_another_bank_by_its_own_heads_and_words():
    made = spec(
        answer={"result": "响应", "reason": "响应描述", "line": "单号", "account": "帐号"},
        paid_words=["A1"],
        failed_words=["B9"],
    )
    text = "单号|帐号|响应|响应描述\n101|6229009900000000011|A1|\n102|62290099****0012|B9|已销户\n"
    assert answers(text.encode("gbk"), made=made) == [
        Answer(2, None, 101, "6229009900000000011", None, True, ""),
        Answer(3, None, 102, "", None, False, "已销户"),
    ]


def test_a_fixed_width_answer_follows_the_columns_that_were_sent():
    sent = written(read_spec(FIXED), LINES[:1]).rstrip(b"\r\n")
    made = read_spec(FIXED)
    (got,) = answers(sent + " 失败 账户冻结\r\n".encode("gbk"), "r.txt", made)
    assert got == Answer(1, 1, None, "6229009900000000011", 35_820, False, "账户冻结", "赵玥")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,6.22E+18,,1.00,成功,", "后面的数字已丢失"),
        ("1,62290099A,,1.00,成功,", "不是数字的字符"),
        ("1,62290099,,1.00,处理中,", "看不懂处理结果“处理中”"),
        ("1,62290099,,1.00,,", "处理结果是空的"),
        ("1,62290099,,一元,成功,", "金额请填数字"),
        ("一,62290099,,1.00,成功,", "序号“一”不是数字"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_its_number_and_ends_nothing(row, words):
    text = f"序号,账号,户名,金额,结果,原因\n{row}\n2,62290099,,1.00,失败,\n"
    bad, good = answers(text.encode())
    assert bad.row == 2 and words in bad.message
    assert good == Answer(3, 2, None, "62290099", 100, False, "银行未说明原因")


def test_not_successful_is_not_read_as_successful():
    (got,) = answers("序号,结果\n1,不成功\n".encode())
    assert got.paid is False


def workbook(*rows) -> bytes:
    book, held = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(held)
    return held.getvalue()


def test_a_workbook_is_read_and_an_account_kept_as_a_number_is_refused():
    content = workbook(
        ["序号", "账号", "金额", "结果", "原因"],
        [1, "6229009900000000011", 358.2, "成功", None],
        [2, 6.229009900000000e18, 1, "成功", None],
        [3, 6229009900000000, 1, "失败", "销户"],
        ["合计", None, 360.2, None, None],
    )
    first, second, third = answers(content, "回盘.xlsx")
    assert first == Answer(2, 1, None, "6229009900000000011", 35_820, True, "")
    assert isinstance(second, BadRow) and "数字已丢失" in second.message
    assert isinstance(third, BadRow)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "不是回盘文件"),
        (b"\xd0\xcf\x11\xe0rest", "另存为"),
        (b"PK\x03\x04broken", "打不开"),
        (b"\0\0\0\0\0\0", "不是文本文件"),
        ("姓名 金额\n".encode(), "看不出栏目"),
        ("序号,姓名,金额\n1,赵玥,1.00\n".encode(), "没有找到回盘的表头"),
        (b"\xff\x00\xff\xff\x81", "看不懂"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_in_plain_words(content, words):
    with pytest.raises(Unreadable) as refusal:
        answers(content, "回盘")
    assert words in refusal.value.message


def test_a_sheet_that_lies_about_its_size_does_not_fill_the_memory():
    book, held = Workbook(), io.BytesIO()
    book.active.append(["序号", "结果"])
    book.active.append([1, "成功"])
    book.active.cell(row=1_048_576, column=16_384, value="x")
    book.save(held)
    found = answers(held.getvalue(), "回盘.xlsx")
    assert found[0] == Answer(2, 1, None, "", None, True, "")


# --- files made to hurt ---------------------------------------------------------------------------------------


def doctored(member: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one of its parts changed by hand."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["序号", "结果"], [1, "成功"]))) as good,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, change(good.read(name)) if name == member else good.read(name))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "编码"),
        (b"\xff\xfe" + "序号,结果\n1,成功\n".encode("utf-16-le") * 9000 + b"\x00", "格式乱了"),
        (doctored("xl/worksheets/sheet1.xml", lambda part: part.replace(b'"A2"', b'"ZZZZZZZ2"')), "打不开"),
        (doctored("xl/worksheets/sheet1.xml", lambda part: part + b" " * (9 << 20)), "太大"),
    ],
    ids=["broken mark", "broken end", "a cell out of the sheet", "a bomb"],
)
def test_a_file_made_to_hurt_is_refused_in_plain_words(content, words):
    with pytest.raises(Unreadable) as refusal:
        answers(content, "回盘")
    assert words in refusal.value.message


def test_a_nul_far_inside_a_file_does_not_reach_the_database():
    rows = "序号,结果,失败原因\n" + "1,成功,\n" * 9000 + "2,失败,账号\0错\n"
    assert answers(rows.encode())[-1].reason == "账号错"
