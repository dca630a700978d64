"""`./run bench NAME ...`: one benchmark on a database of its own; the last line of output is one JSON object.

BENCH_DATABASE_URL names a PostgreSQL database to use; else SQLite in a folder that is deleted afterwards.
--data DIR keeps the folder, so that a county built once can be measured again.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from demo_data import ROOT, Told, load_secrets, open_data


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        raise Told("请写明要运行哪个性能测试，例如：./run bench payments --lines 100000")
    folder = None
    if "--data" in arguments:
        place = arguments.index("--data")
        if place + 1 >= len(arguments):
            raise Told("--data 后面要写目录。")
        folder = arguments[place + 1]
        del arguments[place : place + 2]
    passing = None if folder else tempfile.mkdtemp(prefix="civaffairs-bench-")
    # DATABASE_URL of the surrounding shell may name a real system, which a benchmark must not fill.
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("CELERY_BROKER_URL", None)
    if os.environ.get("BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["BENCH_DATABASE_URL"]
    try:
        data = open_data(folder or passing)
        load_secrets(data)
        os.environ.update({"DEMO": "1", "DEBUG": "0"})
        for command in (["migrate", "--verbosity", "0"], ["bench", *arguments]):
            code = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=False).returncode
            if code:
                return code
        return 0
    finally:
        if passing:
            shutil.rmtree(passing, ignore_errors=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Told as told:
        print(told, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
