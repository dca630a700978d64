"""What a benchmark answers, and the list of benchmarks."""

import json
import resource
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection


@dataclass(frozen=True)
class Result:
    """One measurement. `seconds` of the thing measured, `baseline_seconds` of what it is held against; `peak_mb` is
    the memory of this process at its highest. `more` holds figures of the one benchmark."""

    name: str
    rows: int
    seconds: float
    baseline_seconds: float
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return round(self.seconds / self.baseline_seconds, 3) if self.baseline_seconds else 0.0

    def line(self) -> str:
        """One JSON object, for machines; the last line of the output."""
        known = asdict(self)
        more = known.pop("more")
        known["seconds"], known["baseline_seconds"] = round(self.seconds, 3), round(self.baseline_seconds, 3)
        # ru_maxrss is in kilobytes on Linux.
        peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        return json.dumps(
            {**known, "database": connection.vendor, "ratio": self.ratio, "peak_mb": peak, **more},
            ensure_ascii=False,
        )


@dataclass(frozen=True)
class Bench:
    """`add_arguments` declares its options; `run(tell, **options)` measures."""

    name: str
    help: str
    add_arguments: Callable[[CommandParser], None]
    run: Callable[..., Result]
