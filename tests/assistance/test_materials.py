"""Scans and photos that come to a case after it was handed in."""

from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse

from assistance.models import Application, ApplicationMaterial, MaterialKind
from assistance.services import materials
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import clock
from civaffairs.registry.access import Forbidden
from civaffairs.registry.models import Attachment, AuditEvent
from tests import journeys

DAY = journeys.MONDAY + timedelta(days=3)


def jpeg(name: str = "照片.jpg", tail: bytes = b"1") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\xff\xd8\xff\xe0" + tail * 100, "image/jpeg")


def word() -> SimpleUploadedFile:
    return SimpleUploadedFile("证明.docx", b"PK\x03\x04" + b"0" * 100)


def add(case: Application, by, *uploads, kind=MaterialKind.INCOME, **more) -> list[ApplicationMaterial]:
    return materials.add_materials(
        application_id=case.pk, by=by, on=DAY, uploads=uploads or [jpeg()], kind=kind, **more
    )


@pytest.fixture
def at_desk(client, monkeypatch):
    def log_in(posting):
        monkeypatch.setattr(clock, "today", lambda: DAY)
        client.force_login(posting.user)
        return client

    return log_in


def visit_fields(case: Application, **changes) -> dict:
    case.refresh_from_db()
    return {
        "version": case.version,
        "visited_on": f"{DAY:%Y%m%d}",
        "first": "李望春",
        "second": "何满仓",
        "others": "",
        "present": "本人",
        "result": "true",
        "living": "砖瓦房三间，家电简陋。",
        "differences": "",
        "neighbours": "",
        "remote_reason": "",
    } | changes


def act_url(case: Application, act: str) -> str:
    return reverse("case_act", args=[case.pk, act])


def test_the_township_and_the_village_of_the_family_add_scans_and_each_leaves_a_trace(cast):
    case = journeys.accepted(cast)
    first = add(case, cast.township_li)
    second = add(case, cast.village_wang, jpeg(tail=b"2"), jpeg(tail=b"3"), kind=MaterialKind.ILLNESS)
    assert [m.kind for m in case.materials.order_by("id")] == ["income", "illness", "illness"]
    stored = AuditEvent.objects.filter(action="attachment.store").values_list("object_id", flat=True)
    assert {str(m.attachment_id) for m in (*first, *second)} <= set(stored)


def test_a_material_moves_nothing_and_makes_no_page_stale(cast):
    case = journeys.accepted(cast)
    before = Application.objects.get(pk=case.pk)
    add(case, cast.township_li)
    after = Application.objects.get(pk=case.pk)
    assert (after.version, after.status) == (before.version, before.status)
    assert case.events.count() == before.version


def test_a_photo_of_a_visit_says_where_and_when(cast):
    case = journeys.accepted(cast)
    with pytest.raises(BadInput) as where:
        add(case, cast.township_li, kind=MaterialKind.VISIT, taken_on=DAY)
    with pytest.raises(BadInput) as when:
        add(case, cast.township_li, kind=MaterialKind.VISIT, place="青溪村")
    assert (where.value.field, when.value.field) == ("place", "taken_on")
    [material] = add(case, cast.township_li, kind=MaterialKind.VISIT, place="青溪村", taken_on=DAY)
    assert (material.attachment.place, material.attachment.taken_on) == ("青溪村", DAY)


@pytest.mark.parametrize("act", ["accepted", "to_review", "deciding"])
def test_nobody_from_next_door_learns_that_the_case_is_there(cast, act):
    case = getattr(journeys, act)(cast)
    for stranger in (cast.outsider_sun, cast.outsider_village):
        with pytest.raises(Http404):
            add(case, stranger)


def test_the_county_adds_its_visit_and_its_check_report_and_nothing_else(cast):
    case = journeys.deciding(cast)
    add(case, cast.county_qian, jpeg(tail=b"4"), kind=MaterialKind.VISIT, place="青溪村", taken_on=DAY)
    with pytest.raises(BadInput):
        add(case, cast.county_qian, kind=MaterialKind.INCOME)
    with pytest.raises(Forbidden):
        add(case, cast.county_zhao, kind=MaterialKind.VISIT, place="青溪村", taken_on=DAY)
    with pytest.raises(BadInput):
        add(case, cast.village_wang, kind=MaterialKind.CHECK)


