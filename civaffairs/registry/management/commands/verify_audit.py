"""Walk the audit chain and say whether anything was changed or is missing."""

import sys

from django.core.management.base import BaseCommand

from civaffairs.registry import audit
from civaffairs.registry.models import AuditHead


class Command(BaseCommand):
    help = "校验操作日志是否完整；有改动或缺失时逐条说明，并以 1 退出"

    def handle(self, *args, **options) -> None:
        count = 0
        for words in audit.faults():
            count += 1
            self.stdout.write(words)
        head = AuditHead.objects.filter(pk=1).first()
        total = head.seq if head else 0
        if count:
            self.stdout.write(f"操作日志应有 {total} 条，发现 {count} 处问题。")
            sys.exit(1)
        self.stdout.write(f"操作日志共 {total} 条，前后衔接，没有改动或缺失。")
