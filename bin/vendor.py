"""Copy the browser assets and the print fonts into the repository, and write down what they are.

Run by a maintainer only, never by users or by CI: what it writes is committed (docs/how/dependencies.md).

    python bin/vendor.py assets     static/vendor/*        needs npm
    python bin/vendor.py fonts      reporting/fonts/*      needs npm, pip and apt-get (Debian)

Both are repeatable: the same versions give the same bytes, so `git diff` shows what a newer version changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "reporting" / "fonts"

# package, version, {file in the package: file under static/vendor}
ASSETS: list[tuple[str, str, dict[str, str]]] = [
    (
        "@tabler/core",
        "1.6.1",
        {"dist/css/tabler.min.css": "tabler/tabler.min.css", "dist/js/tabler.min.js": "tabler/tabler.min.js"},
    ),
    # 2.x on purpose: version 4 changes attribute inheritance and swaps error responses without saying so.
    ("htmx.org", "2.0.11", {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"}),
    (
        "echarts",
        "6.1.0",
        {
            # the full build: the smaller ones draw heat maps and funnels blank, without an error
            "dist/echarts.min.js": "echarts/echarts.min.js",
            "LICENSE": "echarts/LICENSE",
            "NOTICE": "echarts/NOTICE",
            "licenses/LICENSE-d3": "echarts/LICENSE-d3",
        },
    ),
    (
        "tom-select",
        "2.6.2",
        {
            "dist/css/tom-select.bootstrap5.min.css": "tom-select/tom-select.bootstrap5.min.css",
            "dist/js/tom-select.complete.min.js": "tom-select/tom-select.complete.min.js",
            "LICENSE": "tom-select/LICENSE",
        },
    ),
    ("@tabler/icons", "3.51.0", {"LICENSE": "tabler-icons/LICENSE"}),
]

ICON_NAMES = """
adjustments adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left arrow-right
arrow-up arrows-exchange arrows-sort ban bell book building building-bank building-community calculator calendar
calendar-event calendar-month calendar-stats camera cash chart-bar chart-line chart-pie check checklist checkbox
chevron-down chevron-left chevron-right chevron-up circle-check circle-x clipboard clipboard-check clipboard-list
clock clock-exclamation coin coins copy credit-card database device-floppy dots dots-vertical download edit eraser
external-link eye eye-off file file-alert file-certificate file-check file-description file-export file-import file-plus
file-spreadsheet file-text file-type-pdf files filter flag folder folders gavel help history home hourglass id
id-badge-2 inbox info-circle keyboard layout-dashboard link list list-check list-details list-search loader lock
lock-open login login-2 logout mail map map-pin menu-2 message message-report messages minus note paperclip pencil
phone photo player-pause player-play plus point printer progress receipt refresh report report-analytics report-money
rotate rubber-stamp scale search selector send settings shield shield-check shield-lock signature sitemap sort-ascending
sort-descending speakerphone square-check stack-2 star switch-horizontal table tag tool transfer trash upload user
user-check user-circle user-cog user-off user-plus user-search users users-group wallet wifi-off world writing x
zoom-check zoom-question
"""

FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
# file in reporting/fonts, family name used in our CSS, how it is got, licence, what it is for
FONT_FILES = [
    ("FandolFang-Regular.otf", "MZ Fang", f"deb {FANDOL}/FandolFang-Regular.otf", "GPL-3.0 with font exception",
     "仿宋: body of official documents (GB/T 9704)"),
    ("FandolKai-Regular.otf", "MZ Kai", f"deb {FANDOL}/FandolKai-Regular.otf", "GPL-3.0 with font exception",
     "楷体: second-level headings"),
    ("NotoSerifSC-Regular.otf", "MZ Song", "wheel pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf", "OFL-1.1",
     "宋体: tables, page numbers, and last in every font list (all name characters)"),
    ("NotoSansSC-Regular.otf", "MZ Hei", "wheel pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf", "OFL-1.1",
     "黑体: first-level headings, chart text"),
    ("NotoSerifSC-Bold.ttf", "MZ Title", "npm 700Bold/NotoSerifSC_700Bold.ttf", "OFL-1.1",
     "小标宋 substitute: document titles; no engine makes bold by itself"),
]  # fmt: skip
FONT_WHEEL = ("pylopdf-fonts-zh-cn", "0.1.1")
FONT_NPM = ("@expo-google-fonts/noto-serif-sc", "0.4.3")
FONT_DEB = "texlive-lang-chinese"


def npm_pack(name: str, version: str, work: Path) -> Path:
    """Fetch one package with npm and unpack it; returns its folder."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=work, check=True, stdout=subprocess.DEVNULL
    )
    archive = work / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    folder = archive.with_suffix("")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def without_map(data: bytes) -> bytes:
    """Drop the line that names a source map: collectstatic refuses a file whose map is not there."""
    data = re.sub(rb"/\*# sourceMappingURL=[^*]*\*/", b"", data)
    return re.sub(rb"(?m)^//# sourceMappingURL=.*$", b"", data).rstrip() + b"\n"


