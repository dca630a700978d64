"""Bring every encrypted value to the active key (FIELD_ACTIVE_KEY)."""

from django.conf import settings
from django.core.management.base import BaseCommand

from civaffairs.registry import audit
from civaffairs.registry.rotation import encrypted_columns, reencrypt


class Command(BaseCommand):
    help = "把所有加密字段换成当前密钥。可以随时中断，再次运行会接着做；完成后旧密钥才可以删除"

    def handle(self, *args, **options) -> None:
        total = 0
        for model, fields in encrypted_columns():
            words = f"{model._meta.verbose_name}（{'、'.join(str(f.verbose_name) for f in fields)}）"

            def seen(rows: int, words: str = words) -> None:
                self.stderr.write(f"{words}：已检查 {rows} 行", ending="\r")

            changed = reencrypt(model, fields, seen)
            total += changed
            self.stdout.write(f"{words}：更换 {changed} 个")
        audit.record("keys.reencrypt", details={"key": settings.FIELD_ACTIVE_KEY, "values": total})
        self.stdout.write(f"完成，共更换 {total} 个，当前密钥 {settings.FIELD_ACTIVE_KEY}。")
