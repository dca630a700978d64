"""Print the accounts of the demo, one for each role first."""

import unicodedata

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from civaffairs.registry.models import Posting

HEADS = ("登录名", "姓名", "岗位", "单位", "密码")


class Command(BaseCommand):
    help = "列出演示账号（只在演示环境）"

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("这里不是演示环境（没有设置 DEMO=1），没有演示账号。")
        rows = [HEADS]
        for posting in Posting.objects.select_related("user", "office").order_by("pk")[:SHOWN]:
            rows.append(
                (
                    posting.user.username,
                    posting.user.name,
                    posting.get_role_display(),
                    posting.office.name,
                    settings.DEMO_PASSWORD,
                )
            )
        widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())


# One for each role and the neighbour township; the desks of the other townships are not for visitors.
SHOWN = 16


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
