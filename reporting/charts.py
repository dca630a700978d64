"""Charts: one ECharts option per chart, drawn by the browser on the page and, as SVG, on paper.

The builders take plain data and give a plain dict, so that the option can be frozen with an issued report. The palette differs in
lightness as well as in hue and every mark carries its number, so that a black-and-white print and a colour-blind reader lose nothing.
"""

import functools
import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import quickjs

from reporting.cells import KINDS, text_of

ECHARTS = Path(__file__).resolve().parent.parent / "static/vendor/echarts/echarts.min.js"

# From dark to light in even steps of lightness: readable in grey, and no red beside green.
PALETTE = ("#1d4e79", "#c96a1f", "#7fb0d8", "#e8c468", "#55606b", "#a3b8a9")
_SYMBOLS = ("circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect")
_DASHES = ("solid", "dashed", "dotted", "solid", "dashed", "dotted")
_INK, _GRID = "#222222", "#d5dbe1"
FONT = "MZ Hei"

Series = Sequence[tuple[str, Sequence[int | None]]]


class ChartFailed(RuntimeError):
    """ECharts could not draw the option: a mistake in the option, to be fixed in code."""


# --- options --------------------------------------------------------------------------------------


def bar(categories: Sequence[str], series: Series, *, kind: str = "count", unit: str = "") -> dict[str, Any]:
    """Upright bars, one group per category. Values are in the stored unit of `kind` (fen for yuan and wan); None leaves a gap."""
    option = _frame(unit, len(series))
    option["xAxis"] = _category_axis(categories)
    option["yAxis"] = _value_axis(unit)
    option["series"] = [
        {
            "type": "bar",
            "name": name,
            "barMaxWidth": 34,
            "barGap": "12%",
            "data": [_point(value, kind) for value in values],
            "label": _label("top"),
        }
        for name, values in series
    ]
    return option


def line(categories: Sequence[str], series: Series, *, kind: str = "count", unit: str = "") -> dict[str, Any]:
    """Lines over months or years. Lines differ in symbol and dash, not by colour alone."""
    option = _frame(unit, len(series))
    option["xAxis"] = _category_axis(categories)
    option["yAxis"] = {**_value_axis(unit), "scale": True}
    option["series"] = [
        {
            "type": "line",
            "name": name,
            "symbol": _SYMBOLS[index % len(_SYMBOLS)],
            "symbolSize": 8,
            "lineStyle": {"width": 2.2, "type": _DASHES[index % len(_DASHES)]},
            "data": [_point(value, kind) for value in values],
            # Neighbouring lines write their numbers on opposite sides.
            "label": _label("top" if index % 2 == 0 else "bottom"),
        }
        for index, (name, values) in enumerate(series)
    ]
    return option