def test_one_wrong_file_among_many_leaves_none_behind_in_table_or_store(cast, monkeypatch):
    case = journeys.accepted(cast)
    written: list[str] = []
    save = FileSystemStorage.save

    def noted(self, name, content, max_length=None):
        written.append(save(self, name, content, max_length))
        return written[-1]

    monkeypatch.setattr(FileSystemStorage, "save", noted)
    before = Attachment.objects.count()
    with pytest.raises(BadInput):
        add(case, cast.township_li, jpeg(tail=b"5"), word())
    assert Attachment.objects.count() == before
    assert not case.materials.exists()
    assert len(written) == 1
    assert not default_storage.exists(written[0])


def test_a_file_that_is_too_large_is_refused_with_its_size(cast, settings):
    settings.ATTACHMENT_MAX_MB = 1
    case = journeys.accepted(cast)
    with pytest.raises(BadInput, match="超过 1 MB"):
        add(case, cast.township_li, SimpleUploadedFile("大.jpg", b"\xff\xd8\xff" + b"0" * 1_100_000))


def test_the_same_scan_sent_twice_is_there_once(cast):
    case = journeys.accepted(cast)
    first, second = add(case, cast.township_li), add(case, cast.township_li)
    assert first == second
    assert case.materials.count() == 1


def test_a_closed_case_takes_no_more_materials(cast):
    case = journeys.submitted(cast)
    journeys.do("withdraw", case, cast.village_wang, 1, opinion="家庭条件好转，不再申请")
    with pytest.raises(NotAllowed):
        add(case, cast.township_li)


def test_the_first_photo_of_a_notice_goes_through_its_act(cast):
    case = journeys.reviewed(cast)
    fields = {"kind": MaterialKind.NOTICE, "place": "村务公开栏", "taken_on": DAY}
    with pytest.raises(BadInput, match="上传公示照片"):
        add(case, cast.township_li, **fields)
    hanging = journeys.on_notice(cast)
    assert add(hanging, cast.township_li, **fields)


# --- taking off ----------------------------------------------------------------------------------------------


def take_off(case: Application, by, material: ApplicationMaterial) -> None:
    materials.remove_material(application_id=case.pk, attachment_id=material.attachment_id, by=by)


def test_whoever_added_a_wrong_file_takes_it_off_with_its_bytes(cast, django_capture_on_commit_callbacks):
    case = journeys.accepted(cast)
    [material] = add(case, cast.township_li)
    path = material.attachment.file.name
    with django_capture_on_commit_callbacks(execute=True):
        take_off(case, cast.township_li, material)
    assert not case.materials.exists()
    assert not default_storage.exists(path)
    assert AuditEvent.objects.filter(action="attachment.drop", object_id=str(material.attachment_id)).exists()
    take_off(case, cast.township_li, material)  # off already: harmless


def test_a_colleague_takes_nothing_off_that_another_added(cast):
    case = journeys.accepted(cast)
    [material] = add(case, cast.township_li)
    with pytest.raises(NotAllowed):
        take_off(case, cast.township_he, material)
    with pytest.raises(Http404):
        take_off(case, cast.outsider_sun, material)
    assert case.materials.count() == 1


def test_what_the_next_act_may_rest_on_stays(cast):
    case = journeys.accepted(cast)
    [material] = add(case, cast.township_li)
    journeys.do("request_check", case, cast.township_li, 3)
    with pytest.raises(NotAllowed):
        take_off(case, cast.township_li, material)
    assert case.materials.count() == 1


# --- on the page ----------------------------------------------------------------------------------------------


def test_the_tab_takes_files_and_shows_who_may_delete_them(cast, at_desk):
    case = journeys.accepted(cast)
    client = at_desk(cast.township_li)
    address = f"{reverse('case_detail', args=[case.pk])}?tab=materials"
    answer = client.post(
        reverse("material_add", args=[case.pk]),
        {"kind": "illness", "files": [jpeg("诊断.jpg"), jpeg("病历.jpg", b"7")], "note": "县医院"},
    )
    assert answer["Location"] == address
    page = client.get(address).content.decode()
    assert "诊断.jpg" in page and "县医院" in page
    assert page.count("传错了，删除") == 2
    assert 'capture="environment"' in page and 'accept="image/*"' in page
    assert "传错了，删除" not in at_desk(cast.township_he).get(address).content.decode()


