"""A Document as HTML for the PDF engine. Every text is escaped here, once; nothing from a user ever becomes markup or a URL."""

import base64
import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from html import escape
from itertools import groupby

import segno
from PIL import Image, ImageOps, UnidentifiedImageError

from civaffairs.lib.errors import BadInput
from reporting import charts, document
from reporting.document import (
    Attachment,
    AttachmentList,
    BadDocument,
    Blank,
    Block,
    Box,
    Cell,
    Chart,
    Document,
    Figure,
    Heading,
    KeyValueGrid,
    PageBreak,
    Paragraph,
    Photo,
    Row,
    Runs,
    Signature,
    SignatureBox,
    SignatureRow,
    Strong,
    Table,
)

DEMO_LINE = "演示数据，人物均为虚构"
# CSS pixels per millimetre: charts are drawn in pixels.
PX_PER_MM = 96 / 25.4
# Width of the type area in mm, by kind and orientation; the margins are in the style sheets of the same names.
TYPE_AREA_MM = {
    ("official", "portrait"): 156,
    ("official", "landscape"): 225,
    ("form", "portrait"): 178,
    ("form", "landscape"): 265,
    ("roster", "portrait"): 186,
    ("roster", "landscape"): 273,
    ("poster", "portrait"): 166,
    ("poster", "landscape"): 253,
}
MAX_PHOTO_PIXELS = 60_000_000
PHOTO_EDGE_PX = 1400

# The two signs are in no Chinese font; the empty square □ is.
_TICKS = re.compile("[☐☑☒]")
_LATIN = re.compile(r"([0-9A-Za-z][0-9A-Za-z.,:%/+\-]*[0-9A-Za-z%]|[0-9A-Za-z])")
_CUT = re.compile(r"[0-9A-Za-z.,]+|《[^》]{1,12}》|.", re.DOTALL)


class BadPhoto(BadInput):
    """A picture cannot be read, or is too large to print."""


def html(paper: Document) -> str:
    """The whole paper as one HTML text. Same document, same text."""
    kind = paper.kind
    body = "".join(
        (
            _running(paper),
            f'<div class="watermark">{escape(paper.watermark)}</div>' if paper.watermark else "",
            _opening(paper),
            _blocks(paper),
            _closing(paper) if not any(isinstance(block, Attachment) for block in paper.blocks) else "",
        )
    )
    created = f'<meta name="dcterms.created" content="{paper.day.isoformat()}">' if paper.day else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN" class="{kind} {paper.orientation}"><head><meta charset="utf-8">'
        f"<title>{escape(_one_line(paper.title))}</title>"
        f'<meta name="author" content="{escape(paper.office_name)}">{created}</head><body>{body}</body></html>'
    )


# --- around the text ------------------------------------------------------------------------------


def _running(paper: Document) -> str:
    """Lines that the page margins repeat. They stand first, so that page one has them already."""
    lines = {
        "note-head": paper.header_note,
        "note-foot": paper.footer_note,
        "note-demo": DEMO_LINE if paper.demo else "",
    }
    return "".join(f'<div class="{name}">{_text(text)}</div>' for name, text in lines.items() if text)


def _opening(paper: Document) -> str:
    title = _title(paper.title, 20 if paper.kind == "official" else 0)
    number = _prose(paper.number)
    subtitle = f'<p class="subtitle">{_prose(paper.subtitle)}</p>' if paper.subtitle else ""
    if paper.kind == "official":
        head = ""
        if paper.letterhead:
            head = f'<div class="letterhead">{escape(paper.letterhead)}</div>'
        if paper.signer:
            signer = f'签发人：<span class="signer">{_text(paper.signer)}</span>'
            head += f'<div class="upward"><span>{number}</span><span>{signer}</span></div>'
        elif number:
            head += f'<div class="number">{number}</div>'
        if paper.letterhead:
            head += '<div class="redline"></div>'
        return f'{head}<h1 class="title">{title}</h1>{subtitle}'
    code = _code(paper)
    facts = ""
    if paper.kind in ("form", "roster") and (number or paper.office_name):
        day = _day(paper.day) if paper.day and paper.kind == "roster" else ""
        label = "填报单位" if paper.kind == "roster" else "单位"
        facts = (
            f'<div class="facts"><span class="fact">{label}：{escape(paper.office_name)}</span>'
            f'<span class="fact mid">{day}</span>'
            f'<span class="fact end">{"编号：" + number if number else ""}</span></div>'
        )
    elif number:
        facts = f'<div class="number">{number}</div>'
    corner = code if paper.kind in ("form", "roster") else ""
    return f'<div class="opening">{corner}<h1 class="title">{title}</h1>{subtitle}</div>{facts}'


