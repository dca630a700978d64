"""`manage.py bench NAME`: one benchmark; the last line of output is one JSON object."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assistance.bench.bank import BANK
from assistance.bench.pages import PAGES
from assistance.bench.payments import PAYMENTS
from assistance.bench.standards import STANDARDS

BENCHES = {bench.name: bench for bench in (PAYMENTS, BANK, PAGES, STANDARDS)}


class Command(BaseCommand):
    help = "Measures one thing beside its baseline."

    def add_arguments(self, parser: CommandParser) -> None:
        names = parser.add_subparsers(dest="name", required=True)
        for bench in BENCHES.values():
            bench.add_arguments(names.add_parser(bench.name, help=bench.help))

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        bench = BENCHES[name]
        plain = {"settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks", "verbosity"}
        plain |= {"stdout", "stderr"}
        own = {key: value for key, value in options.items() if key not in plain}
        result = bench.run(self.stdout.write, **own)
        self.stdout.write(result.line())
