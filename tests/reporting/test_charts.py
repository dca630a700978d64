"""Charts: one option for page and paper, drawn without a browser."""

import itertools
import json
import re
import threading

import pytest

from reporting import charts

MONTHS = ("1月", "2月", "3月")
SERIES = (("城市低保", (32_890_000_0, 32_910_000_0, None)), ("农村低保", (42_820_000_0, 42_890_000_0, 1)))


def words(drawn: str) -> list[str]:
    return re.findall(r"<text\b[^>]*>([^<]*)</text>", drawn)


def test_bars_carry_their_amounts_in_the_printed_unit() -> None:
    drawn = charts.svg(charts.bar(MONTHS, SERIES, kind="wan", unit="万元"))
    assert {"328.90", "329.10", "428.20", "428.90", "0.00"} <= set(words(drawn))
    assert {"1月", "2月", "3月", "城市低保", "农村低保", "单位：万元"} <= set(words(drawn))


def test_a_month_without_a_number_has_no_bar() -> None:
    option = charts.bar(MONTHS, SERIES, kind="wan")
    full = charts.bar(MONTHS, (("城市低保", (1, 1, 1)), SERIES[1]), kind="wan")
    filled = re.compile(rf'<path[^>]*fill="{charts.PALETTE[0]}"')
    assert len(filled.findall(charts.svg(full))) == len(filled.findall(charts.svg(option))) + 1


def test_lines_differ_by_dash_and_not_by_colour_alone() -> None:
    drawn = charts.svg(
        charts.line(MONTHS, (("城市", (7755, 7800, 7978)), ("农村", (26095, 26300, 26873))), unit="户")
    )
    assert "stroke-dasharray" in drawn
    assert "26,873" in words(drawn)


def test_progress_shows_done_target_and_rate() -> None:
    option = charts.progress((("新增养老床位", 225, 450), ("居家养老服务", 13100, 27260), ("参保", 12, 10)))
    shown = words(charts.svg(option))
    assert {"225/450  50.0%", "13,100/27,260  48.1%", "12/10  120.0%"} <= set(shown)


def test_a_rate_against_no_target_is_refused() -> None:
    with pytest.raises(ValueError, match="床位"):
        charts.progress((("床位", 5, 0),))


def test_no_text_has_an_outline_that_would_hide_it_on_paper() -> None:
    drawn = charts.svg(charts.bar(MONTHS, SERIES, kind="wan"))
    tags = re.findall(r"<text\b[^>]*>", drawn)
    assert tags
    assert not [tag for tag in tags if "stroke" in tag or "paint-order" in tag]


def test_the_same_option_gives_the_same_drawing_in_any_thread_and_order() -> None:
    option = charts.bar(MONTHS, SERIES, kind="wan")
    first = charts.svg(option)
    charts.svg(charts.progress((("床位", 1, 2),)))
    charts._drawn.cache_clear()
    again: list[str] = []
    other = threading.Thread(target=lambda: again.append(charts.svg(option)))
    other.start()
    other.join()
    charts._drawn.cache_clear()
    assert [charts.svg(option)] == again == [first]


def test_an_option_is_plain_json_for_the_browser() -> None:
    for option in (
        charts.bar(MONTHS, SERIES, kind="wan"),
        charts.line(MONTHS, SERIES, kind="yuan"),
        charts.progress((("床位", 1, 2),)),
    ):
        assert json.loads(json.dumps(option)) == option
        assert option["animation"] is False


def test_a_broken_option_is_an_error_and_not_an_empty_picture() -> None:
    with pytest.raises(charts.ChartFailed):
        charts.svg({"series": [{"type": "bar", "data": [1]}], "xAxis": {"type": "nonsense"}})
    with pytest.raises(charts.ChartFailed):
        charts.svg({})


def test_neighbouring_colours_differ_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    steps = [lightness(colour) for colour in charts.PALETTE]
    assert all(abs(a - b) > 25 for a, b in itertools.pairwise(steps))
