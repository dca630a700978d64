"""A new initial password from the server's own console: the way back in for an administrator."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from civaffairs.registry import audit
from civaffairs.registry.models import User
from civaffairs.registry.services.users import set_initial_password


class Command(BaseCommand):
    help = "重设一个用户的密码并解除登录锁定，打印初始密码（只打印一次）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        user = User.objects.select_for_update().filter(username=options["username"].lower()).first()
        if user is None:
            raise CommandError(f"没有登录名“{options['username']}”")
        password = set_initial_password(user)
        audit.record("user.reset_password", subject=user, details={"at": "server"})
        self.stdout.write(f"{user.name}（{user.username}）的初始密码：{password}")
