"""The rosters of many townships, one PDF each, packed into one file by a worker."""

import tempfile
import zipfile
from pathlib import Path

from assistance.models import PaymentRun
from assistance.selectors.payment import by_township
from civaffairs.jobs.kinds import job_kind
from civaffairs.jobs.runner import JobContext
from civaffairs.lib.errors import NotReady
from civaffairs.registry.models import Level, Office
from civaffairs.registry.scope import covers
from reporting.prints.roster import lines_to_print, roster, summary
from reporting.renderers import pdf


@job_kind("print_roster")
def print_roster(context: JobContext, run_id: int, code: str) -> dict:
    """Run again after a crash it makes the file anew; nothing but the file comes of it."""
    run = PaymentRun.objects.select_related("scheme", "office", "bank_file").get(pk=run_id)
    office = Office.objects.get(pk=code)
    townships = [
        row for row in by_township(run, context.by) if covers(code, row.code) or covers(row.code, code)
    ]
    total = sum(row.lines for row in townships)
    if not total:
        raise NotReady(f"{office.name}在本批没有发放对象。")
    done = 0
    context.progress(0, total)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rosters.zip"
        # Stored, not deflated: a PDF is packed already.
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
            if office.level == Level.COUNTY:
                packed.writestr("00 汇总表.pdf", _bytes(summary(run, office, context.by)))
            for number, row in enumerate(townships, start=1):
                area = Office.objects.get(pk=row.code if covers(code, row.code) else code)
                lines = list(lines_to_print(run, context.by, area.code))
                packed.writestr(f"{number:02d} {area.name}.pdf", _bytes(roster(run, area, lines)))
                done += row.lines
                context.progress(done, total, f"已完成 {number} / {len(townships)} 个乡镇")
        context.attach(path, f"发放花名册-{run.scheme.short_name}-{run.month:%Y%m}-{office.name}.zip")
    return {"townships": len(townships), "lines": total}


def _bytes(paper) -> bytes:
    try:
        return pdf.render(paper).bytes
    except (pdf.MissingGlyph, pdf.PdfUnavailable) as problem:
        raise NotReady(str(problem)) from problem
