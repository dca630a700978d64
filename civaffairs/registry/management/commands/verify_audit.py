"""Walk the audit chain and say whether anything was changed or is missing."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from civaffairs.registry import audit
from civaffairs.registry.models import AuditHead


class Command(BaseCommand):
    help = "校验操作日志是否完整；有改动或缺失时逐条说明，并以 1 退出"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", help="以前校验时抄下的指纹，例：1234:0a1b2c3d4e5f6071")

    def handle(self, *args, **options) -> None:
        count = 0
        for words in audit.faults():
            count += 1
            self.stdout.write(words)
        if options["noted"] and not audit.still_holds(options["noted"]):
            count += 1
            self.stdout.write(f"抄下的指纹 {options['noted']} 对不上：日志可能被换回旧的，或整段被替换")
        head = AuditHead.objects.filter(pk=1).first()
        total = head.seq if head else 0
        if count:
            self.stdout.write(f"操作日志应有 {total} 条，发现 {count} 处问题。")
            sys.exit(1)
        self.stdout.write(f"操作日志共 {total} 条，前后衔接，没有改动或缺失。")
        self.stdout.write(f"末尾指纹 {audit.fingerprint()}，请抄在系统以外保存，下次用 --noted 核对。")
