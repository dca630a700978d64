"""The papers of programmes other than 低保: the same forms, in the words of each."""

import os
from datetime import date
from pathlib import Path

import pytest

from reporting.prints.approval import approval_form
from reporting.prints.assessment import assessment_paper
from reporting.prints.case import papers_of
from reporting.prints.decision import decision_notice
from reporting.renderers import pdf
from tests import programmes
from tests.reporting.test_prints import paper_words

DAY = date(2026, 3, 2)
PAPERS = (approval_form, assessment_paper, decision_notice)
EXPECTED = {
    "old-age": ("高龄津贴确认通知书", "经审核，符合规定条件，决定给予保障。每月发放金额"),
    "disability-care": ("重度残疾人护理补贴确认通知书", "经县残疾人联合会审核和审核"),
    "temp-quick": ("临时救助（小额快救）确认通知书", "决定给予一次性救助500.00元"),
    "rigid-burden": ("刚性支出困难家庭确认通知书", "决定予以认定，有效期到"),
    "tekun-rural": (
        "农村特困人员救助供养确认通知书",
        "经调查核对、公示和审核，符合规定条件，决定给予保障。每月保障金",
    ),
    "vet-survivor": ("烈士等遗属定期抚恤金确认通知书", "自2026年3月起按月发到你登记的银行账户"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", EXPECTED)
def test_a_paper_speaks_of_its_programme(cast, code):
    case = programmes.BY_CODE[code]
    programmes.standard(cast, case)
    application = programmes.granted(cast, programmes.submitted(cast, case, DAY))
    papers = papers_of(application, DAY, full=True)
    title, sentence = EXPECTED[code]
    made = decision_notice(papers)
    assert made.title == title
    assert sentence in paper_words(made)
    for paper in PAPERS:
        words = paper_words(paper(papers))
        assert "低保" not in words or application.spec.form == "full" or code == "tekun-rural", paper.__name__
        if folder := os.environ.get("PAPERS"):
            made_pdf = pdf.render(paper(papers)).bytes
            Path(folder, f"{code}-{paper.__name__}.pdf").write_bytes(made_pdf)