def test_a_word_file_is_refused_beside_its_field_and_what_was_chosen_stays(cast, at_desk):
    case = journeys.accepted(cast)
    answer = at_desk(cast.township_li).post(
        reverse("material_add", args=[case.pk]), {"kind": "income", "files": [word()], "note": "工资"}
    )
    assert answer.status_code == 422
    assert "另存为 PDF" in "".join(answer.context["adding"].errors["files"])
    assert 'value="工资"' in answer.content.decode()


def test_a_file_above_the_limit_is_called_by_its_size_on_the_page(cast, at_desk, settings):
    settings.ATTACHMENT_MAX_MB = 1
    case = journeys.accepted(cast)
    large = SimpleUploadedFile("大.jpg", b"\xff\xd8\xff" + b"0" * (3 << 19))
    answer = at_desk(cast.township_li).post(
        reverse("material_add", args=[case.pk]), {"kind": "income", "files": [jpeg(), large]}
    )
    assert answer.status_code == 422
    assert "1.5 MB，超过 1 MB" in "".join(answer.context["adding"].errors["files"])
    assert not case.materials.exists()


def test_those_who_only_read_are_offered_no_upload(cast, at_desk):
    case = journeys.accepted(cast)
    for reader in (cast.supervisor_wu, cast.reviewer_chen, cast.county_zhao):
        answer = at_desk(reader).get(reverse("case_detail", args=[case.pk]), {"tab": "materials"})
        assert answer.context["adding"] is None
        refused = at_desk(reader).post(reverse("material_add", args=[case.pk]), {"kind": "income"})
        assert refused.status_code == 403


def test_photos_taken_at_a_visit_come_with_the_visit(cast, at_desk):
    case = journeys.accepted(cast)
    fields = visit_fields(case) | {"photos": [jpeg(tail=b"8"), jpeg(tail=b"9")]}
    answer = at_desk(cast.township_li).post(act_url(case, "record_visit"), fields)
    assert answer.status_code == 302
    photos = [material.attachment for material in case.materials.filter(kind=MaterialKind.VISIT)]
    assert case.visits.count() == 1 and len(photos) == 2
    assert {photo.taken_on for photo in photos} == {DAY}
    assert all(case.applicant.name in photo.place for photo in photos)


def test_a_visit_sent_twice_is_one_visit_with_its_photos_once(cast, at_desk):
    case = journeys.accepted(cast)
    client, fields = at_desk(cast.township_li), visit_fields(case)
    for _ in range(2):
        answer = client.post(act_url(case, "record_visit"), fields | {"photos": [jpeg(tail=b"8")]})
        assert answer.status_code == 302
    assert (case.visits.count(), case.materials.count()) == (1, 1)


def test_a_visit_with_a_wrong_file_is_not_recorded_at_all(cast, at_desk):
    case = journeys.accepted(cast)
    fields = visit_fields(case) | {"photos": [jpeg(tail=b"8")], "files": [word()]}
    answer = at_desk(cast.township_li).post(act_url(case, "record_visit"), fields)
    assert answer.status_code == 422
    assert "另存为 PDF" in "".join(answer.context["form"].errors["files"])
    assert (case.visits.count(), case.materials.count()) == (0, 0)
    assert Application.objects.get(pk=case.pk).version == fields["version"]


def test_the_check_report_and_the_minutes_of_a_meeting_come_with_their_acts(cast, at_desk):
    case = journeys.accepted(cast)
    journeys.do("request_check", case, cast.township_li, 2)
    case.refresh_from_db()
    report = {
        "version": case.version,
        "reported_on": f"{DAY:%Y%m%d}",
        "report_number": "核2026-0009",
        "result": "consistent",
        "findings": "",
        "files": [SimpleUploadedFile("核对报告.pdf", b"%PDF-1.7 " + b"0" * 50)],
    }
    assert at_desk(cast.county_qian).post(act_url(case, "record_check"), report).status_code == 302
    case.refresh_from_db()
    meeting = {
        "version": case.version,
        "held_on": f"{DAY:%Y%m%d}",
        "place": "村委会",
        "chair": "李望春",
        "present": 5,
        "agreed": 5,
        "disagreed": 0,
        "opinion": "同意",
        "photos": [jpeg(tail=b"m")],
    }
    assert at_desk(cast.township_li).post(act_url(case, "record_deliberation"), meeting).status_code == 302
    found = {m.kind: m.attachment for m in case.materials.all()}
    assert set(found) == {MaterialKind.CHECK, MaterialKind.DELIBERATION}
    assert found[MaterialKind.DELIBERATION].place == "村委会"
