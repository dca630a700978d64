"""Drawn pictures of notice boards: the demo has no camera, and a notice cannot end without a photo and its place."""

import io
import random
from datetime import date
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from civaffairs.registry.files import store_attachment
from civaffairs.registry.models import Attachment, Office, Posting


@cache
def board(kind: int) -> bytes:
    """A wall with a green board and sheets of paper on it, as JPEG."""
    draw, picture = random.Random(kind), Image.new("RGB", (480, 360), (214, 205, 190))
    pen = ImageDraw.Draw(picture)
    for row in range(0, 360, 24):
        pen.line((0, row, 480, row), fill=(196, 186, 170))
    pen.rectangle((50, 60, 430, 300), fill=(48, 98, 74), outline=(120, 84, 52), width=8)
    for place in range(3 + kind % 2):
        left = 72 + place * 88 + draw.randrange(8)
        top = 84 + draw.randrange(20)
        pen.rectangle((left, top, left + 72, top + 104), fill=(246, 244, 236))
        pen.rectangle((left + 14, top + 8, left + 58, top + 16), fill=(178, 52, 46))
        for line in range(top + 26, top + 94, 9):
            pen.line((left + 8, line, left + 34 + draw.randrange(30), line), fill=(90, 90, 96), width=2)
    pen.rectangle((0, 318, 480, 360), fill=(128, 126, 122))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=72)
    return written.getvalue()


@cache
def card() -> bytes:
    """A bank card on a table, without a number that could be read."""
    picture = Image.new("RGB", (480, 360), (176, 150, 118))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((70, 80, 410, 292), 18, fill=(40, 92, 140))
    pen.rounded_rectangle((104, 130, 158, 172), 6, fill=(216, 190, 110))
    for group in range(4):
        for dot in range(4):
            left = 104 + group * 74 + dot * 14
            pen.ellipse((left, 206, left + 8, 214), fill=(226, 232, 240))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=72)
    return written.getvalue()


@cache
def paper() -> bytes:
    """A page of a family book, too small to read."""
    picture = Image.new("RGB", (360, 480), (232, 226, 210))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, 336, 456), fill=(250, 248, 242), outline=(150, 140, 120), width=2)
    for row in range(60, 440, 38):
        pen.line((40, row, 320, row), fill=(170, 164, 150))
        pen.line((52, row - 12, 52 + row * 7 % 190 + 40, row - 12), fill=(80, 80, 90), width=3)
    pen.ellipse((220, 340, 310, 430), outline=(186, 60, 52), width=5)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=72)
    return written.getvalue()


class Photos:
    """One picture of the board for each village and day: notices that are posted together are on it together."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, date], Attachment] = {}

    def of(self, office: Office, on: date, by: Posting) -> Attachment:
        key = (office.pk, on)
        if key not in self._kept:
            self._kept[key] = take(office, on, by)
        return self._kept[key]


def take(office: Office, on: date, by: Posting) -> Attachment:
    """A new picture of the village's board, stored as an upload would be."""
    place = f"{office.name}{'居' if office.is_urban else '村'}务公开栏"
    return _store(board(sum(map(int, office.pk)) % 6), "公示栏.jpg", office, on, by, place)


def take_card(office: Office, on: date, by: Posting) -> Attachment:
    """A picture of a bank card, as proof of a new account."""
    return _store(card(), "银行卡.jpg", office, on, by, "")


def _store(content: bytes, name: str, office: Office, on: date, by: Posting, place: str) -> Attachment:
    return store_attachment(
        upload=SimpleUploadedFile(name, content, "image/jpeg"),
        office_id=office.pk,
        by=by,
        on=on,
        place=place,
        taken_on=on,
    )