def refuse_remote(path: Path, data: bytes) -> None:
    """A page must load with no request leaving the host, so a style sheet may not fetch anything."""
    if path.suffix == ".css" and re.search(rb"@import|url\(\s*[\"']?(?:https?:)?//", data):
        raise SystemExit(f"{path}: loads something from another host")


def sprite(package: Path) -> bytes:
    """All icons of ICON_NAMES as <symbol id="name">, drawn in the colour of the text around them."""
    out = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in sorted(set(ICON_NAMES.split())):
        svg = (package / "icons" / "outline" / f"{name}.svg").read_text()
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline|ellipse)[^>]*/>", svg)
        shapes = [re.sub(r"\s+", " ", s) for s in shapes if 'stroke="none"' not in s]
        if not shapes:
            raise SystemExit(f"icon {name} has no shape")
        out.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{"".join(shapes)}</symbol>'
        )
    out.append("</svg>")
    return ("\n".join(out) + "\n").encode()


def table(rows: list[list[str]]) -> str:
    """Rows as aligned plain-text columns (tab separated, so that `cut` and a test can read them)."""
    return "".join("\t".join(row) + "\n" for row in rows)


def assets(work: Path) -> None:
    """Write static/vendor and its VENDOR.txt."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    rows = [["name", "version", "licence", "sha256", "file"]]
    for name, version, files in ASSETS:
        package = npm_pack(name, version, work)
        licence = json.loads((package / "package.json").read_text())["license"]
        if name == "@tabler/core":
            licence = "MIT"  # the OFL part is the fonts of its demo pages, which are not taken
        made = {target: (package / source).read_bytes() for source, target in files.items()}
        if name == "@tabler/icons":
            # the core package carries no licence text; both are the same MIT text of the same author
            made["tabler/LICENSE"] = made["tabler-icons/LICENSE"].replace(b"(c) 2020-2026", b"(c) 2018-2026")
            made["tabler-icons/sprite.svg"] = sprite(package)
        for target, data in made.items():
            path = VENDOR / target
            if path.suffix in {".js", ".css"}:
                data = without_map(data)
            if name == "tom-select" and path.suffix == ".css":
                # its Bootstrap theme asks for Bootstrap's variables; Tabler names the same ones --tblr-
                data = b"/* Tom Select,  Apache-2.0; changed: variable prefix --bs- to --tblr- */\n" + data
                data = data.replace(b"(--bs-", b"(--tblr-")
            refuse_remote(path, data)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            rows.append([name, version, licence, hashlib.sha256(data).hexdigest(), target])
    (VENDOR / "VENDOR.txt").write_text(table(rows))


def fonts(work: Path) -> None:
    """Write reporting/fonts with the licence texts and FONTS.txt."""
    wheel_name, wheel_version = FONT_WHEEL
    subprocess.run(
        ["pip", "download", "-q", "--no-deps", f"{wheel_name}=={wheel_version}"],
        cwd=work,
        check=True,
    )
    with zipfile.ZipFile(next(work.glob("*.whl"))) as archive:
        archive.extractall(work / "wheel")  # noqa: S202 - zipfile refuses paths outside by itself
    npm = npm_pack(*FONT_NPM, work)
    subprocess.run(["apt-get", "download", "-q", FONT_DEB], cwd=work, check=True)
    deb = next(work.glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", str(deb), "deb"], cwd=work, check=True)
    deb_version = deb.name.split("_")[1].replace("%3a", ":")
    roots = {
        "deb": (work / "deb", f"Debian {FONT_DEB} {deb_version}"),
        "wheel": (work / "wheel", f"PyPI {wheel_name} {wheel_version}"),
        "npm": (npm, f"npm {FONT_NPM[0]} {FONT_NPM[1]}"),
    }
    shutil.rmtree(FONTS, ignore_errors=True)
    (FONTS / "licences").mkdir(parents=True)
    rows = [["file", "family", "source", "licence", "sha256", "role"]]
    for target, family, origin, licence, role in FONT_FILES:
        kind, inside = origin.split(" ", 1)
        folder, source = roots[kind]
        data = (folder / inside).read_bytes()
        (FONTS / target).write_bytes(data)
        rows.append([target, family, source, licence, hashlib.sha256(data).hexdigest(), role])
    fandol = work / "deb/usr/share/doc/texlive-doc/fonts/fandol"
    (FONTS / "licences/Fandol-COPYING.txt").write_bytes(gzip.decompress((fandol / "COPYING.gz").read_bytes()))
    shutil.copyfile(fandol / "README", FONTS / "licences/Fandol-README.txt")
    shutil.copyfile(npm / "LICENSE_FONT", FONTS / "licences/Noto-OFL-1.1.txt")
    (FONTS / "FONTS.txt").write_text(table(rows))


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in {"assets", "fonts"}:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        (assets if wanted == "assets" else fonts)(Path(folder))
