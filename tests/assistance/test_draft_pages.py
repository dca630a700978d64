"""The pages of intake, as a browser sees them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.forms.declaration import pack
from assistance.models import Application, Draft
from assistance.services import application as intake
from civaffairs.registry.models import AuditEvent
from tests import journeys
from tests.cast import PASSWORD, QINGXI_VILLAGE
from tests.declarations import HANDED_IN, HEAD_ID, drafted, family

PHOTO = b"\xff\xd8\xff\xe0" + b"\x00" * 100
IN_BACKGROUND = {"X-Autosave": "1"}


@pytest.fixture
def clerk(cast, client):
    client.login(username="township_li", password=PASSWORD)
    return client


def typed(draft: Draft, **changes) -> dict:
    """The whole form as the browser sends it from a page of this draft."""
    content = intake.content_of_draft(draft) | changes
    return {"version": draft.version, **content}


def address(name: str, draft: Draft) -> str:
    return reverse(name, args=[draft.pk])


def test_a_clerk_opens_a_form_fills_it_in_and_hands_it_in(cast, clerk):
    page = clerk.get(reverse("draft_new"))
    assert "柳塘社区" in page.text
    assert "白石村" not in page.text
    opened = clerk.post(reverse("draft_new"), {"scheme": "dibao-rural", "office": QINGXI_VILLAGE})
    draft = Draft.objects.get()
    assert opened.url == address("draft_edit", draft)
    today = intake.content_of_draft(draft)["basics-applied_on"][0]
    form = pack(family(basics={"applied_on": date.fromisoformat(today)}))
    done = clerk.post(address("draft_submit", draft), {"version": draft.version, **form})
    application = Application.objects.get()
    assert done.url == reverse("case_detail", args=[application.pk])


def test_a_village_assistant_with_one_village_has_nothing_to_choose(cast, client):
    client.login(username="village_wang", password=PASSWORD)
    page = client.get(reverse("draft_new"))
    assert page.text.count("<option") == 1


def test_nothing_chosen_is_said_in_plain_words(clerk):
    answer = clerk.post(reverse("draft_new"), {})
    assert answer.status_code == 422
    assert "请选择申请的救助项目" in answer.text


def test_what_was_typed_comes_back_wrong_values_included(cast, clerk):
    draft = drafted(cast)
    saved = clerk.post(
        address("draft_save", draft),
        typed(draft, **{"basics-phone": ["不是电话"], "member-0-id_number": ["51990119660307001X"]}),
        headers=IN_BACKGROUND,
    )
    assert saved.json()["version"] == draft.version + 1
    assert saved.json()["sections"]["basics"] == ["有误", "bad"]
    page = clerk.get(address("draft_edit", draft)).text
    assert 'value="不是电话"' in page
    assert 'value="51990119660307001X"' in page
    assert "联系电话只能是数字" in page
    assert "第18位校验码不对" in page
    assert "data-error-summary" not in page


def test_an_older_window_is_told_so_and_nothing_is_lost(cast, clerk):
    draft = drafted(cast)
    old_page = typed(draft, **{"basics-reason": ["旧窗口写的"]})
    clerk.post(
        address("draft_save", draft), typed(draft, **{"basics-reason": ["新窗口写的"]}), headers=IN_BACKGROUND
    )
    in_background = clerk.post(address("draft_save", draft), old_page, headers=IN_BACKGROUND)
    assert in_background.status_code == 409
    assert "刚在别的窗口保存过" in in_background.json()["message"]
    by_button = clerk.post(address("draft_submit", draft), old_page)
    assert by_button.status_code == 409
    assert "旧窗口写的" in by_button.text
    assert "data-autosave" not in by_button.text
    assert not Application.objects.exists()
    # Having seen the sentence, the clerk may decide for this window.
    kept = old_page | {"version": draft.version + 1}
    assert clerk.post(address("draft_save", draft), kept).url == reverse("draft_list")
    draft.refresh_from_db()
    assert intake.content_of_draft(draft)["basics-reason"] == ["旧窗口写的"]


def test_mistakes_come_back_with_a_summary_and_all_that_was_typed(cast, clerk):
    draft = drafted(cast)
    answer = clerk.post(
        address("draft_submit", draft), typed(draft, **{"basics-address": [""], "account-number": ["12"]})
    )
    assert answer.status_code == 422
    assert "有 2 处要改，改好后再提交。已填的内容都在。" in answer.text
    assert '<a href="#id_basics-address">请填写家庭住址</a>' in answer.text
    assert f'value="{HEAD_ID}"' in answer.text
    assert "以下情况请核对" in answer.text
    draft.refresh_from_db()
    assert intake.content_of_draft(draft)["account-number"] == ["12"]


def test_a_double_click_makes_one_application(cast, clerk):
    draft = drafted(cast)
    form = typed(draft)
    first = clerk.post(address("draft_submit", draft), form)
    second = clerk.post(address("draft_submit", draft), form)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Application.objects.count() == 1


def test_a_form_that_was_handed_in_leads_to_its_case(cast, clerk):
    draft = drafted(cast)
    application = intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    assert clerk.get(address("draft_edit", draft)).url == reverse("case_detail", args=[application.pk])
    late = clerk.post(address("draft_submit", draft), typed(draft, **{"basics-reason": ["又改"]}))
    assert late.url == reverse("case_detail", args=[application.pk])


def test_opening_a_form_is_recorded_because_it_shows_whole_numbers(cast, clerk):
    draft = drafted(cast)
    clerk.get(address("draft_edit", draft))
    assert AuditEvent.objects.filter(action="draft.open", object_id=str(draft.pk)).count() == 1


def test_files_are_added_and_taken_off_in_place(cast, clerk):
    draft = drafted(cast)
    upload = SimpleUploadedFile("户口簿.jpg", PHOTO)
    wrong = SimpleUploadedFile("病历.docx", b"PK\x03\x04" + b"\x00" * 60)
    answer = clerk.post(
        address("draft_attach", draft),
        {"kind": "id", "file": [upload, wrong]},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert "户口簿.jpg" in answer.text
    assert "请另存为 PDF" in answer.text
    assert "<html" not in answer.text
    attachment = draft.attachments.get()
    off = clerk.post(address("draft_detach", draft), {"attachment": str(attachment.pk)})
    assert off.url == address("draft_edit", draft) + "#materials"
    assert not draft.attachments.exists()


def test_no_file_and_no_kind_are_said_in_plain_words(cast, clerk):
    draft = drafted(cast)
    answer = clerk.post(address("draft_attach", draft), {"kind": "id"}, headers={"HX-Request": "true"})
    assert "请选择要上传的文件" in answer.text
    answer = clerk.post(
        address("draft_attach", draft),
        {"file": SimpleUploadedFile("a.jpg", PHOTO)},
        headers={"HX-Request": "true"},
    )
    assert "请选择附件种类" in answer.text


def test_a_file_that_is_none_of_this_form_changes_nothing(cast, clerk):
    draft = drafted(cast)
    assert clerk.post(address("draft_detach", draft), {"attachment": "nonsense"}).status_code == 404


def test_a_correction_shows_what_the_family_was_told(cast, clerk):
    application = journeys.submitted(cast)
    journeys.do("request_correction", application, cast.township_li, 1, reason="缺收入证明和授权书")
    opened = clerk.post(reverse("application_resubmit", args=[application.pk]))
    page = clerk.get(opened.url).text
    assert "一次性告知需要补正：缺收入证明和授权书" in page
    assert application.number in page


def test_a_discarded_form_is_gone(cast, clerk):
    draft = drafted(cast)
    assert clerk.post(address("draft_discard", draft)).url == reverse("draft_list")
    assert clerk.get(address("draft_edit", draft)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("outsider_sun", 404), ("reviewer_chen", 403), ("audit_chu", 403)]
)
def test_the_form_is_closed_to_others(cast, client, who, status):
    draft = drafted(cast)
    client.login(username=who, password=PASSWORD)
    assert client.get(address("draft_edit", draft)).status_code == status
    for name in ("draft_save", "draft_submit", "draft_discard", "draft_attach", "draft_detach"):
        assert client.get(address(name, draft)).status_code in (403, 405)
        assert client.post(address(name, draft), {"attachment": str(draft.pk)}).status_code == status
    assert Draft.objects.filter(pk=draft.pk, submitted_at=None).exists()


@pytest.mark.parametrize("size", [5, 50])
def test_the_list_costs_the_same_for_5_and_for_50_forms(cast, clerk, size, django_assert_max_num_queries):
    for _ in range(size):
        intake.create_draft(
            scheme_code="dibao-rural", office_code=QINGXI_VILLAGE, by=cast.township_li, on=HANDED_IN
        )
    with django_assert_max_num_queries(12):
        page = clerk.get(reverse("draft_list"))
    assert page.text.count("接着填</a>") == size


def test_the_list_shows_neither_neighbours_nor_finished_forms(cast, client):
    mine, finished = drafted(cast), drafted(cast)
    intake.submit_draft(draft_id=finished.pk, by=cast.township_li, on=HANDED_IN)
    client.login(username="township_li", password=PASSWORD)
    page = client.get(reverse("draft_list")).text
    assert str(mine.pk) in page
    assert str(finished.pk) not in page
    client.login(username="outsider_sun", password=PASSWORD)
    assert str(mine.pk) not in client.get(reverse("draft_list")).text


def test_many_members_cost_the_form_no_more_queries(cast, clerk, django_assert_num_queries):
    draft = drafted(cast)
    clerk.get(address("draft_edit", draft))
    head = family()["member"][0]
    many = drafted(cast, member=[head, *({"name": f"人{n}", "relationship": "other"} for n in range(20))])
    with django_assert_num_queries(_queries(clerk, address("draft_edit", draft))):
        clerk.get(address("draft_edit", many))


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)