def progress(
    items: Sequence[tuple[str, int, int]], *, kind: str = "count", unit: str = "", done_label: str = "已完成"
) -> dict[str, Any]:
    """One lying bar per (name, done, target): how far each target is. More than the target is shown as it is, not cut at 100 %.

    A target of 0 or less raises ValueError: a rate against nothing has no meaning.
    """
    if wrong := [name for name, _done, target in items if target <= 0]:
        raise ValueError(f"no target for {wrong}")
    option = _frame("", 2)
    # ECharts draws the first category at the bottom.
    shown = list(reversed(items))
    rates = [_rate(done, target) for _name, done, target in shown]
    labels = [
        f"{text_of(kind, done)}/{text_of(kind, target)}{unit}  {text_of('percent', rate)}"
        for (_name, done, target), rate in zip(shown, rates, strict=True)
    ]
    option["xAxis"] = {
        **_value_axis("%"),
        "max": max(100, *(-(-rate // 2000) * 20 for rate in rates)),
        "axisLabel": {"formatter": "{value}%", "color": _INK, "fontFamily": FONT, "fontSize": 12},
    }
    option["yAxis"] = {
        **_category_axis([name for name, _done, _target in shown]),
        "axisTick": {"show": False},
    }
    # A bar that is nearly full writes its label to the right of the plot: room for the longest, 7 px a character.
    room = 12 + 7 * max(map(len, labels)) if max(rates) > 7500 else 24
    option["grid"] = {"left": 8, "right": room, "top": 12, "bottom": 34, "containLabel": True}
    option["series"] = [
        {
            "type": "bar",
            "name": done_label,
            "barWidth": "46%",
            "z": 3,
            "data": [
                {"value": rate / 100, "label": {"formatter": label}}
                for rate, label in zip(rates, labels, strict=True)
            ],
            "label": _label("right"),
        },
        {
            "type": "bar",
            "name": "目标",
            "barWidth": "46%",
            "barGap": "-100%",
            "itemStyle": {"color": "#eef2f6", "borderColor": PALETTE[0], "borderWidth": 1},
            "data": [100] * len(shown),
            "tooltip": {"show": False},
        },
    ]
    return option


def _rate(done: int, target: int) -> int:
    """Hundredths of a percent point, half up, on integers: 225 of 450 is 5000."""
    return (done * 20000 + target) // (2 * target)


def _frame(unit: str, series_count: int) -> dict[str, Any]:
    legend = series_count > 1
    return {
        "animation": False,
        "color": list(PALETTE),
        "textStyle": {"fontFamily": FONT, "color": _INK},
        # Below the plot: on top it would meet the unit.
        "legend": {
            "show": legend,
            "bottom": 0,
            "itemWidth": 22,
            "itemHeight": 11,
            "textStyle": {"fontFamily": FONT, "fontSize": 13, "color": _INK},
        },
        "tooltip": {"trigger": "axis", "confine": True},
        "grid": {
            "left": 8,
            "right": 16,
            "top": 34 if unit else 22,
            "bottom": 34 if legend else 6,
            "containLabel": True,
        },
    }


def _category_axis(categories: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "category",
        "data": list(categories),
        "axisTick": {"alignWithLabel": True},
        "axisLine": {"lineStyle": {"color": _INK}},
        "axisLabel": {"color": _INK, "fontFamily": FONT, "fontSize": 13, "interval": 0, "hideOverlap": True},
    }


def _value_axis(unit: str) -> dict[str, Any]:
    return {
        "type": "value",
        "name": f"单位：{unit}" if unit and unit != "%" else "",
        "nameLocation": "end",
        "nameGap": 14,
        "nameTextStyle": {"color": _INK, "fontFamily": FONT, "fontSize": 12, "align": "left"},
        "splitLine": {"lineStyle": {"color": _GRID}},
        "axisLabel": {"color": _INK, "fontFamily": FONT, "fontSize": 12},
    }


def _label(position: str) -> dict[str, Any]:
    # A white outline hides the label on paper, where paint-order is not known (docs of WeasyPrint); hence transparent.
    return {
        "show": True,
        "position": position,
        "fontFamily": FONT,
        "fontSize": 12,
        "color": _INK,
        "textBorderColor": "transparent",
    }


def _point(value: int | None, kind: str) -> dict[str, Any]:
    if value is None:
        return {"value": "-"}
    return {"value": value / KINDS[kind].scale, "label": {"formatter": text_of(kind, value)}}


# --- drawing --------------------------------------------------------------------------------------

_threads = threading.local()

# ECharts expects a browser's window and timers; nothing here ever runs later than the call.
_STUB = "var self=this,setTimeout=function(){return 0},clearTimeout=function(){};"
# The engine hands a joined string over whole; a concatenated one is refused by its maintained fork.
_DRAW = """
function draw(option, width, height) {
  var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
  try { chart.setOption(JSON.parse(option)); return [chart.renderToSVGString()].join(''); }
  finally { chart.dispose(); }
}
"""
_HOVER = re.compile(r"<style\b.*?</style>|\sclass=\"zr[^\"]*\"", re.DOTALL)
_NAME = re.compile(r"\bzr\d+-[a-z]+-?\d+")
_STROKED_TEXT = re.compile(r"<text\b[^>]*>")
_STROKE = re.compile(r'\s(?:stroke(?:-[a-z]+)?|paint-order)="[^"]*"')
_STROKE_STYLE = re.compile(r"(?:stroke(?:-[a-z]+)?|paint-order):[^;\"]*;?")


def svg(option: dict[str, Any], width: int = 620, height: int = 300) -> str:
    """The chart as SVG text, width and height in CSS pixels. The same option gives the same text.

    Raises ChartFailed when ECharts cannot draw it or draws nothing.
    """
    text = json.dumps({**option, "animation": False}, ensure_ascii=False, sort_keys=True)
    return _drawn(text, int(width), int(height))


@functools.lru_cache(maxsize=64)
def _drawn(option: str, width: int, height: int) -> str:
    try:
        drawn = _engine().get("draw")(option, width, height)
    except quickjs.JSException as problem:
        raise ChartFailed(str(problem)) from problem
    if "<path" not in drawn and "<text" not in drawn:
        raise ChartFailed("the chart is empty")
    drawn = _STROKED_TEXT.sub(lambda tag: _STROKE_STYLE.sub("", _STROKE.sub("", tag[0])), drawn)
    drawn = _HOVER.sub("", drawn)
    # Names count up within one engine; renumbered by first use, a second drawing gives the same text.
    names: dict[str, str] = {}
    return _NAME.sub(lambda name: names.setdefault(name[0], f"chart-{len(names)}"), drawn)


def _engine() -> quickjs.Context:
    """One engine per thread: an engine must not be entered by two threads, and loading takes 0.2 s."""
    engine = getattr(_threads, "engine", None)
    if engine is None:
        engine = quickjs.Context()
        engine.eval(_STUB)
        engine.eval(ECHARTS.read_text(encoding="utf-8"))
        engine.eval(_DRAW)
        _threads.engine = engine
    return engine
