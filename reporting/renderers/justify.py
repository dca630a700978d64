"""Both edges of Chinese text straight (两端对齐), as GB/T 9704 wants.

The PDF engine justifies by widening spaces, and Chinese has none: its lines would stay ragged wherever a punctuation mark or a number
did not fit. After layout and before writing, the space that is left in a line is shared out between its characters. Line breaks and
page breaks stay as the engine set them, so a line can only become better.

This reaches into the engine's page boxes, which are not a public interface: the version is locked by hash, and
tests/reporting/renderers/test_official.py measures the right edge of a printed page.
"""

from collections.abc import Iterator
from typing import Any

# More than this many characters missing is a line that was broken on purpose; stretching it would look worse.
_MOST = 4.5


def justify(laid_out: Any) -> None:
    """Straighten every block with text-align: justify in a laid-out document. Last lines stay as they are."""
    pieces: dict[int, list[Any]] = {}
    for page in laid_out.pages:
        for block in _blocks(page._page_box):
            pieces.setdefault(id(block.element), []).append(block)
    for blocks in pieces.values():
        for number, block in enumerate(blocks, start=1):
            lines = [child for child in block.children if type(child).__name__ == "LineBox"]
            # A paragraph that runs on over the page has its last line on the other side.
            for line in lines if number < len(blocks) else lines[:-1]:
                _straighten(line, block.content_box_x() + block.width)


def _blocks(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if (
            type(child).__name__ == "BlockBox"
            and child.element is not None
            and child.style["text_align_all"] == "justify"
            and any(type(inner).__name__ == "LineBox" for inner in child.children)
        ):
            yield child
        else:
            yield from _blocks(child)


def _texts(box: Any) -> Iterator[Any]:
    for child in box.children:
        if type(child).__name__ == "TextBox":
            yield child
        elif hasattr(child, "children") and type(child).__name__ == "InlineBox":
            yield from _texts(child)


def _straighten(line: Any, right: float) -> None:
    texts = [text for text in _texts(line) if text.text.strip()]
    if not texts or _ends_by_hand(line):
        return
    last = texts[-1]
    missing = right - (last.position_x + last.width)
    size = last.style["font_size"]
    wide = [text for text in texts if not text.text.isascii()]
    gaps = sum(len(text.text) for text in wide) - (1 if last in wide else 0)
    if gaps < 4 or not 0.02 * size < missing < _MOST * size:
        return
    share = missing / gaps
    shift = 0.0
    for box in _leaves(line):
        box.translate(shift, 0)
        if box in wide:
            style = box.style.copy()
            before = 0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
            style["letter_spacing"] = before + share
            box.style = style
            grown = share * len(box.text)
            box.width += grown
            shift += grown


def _ends_by_hand(line: Any) -> bool:
    """A line that ends in a line break of the author's is a last line too."""
    last = line.children[-1] if line.children else None
    while last is not None and type(last).__name__ == "InlineBox":
        if last.element_tag == "br":
            return True
        last = last.children[-1] if last.children else None
    return last is not None and getattr(last, "element_tag", "") == "br"


def _leaves(box: Any) -> Iterator[Any]:
    for child in box.children:
        if type(child).__name__ == "InlineBox":
            yield from _leaves(child)
        else:
            yield child
