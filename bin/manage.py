"""`./run manage`: manage.py on the demo's data, with the demo's keys.

Production does not come here: its units call manage.py with their own environment (docs/how/deploy.md).
"""

import os
import sys

from demo_data import ROOT, SECRETS, Told, load_secrets, open_data


def main(arguments: list[str]) -> None:
    folder = None
    if "--data" in arguments:
        place = arguments.index("--data")
        if place + 1 >= len(arguments):
            raise Told("--data 后面要写目录。")
        folder = arguments[place + 1]
        del arguments[place : place + 2]
    data = open_data(folder)
    if (data / SECRETS).exists() or not os.environ.get("SECRET_KEY"):
        load_secrets(data)
        os.environ.setdefault("DEMO", "1")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "manage.py", *arguments])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Told as told:
        print(told, file=sys.stderr)
        sys.exit(1)