def _closing(paper: Document) -> str:
    """The code of a report stands left of the signature, where the page is free: it never needs a page of its own."""
    code = _code(paper) if paper.kind in ("official", "poster") else ""
    return _signature(paper.signature, code) if paper.signature else code


def _code(paper: Document) -> str:
    """The QR code with its words. Level M still reads after a stamp or a fold over a corner."""
    if not paper.verify_url:
        return ""
    code = segno.make(paper.verify_url, error="m", micro=False)
    drawn = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    words = f'<span class="code-text">{_text(paper.verify_text)}</span>' if paper.verify_text else ""
    return f'<div class="code"><span class="code-mark">{drawn}</span>{words}</div>'


def _signature(signature: Signature, code: str) -> str:
    """GB/T 9704 §7.3.5: where office and date stand is counted in characters from the right edge of the type area."""
    office, day = signature.office, _day(signature.day)
    wide_office, wide_day = _width(office), _width(day)
    if signature.sealed:
        # The date keeps four characters from the right; the office is centred on it, but never leaves the type area.
        right_day, right_office = 4.0, max(0.0, 4 + (wide_day - wide_office) / 2)
    elif wide_day > wide_office:
        right_day = 2.0
        right_office = 2 + wide_day - wide_office + 2
    else:
        right_office = 2.0
        # The date begins two characters right of where the office begins.
        right_day = max(0.0, 2 + wide_office - 2 - wide_day)
    return (
        f'<div class="signature{"" if signature.sealed else " unsealed"}">{code}'
        f"<p{_pad(right_office)}>{_prose(office)}</p><p{_pad(right_day)}>{_prose(day)}</p></div>"
    )


