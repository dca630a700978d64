"""The first step of a new installation: the county's office and its three administrators."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from civaffairs.lib.errors import Refused
from civaffairs.registry import clock
from civaffairs.registry.models import Role
from civaffairs.registry.services.setup import set_up_county

_ADMINS = {
    Role.SYSTEM_ADMIN: "system",
    Role.SECURITY_ADMIN: "security",
    Role.AUDIT_ADMIN: "audit",
}


class Command(BaseCommand):
    help = "建立县级单位和系统、安全、审计三名管理员，打印初始密码（只打印一次）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="县级区划代码，12位，后6位为0")
        parser.add_argument("--name", required=True, help="县名，例：云岭县")
        parser.add_argument("--full-name", required=True, help="落款全称，例：云岭县民政局")
        for role, option in _ADMINS.items():
            parser.add_argument(f"--{option}", required=True, metavar="登录名:姓名", help=Role(role).label)

    def handle(self, *args, **options) -> None:
        admins = {}
        for role, option in _ADMINS.items():
            username, colon, person = options[option].partition(":")
            if not colon or not person.strip():
                raise CommandError(f"--{option} 请写成 登录名:姓名")
            admins[role] = (username, person.strip())
        try:
            made = set_up_county(
                code=options["code"],
                name=options["name"],
                full_name=options["full_name"],
                admins=admins,
                on=clock.today(),
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        for posting, password in made:
            self.stdout.write(f"{posting.get_role_display()}  {posting.user.username}  初始密码 {password}")
        self.stdout.write(
            "初始密码只显示这一次，首次登录必须修改。请由系统管理员建机构和用户，安全管理员授岗位。"
        )
