"""Build the invented county of the demo. Harmless to repeat."""

import sys
import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assistance.demo.build import build
from assistance.demo.sizes import SIZES
from civaffairs.lib.errors import Refused
from reporting.demo import write_reports

BAR = 30


class Command(BaseCommand):
    help = "建立演示县（人员全部虚构）；已经建好的不再改动"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="small", help="small 约为二十分之一")

    def handle(self, *args, **options) -> None:
        self.started, self.stage, self.shown = time.monotonic(), "", False
        try:
            with transaction.atomic():
                built = build(options["size"], self.progress)
                if built.fresh:
                    write_reports(built.size)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        if not built.fresh:
            if built.size != options["size"]:
                self.stdout.write(
                    f"已有一个 {built.size} 规模的演示县，保留不动。要换成 {options['size']}，请加 --fresh 重新建。"
                )
            return
        self._end_line()
        for line in built.words:
            self.stdout.write(line)
        self.stdout.write(
            f"演示县建好了，用时 {time.monotonic() - self.started:.0f} 秒。人员、账号全部虚构。"
        )

    def progress(self, words: str, done: int, total: int) -> None:
        """A bar where somebody watches, one line a stage where the output goes into a file."""
        if not sys.stdout.isatty():
            if words != self.stage:
                self.stdout.write(f"正在建演示县：{words}……")
                self.stdout.flush()
            self.stage = words
            return
        full = BAR * done // total
        if self.shown and words != self.stage:
            self.stdout.write("")
        self.stage, self.shown = words, True
        self.stdout.write(
            f"\r正在建演示县 {'█' * full}{'░' * (BAR - full)} {words} {done:,}/{total:,}  ", ending=""
        )
        self.stdout.flush()

    def _end_line(self) -> None:
        if self.shown:
            self.stdout.write("")
