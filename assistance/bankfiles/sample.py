"""Three invented payments, to look at a format before money goes out in it: an everyday one, one with marks in the
name, and one whose name is long and holds a sign that GBK lacks."""

from assistance.bankfiles.spec import FileSpec
from assistance.bankfiles.writer import FileHead, FileLine, Unwritable, line_bytes, write

LONG = "阿依努尔·买买提𬱖"


def sample_lines(spec: FileSpec | None = None) -> list[FileLine]:
    """Serials 1 to 3; invented people and accounts."""
    return [
        FileLine(1, 1001, "赵玥", "6229009900000000011", "云岭农商银行青溪支行", 35_820),
        FileLine(2, 1002, "钱二（监护人）", "6229009900000000029", "云岭农商银行", 1_234_500),
        FileLine(3, 1003, LONG, "6229009900000000037", "云岭农商银行", 100),
    ]


def sample_head() -> FileHead:
    return FileHead(count=3, total_fen=1_270_420, month="202605", purpose="农村低保2026年5月")


def written(spec: FileSpec) -> tuple[list[list[str]] | None, str, list[str]]:
    """(rows of a sheet or None, the text of a text file with visible ends, what does not fit) of the three payments."""
    faults, good = [], []
    for line in sample_lines():
        try:
            line_bytes(line, sample_head(), spec)
            good.append(line)
        except Unwritable as problem:
            faults.append(f"{line.holder}：{problem.message}")
    head = sample_head()
    if spec.kind == "xlsx":
        return _sheet_rows(good, head, spec), "", faults
    encoding = "utf-8" if spec.encoding == "utf-8-sig" else spec.encoding
    text = b"".join(write(good, head, spec)).removeprefix(b"\xef\xbb\xbf").decode(encoding)
    return None, text.replace("\t", "→").replace("\r\n", "\n"), faults


def _sheet_rows(lines: list[FileLine], head: FileHead, spec: FileSpec) -> list[list[str]]:
    from_file = [[column.title for column in spec.columns]] if spec.header else []
    return from_file + [line_bytes(line, head, spec).decode().split("\t") for line in lines]
