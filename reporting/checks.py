"""勾稽: relations that must hold between figures, each counted in two ways that do not share a sum.

A check that does not hold is shown beside the draft, and a report is issued over it only with a written reason,
which is printed in the annex. A note tells and asks for no reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from assistance.models import LabourAbility
from assistance.workflow import RunStatus
from civaffairs.lib.money import round_fen
from civaffairs.lib.months import Month
from reporting.cells import text_of
from reporting.figures import Book, find, name_of
from reporting.figures import rows as behind
from reporting.figures.dibao import SCOPES

SENT = (RunStatus.ISSUED, RunStatus.CLOSED)


@dataclass(frozen=True)
class Check:
    """One relation: `left` and `right` are the two counts as printed; `blocks` asks for a reason if they differ."""

    key: str
    title: str
    left_words: str
    left: str
    right_words: str
    right: str
    passed: bool
    blocks: bool = True

    @property
    def words(self) -> str:
        return "相符" if self.passed else "不符" if self.blocks else "有差额"

    @property
    def tone(self) -> str:
        return "good" if self.passed else "bad" if self.blocks else "warn"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def run(book: Book, used: Iterable[str] = ()) -> list[Check]:
    """All checks of a report's figures. `used` are the keys that its sentences print: each must have a number."""
    return [
        *_known(book, used),
        *_balance(book),
        *_rows_agree(book),
        *_parts(book),
        *_money(book),
        *_runs_sent(book),
        *_paid_to_all(book),
    ]


def failing(checks: Iterable[Check]) -> list[Check]:
    return [check for check in checks if check.blocks and not check.passed]


def _equal(key: str, title: str, kind: str, left: tuple[str, int], right: tuple[str, int], **more) -> Check:
    (left_words, a), (right_words, b) = left, right
    return Check(key, title, left_words, text_of(kind, a), right_words, text_of(kind, b), a == b, **more)


def _label(month: date) -> str:
    return f"{month.month}月"


# --- each check -----------------------------------------------------------------------------------


def _known(book: Book, used: Iterable[str]) -> Iterator[Check]:
    missing = [found.name for key in dict.fromkeys(used) if (found := find(key)) and book.value(key) is None]
    if missing:
        yield Check("known", "正文句子里的指标都有数", "缺数", "、".join(missing), "应缺数", "0", False)


def _balance(book: Book) -> Iterator[Check]:
    """Last month + new − left = this month, month by month; the differing months are named."""
    period = book.period
    for scope in ("urban", "rural"):
        label, schemes = SCOPES[scope]
        facts = book.source.facts(schemes)
        for what, name, joined, left in (
            ("households", "户数", facts.joined_households, facts.left_households),
            ("heads", "人数", facts.joined_persons, facts.left_persons),
        ):
            opening, wrong = facts.stock(period.before, what), []
            expected = before = opening
            for month in period.months:
                one = facts.at(month).period
                moved = joined(one) - left(one)
                if before + moved != facts.stock(month, what):
                    wrong.append(_label(month))
                expected, before = expected + moved, facts.stock(month, what)
            title = f"{label}{name}：上期末＋新增－退出＝期末"
            if wrong:
                title += f"（{'、'.join(wrong)}不符）"
            words = (
                f"{Month.of(period.before).label}{opening:,}＋{joined(period):,}－{left(period):,}",
                expected,
            )
            check = _equal(f"balance.{scope}.{what}", title, "count", words, ("期末", before))
            # Two months may miss in opposite directions; then the sum holds and the months do not.
            yield check if not wrong else Check(**(asdict(check) | {"passed": False}))


def _rows_agree(book: Book) -> Iterator[Check]:
    """The figure against a count of the rows that one sees on clicking it, all schemes of the family together."""
    codes = SCOPES["both"][1]
    for key, ref in (
        ("dibao.both.households", behind.HOUSEHOLDS),
        ("dibao.both.persons", behind.HEADS),
    ):
        name = name_of(key)
        parts = [book.value(key.replace("both", scope)) or 0 for scope in ("urban", "rural")]
        rows_total = ref.total(book.area, book.period.only_last, codes)
        yield _equal(
            f"rows.{key}",
            f"{name}：城市＋农村＝台账明细",
            "count",
            ("城市＋农村", sum(parts)),
            ("台账逐户累加", rows_total),
        )


