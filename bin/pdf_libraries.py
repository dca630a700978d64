"""Exit 0 when the system libraries that WeasyPrint opens can be loaded, else name the missing ones and exit 1.

libharfbuzz-subset is asked for too: without it WeasyPrint still works, but writes a PDF ten times slower.
"""

import ctypes
import sys

LIBRARIES = {
    "libgobject-2.0": "libgobject-2.0.so.0",
    "libpango-1.0": "libpango-1.0.so.0",
    "libpangoft2-1.0": "libpangoft2-1.0.so.0",
    "libharfbuzz": "libharfbuzz.so.0",
    "libharfbuzz-subset": "libharfbuzz-subset.so.0",
    "libfontconfig": "libfontconfig.so.1",
}


def missing() -> list[str]:
    """Names of the libraries that cannot be loaded."""
    lost = []
    for name, file in LIBRARIES.items():
        try:
            ctypes.CDLL(file)
        except OSError:
            lost.append(name)
    return lost


if __name__ == "__main__":
    lost = missing()
    if lost:
        print(" ".join(lost))
    sys.exit(bool(lost))