def _pad(characters: float) -> str:
    """Half characters are fine enough for the eye and keep the style sheet finite."""
    return f' class="right-{round(characters * 2)}"'


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def _day(day: date) -> str:
    """成文日期: Arabic figures, full year, no leading zeros (GB/T 9704 §7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def _title(title: str, fits: int) -> str:
    """Lines of a title. The author's own line breaks count; otherwise lines of like length, broken where the words allow it:
    never inside a number or 《》, never before a closing mark or 的, rather after 关于, 的, 年, 月 than elsewhere."""
    if "\n" in title or not fits or _width(title) <= fits:
        return "<br>".join(_text(line) for line in title.split("\n"))
    pieces = _CUT.findall(title)
    lines = -(-int(_width(title) + 0.5) // fits)
    made = []
    for left in range(lines, 1, -1):
        goal = _width("".join(pieces)) / left
        head = min(range(1, len(pieces)), key=lambda cut: _awkward(pieces, cut, goal))
        made.append("".join(pieces[:head]))
        pieces = pieces[head:]
    return "<br>".join(_text(line) for line in (*made, "".join(pieces)))


def _awkward(pieces: list[str], cut: int, goal: float) -> float:
    """How bad a line break before pieces[cut] is: characters away from even lines, less for a good place, much more for a forbidden one."""
    before, after = "".join(pieces[:cut]), pieces[cut]
    if after in "的、，）》”年月日" or before[-1] in "（《“第":
        return 100
    good = before.endswith(("关于", "的", "年", "月", "》", "局", "府"))
    return abs(_width(before) - goal) - (2.6 if good else 0)


def _one_line(text: str) -> str:
    return text.replace("\n", "")


# --- runs -----------------------------------------------------------------------------------------


def _runs(pieces: Runs) -> str:
    return "".join(_run(piece) for piece in pieces)


def _run(piece: "document.Run") -> str:
    match piece:
        case str():
            return _prose(piece)
        case Figure():
            return f'<span class="figure">{_prose(piece.text)}</span>'
        case Strong():
            return f'<span class="strong">{_prose(piece.text)}</span>'
        case Box():
            return f'<span class="tick">{_tick(piece.checked)}{_prose(piece.label)}</span>'
        case Blank():
            wide = max(1, min(40, round(piece.width)))
            return f'<span class="blank blank-{wide}">{_prose(piece.text) or "&#160;"}</span>'
    raise BadDocument(f"{type(piece).__name__} is not a run")


def _text(text: str) -> str:
    """Escaped text, line breaks kept, tick signs drawn."""
    escaped = escape(text)
    if not escaped.isascii() and _TICKS.search(escaped):
        escaped = _TICKS.sub(lambda sign: _tick(sign[0] != "☐"), escaped)
    return escaped.replace("\r\n", "\n").replace("\n", "<br>")


def _prose(text: str) -> str:
    """Text set in 仿宋 or 楷体, whose own figures do not match their Chinese: figures and Latin letters are marked, and the style
    sheet sets them in 宋体. Splits before escaping, so that no entity is cut."""
    return "".join(
        f'<span class="n">{_text(part)}</span>' if index % 2 else _text(part)
        for index, part in enumerate(_LATIN.split(text))
    )


def _tick(checked: bool) -> str:
    mark = (
        '<path d="M2.2 5.4 4.4 7.8 8 2.4" fill="none" stroke="#000" stroke-width="1.3"/>' if checked else ""
    )
    return (
        '<svg class="box" viewBox="0 0 10 10"><rect x="0.6" y="0.6" width="8.8" height="8.8" fill="none" '
        f'stroke="#000" stroke-width="0.8"/>{mark}</svg>'
    )


# --- blocks ---------------------------------------------------------------------------------------


def _blocks(paper: Document) -> str:
    made = []
    seen_attachment = False
    for is_photo, group in groupby(paper.blocks, key=lambda block: isinstance(block, Photo)):
        if is_photo:
            made.append(_photos(group))
            continue
        for block in group:
            if isinstance(block, Attachment) and not seen_attachment:
                seen_attachment = True
                made.append(_closing(paper))
            made.append(_block(block, paper))
    return "".join(made)


def _block(block: Block, paper: Document) -> str:
    match block:
        case Heading():
            return f'<h{block.level + 1} class="h{block.level}">{_prose(block.text)}</h{block.level + 1}>'
        case Paragraph():
            return f'<p class="p indent-{block.indent} {block.align}">{_runs(block.runs)}</p>'
        case Table():
            return _table(block)
        case KeyValueGrid():
            return _grid(block)
        case SignatureRow():
            return _signatures(block)
        case Chart():
            return _chart(block, TYPE_AREA_MM[paper.kind, paper.orientation])
        case PageBreak():
            return '<div class="page-break"></div>'
        case AttachmentList():
            return _attachment_list(block)
        case Attachment():
            number = "" if block.number is None else str(block.number)
            return f'<div class="attachment"><p class="mark">附件{number}</p><h2 class="title">{_title(block.title, 20)}</h2></div>'
    raise BadDocument(f"{type(block).__name__} cannot be printed")


def _attachment_list(block: AttachmentList) -> str:
    """Names turn under their own first character, so each stands in a cell."""
    several = len(block.names) > 1
    rows = "".join(
        f'<tr><td class="lead">{"附件：" if index == 1 else ""}</td>'
        f'<td class="index">{_prose(f"{index}.") if several else ""}</td><td>{_prose(name)}</td></tr>'
        for index, name in enumerate(block.names, start=1)
    )
    return f'<table class="attachment-list">{rows}</table>'


def _table(table: Table) -> str:
    total_width = sum(column.width for column in table.columns)
    free = [column for column in table.columns if not column.width]
    # Columns without a width share what is left like one of average width; without any width the engine decides by content.
    share = total_width / (len(table.columns) - len(free)) if total_width else 0
    whole = total_width + share * len(free)
    columns = (
        "".join(f'<col class="w-{round((column.width or share) / whole * 200)}">' for column in table.columns)
        if whole
        else ""
    )
    above = ""
    if table.caption or table.unit:
        unit = f'<span class="unit">单位：{_text(table.unit)}</span>' if table.unit else ""
        above = f'<caption><span class="caption">{_text(table.caption)}</span>{unit}</caption>'
    height = f" row-{round(table.row_height_mm)}" if table.row_height_mm else ""
    totals = "".join(_row(row, table, "total") for row in table.totals)
    # The last rows stay with the totals: a sum alone on a page is a sum of nothing.
    tail = len(table.rows) - 3 if totals or table.in_words else len(table.rows)
    rows = "".join(_row(row, table) for row in table.rows[: max(0, tail)])
    totals = "".join(_row(row, table) for row in table.rows[max(0, tail) :]) + totals
    if table.in_words:
        totals += f'<tr class="words"><td colspan="{len(table.columns)}">{_text(table.in_words)}</td></tr>'
    if not table.rows:
        rows = f'<tr><td class="none" colspan="{len(table.columns)}">本期没有数据</td></tr>'
    below = "".join(f'<p class="note">{_text(note)}</p>' for note in table.notes)
    below += "".join(f'<p class="note check">{_text(check)}</p>' for check in table.checks)
    below = f'<div class="below">{below}</div>' if below else ""
    return (
        f'<table class="data{" fixed" if whole else ""}{height}">{above}<colgroup>{columns}</colgroup>'
        f'<thead>{_head(table)}</thead><tbody>{rows}</tbody><tbody class="totals">{totals}</tbody></table>{below}'
    )


def _head(table: Table) -> str:
    groups = [(group, list(members)) for group, members in groupby(table.columns, key=lambda c: c.group)]
    two = any(group for group, _members in groups)
    top, below = [], []
    for group, members in groups:
        if group:
            top.append(f'<th scope="colgroup" colspan="{len(members)}">{_text(group)}</th>')
            below += [f'<th scope="col">{_text(column.title)}</th>' for column in members]
        else:
            span = ' rowspan="2"' if two else ""
            top += [f'<th scope="col"{span}>{_text(column.title)}</th>' for column in members]
    return f"<tr>{''.join(top)}</tr>" + (f"<tr>{''.join(below)}</tr>" if two else "")


def _row(row: Row, table: Table, css: str = "") -> str:
    if row.kind == "section":
        return f'<tr class="section"><td colspan="{len(table.columns)}">{_text(row.label)}</td></tr>'
    cells = "".join(
        f'<td class="{column.shown_align}{" num" if column.is_number else ""}{" id" if column.kind == "id" else ""}">'
        f"{_text(column.text(row.cells[column.key])) if column.key in row.cells else ''}</td>"
        for column in table.columns
    )
    css = css or ("subtotal" if row.kind == "subtotal" else "")
    return f'<tr class="{css}">{cells}</tr>' if css else f"<tr>{cells}</tr>"


def _grid(grid: KeyValueGrid) -> str:
    whole = sum(grid.widths)
    columns = "".join(f'<col class="w-{round(width / whole * 200)}">' for width in grid.widths)
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in grid.rows)
    return f'<table class="grid"><colgroup>{columns}</colgroup><tbody>{rows}</tbody></table>'


def _cell(cell: Cell) -> str:
    align = cell.align or ("center" if cell.kind == "label" else "left")
    spans = (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "") + (
        f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    )
    height = f" high-{round(cell.height_mm)}" if cell.height_mm else ""
    inner = _upright(document.plain(cell.runs)) if cell.upright else _runs(cell.runs)
    return f'<td class="{cell.kind} {align}{height}"{spans}>{inner}</td>'


def _upright(text: str) -> str:
    return "<br>".join(_text(sign) for sign in text)


def _signatures(block: SignatureRow) -> str:
    boxes = ""
    if block.boxes:
        rows = "".join(_signature_box(box) for box in block.boxes)
        label = round(block.label_percent * 2)
        boxes = (
            f'<table class="grid opinions"><colgroup><col class="w-{label}"><col class="w-{200 - label}"></colgroup>'
            f"<tbody>{rows}</tbody></table>"
        )
    labels = ""
    if block.labels or block.day:
        places = [f'<span class="place">{_text(label)}：</span>' for label in block.labels]
        if block.day:
            places.append('<span class="place date">年&#8195;&#8194;月&#8195;&#8194;日</span>')
        labels = f'<div class="labels">{"".join(places)}</div>'
    return boxes + labels


def _signature_box(box: SignatureBox) -> str:
    # Three people still fit beside each other when their lines do without the word.
    word = "（签字）：" if len(box.people) < 3 else "："
    people = "".join(
        f'<span class="person">{_text(person)}{word}<span class="blank blank-5">&#160;</span></span>'
        for person in box.people
    )
    day = (
        _text(_day(box.day))
        if box.day
        else '<span class="gap">年</span><span class="gap">月</span><span class="gap">日</span>'
    )
    seal = '<span class="seal">（公章）</span>' if box.seal else ""
    return (
        f'<tr><td class="label center">{_text(box.title)}</td><td class="opinion high-{round(box.height_mm)}">'
        f'<div class="words high-{max(6, round(box.height_mm) - 14)}">{_runs(box.opinion)}</div>'
        f'<div class="people">{people}</div>'
        f'<div class="sealed">{seal}<span class="date">{day}</span></div></td></tr>'
    )


def _chart(chart: Chart, width_mm: int) -> str:
    drawn = charts.svg(chart.option, round(width_mm * PX_PER_MM), round(chart.height_mm * PX_PER_MM))
    caption = f"<figcaption>{_text(chart.caption)}</figcaption>" if chart.caption else ""
    alt = f' aria-label="{escape(chart.alt or chart.caption)}"' if chart.alt or chart.caption else ""
    return f'<figure class="chart"{alt}>{drawn}{caption}</figure>'


def _photos(photos: Iterable[Block]) -> str:
    made = [
        f'<figure class="photo wide-{round(photo.width_mm)}"><img alt="{escape(photo.caption)}" src="{_picture(photo)}">'
        f"<figcaption>{_text(photo.caption)}</figcaption></figure>"
        for photo in photos
        if isinstance(photo, Photo)
    ]
    # One row each, because the engine does not break a page inside a row.
    return "".join(f'<div class="photos">{"".join(made[i : i + 2])}</div>' for i in range(0, len(made), 2))


def _picture(photo: Photo) -> str:
    """The picture drawn anew as a JPEG of printing size: upright, without its metadata (place, device), whatever it was before.

    Raises BadPhoto when it is not a JPEG, PNG or WebP, or has more than 60 million pixels.
    """
    try:
        with Image.open(io.BytesIO(photo.data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MAX_PHOTO_PIXELS:
                raise BadPhoto("照片太大，请先缩小到 6000 万像素以内")
            opened.draft("RGB", (PHOTO_EDGE_PX, PHOTO_EDGE_PX))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as problem:
        raise BadPhoto("照片打不开，文件可能已损坏") from problem
    # A transparent picture would come out black as JPEG.
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    paper.thumbnail((PHOTO_EDGE_PX, PHOTO_EDGE_PX))
    held = io.BytesIO()
    paper.save(held, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()