def _parts(book: Book) -> Iterator[Check]:
    for scope in ("urban", "rural"):
        label, schemes = SCOPES[scope]
        facts = book.source.facts(schemes)
        whole = facts.stock(book.period.month, "heads")
        ages = sum(facts.people(name) for name in ("elder", "adult", "minor"))
        labour = sum(facts.people(f"labour_{value}") for value in LabourAbility.values)
        yield _equal(
            f"ages.{scope}",
            f"{label}：老年＋成年＋未成年＝在保人数",
            "count",
            ("三类之和", ages),
            ("在保人数", whole),
        )
        yield _equal(
            f"labour.{scope}",
            f"{label}：四类劳动能力之和＝在保人数",
            "count",
            ("四类之和", labour),
            ("在保人数", whole),
        )


def _money(book: Book) -> Iterator[Check]:
    """Reported money against the rosters and against the files that went to the bank, both less what came back."""
    source, period = book.source, book.period
    sent = [row for row in source.runs if row["status"] in SENT]
    for scope in ("urban", "rural"):
        label, schemes = SCOPES[scope]
        facts = source.facts(schemes)
        mine = [row for row in sent if row["scheme_id"] in schemes]
        came_back = sum(source.returned.get(row["pk"], {}).get("total", 0) for row in mine)
        reported = facts.paid(period)
        roster = sum(row["total_fen"] for row in mine) - came_back
        files = sum(source.bank_files.get(row["pk"], {}).get("total_fen", 0) for row in mine) - came_back
        yield _equal(
            f"roster.{scope}",
            f"{label}累计发放＝发放名册合计－退回",
            "yuan",
            ("报告数（元）", reported),
            ("名册－退回（元）", roster),
        )
        yield _equal(
            f"file.{scope}",
            f"{label}累计发放＝代发文件合计－退回",
            "yuan",
            ("报告数（元）", reported),
            ("代发文件－退回（元）", files),
        )
        yield _equal(
            f"sum.{scope}",
            f"{label}累计发放＝各月之和＝基本保障金＋分类施保",
            "yuan",
            ("各月之和（元）", sum(facts.paid(facts.at(month).period) for month in period.months)),
            (
                "各项之和（元）",
                sum(facts.paid(period, part) for part in ("base", "classified", "care", "arrears")),
            ),
        )
        heads = facts.paid(period, "heads")
        if heads:
            roster_heads = sum(row["person_count"] for row in mine) - _returned_heads(book, mine)
            yield _equal(
                f"per_head.{scope}",
                f"{label}人均月保障金＝累计资金÷各月保障人次之和",
                "yuan",
                ("报告数（元）", book.value(f"dibao.{scope}.per_head.total") or 0),
                ("按名册重算（元）", round_fen(Fraction(roster, roster_heads)) if roster_heads else 0),
            )


def _returned_heads(book: Book, runs: list[dict]) -> int:
    return sum(book.source.returned.get(row["pk"], {}).get("heads", 0) for row in runs)


def _runs_sent(book: Book) -> Iterator[Check]:
    """Every month of the period has its regular list, and it went to the bank: otherwise the money is incomplete."""
    for scope in ("urban", "rural"):
        label, schemes = SCOPES[scope]
        facts = book.source.facts(schemes)
        missing = []
        for month in book.period.months:
            if not facts.stock(month):
                continue
            states = {
                row["status"]
                for row in book.source.runs
                if row["month"] == month and row["scheme_id"] in schemes and row["kind"] == "regular"
            }
            if not states & set(SENT):
                missing.append(_label(month))
        yield Check(
            f"sent.{scope}",
            f"{label}各月名册均已报送银行",
            "未报送的月份",
            "、".join(missing) or "无",
            "应为",
            "无",
            not missing,
        )


def _paid_to_all(book: Book) -> Iterator[Check]:
    """Households paid against households in force: what is between them is held, without account or returned."""
    for scope in ("urban", "rural"):
        label, schemes = SCOPES[scope]
        facts = book.source.facts(schemes)
        yield _equal(
            f"paid_to_all.{scope}",
            f"{label}当月发放户数与在保户数",
            "count",
            ("当月发放户数", facts.paid(book.period.only_last, "lines")),
            ("在保户数", facts.stock(book.period.month)),
            blocks=False,
        )
