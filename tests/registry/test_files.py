"""Scans and photos: known by their bytes, limited in size, seen only through the gate."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

from assistance.models import DraftAttachment, MaterialKind
from civaffairs.lib.errors import BadInput
from civaffairs.registry import files
from civaffairs.registry.models import Attachment, AuditEvent
from civaffairs.registry.uploads import OversizedFile
from tests import declarations, journeys
from tests.cast import BAISHI_VILLAGE, PASSWORD, QINGXI_VILLAGE, START

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 200
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 200
PDF = b"%PDF-1.7\n" + b"0" * 200


def stored(cast, content=JPEG, name="户口簿.jpg", office=QINGXI_VILLAGE, by=None) -> Attachment:
    return files.store_attachment(
        upload=SimpleUploadedFile(name, content), office_id=office, by=by or cast.township_li, on=START
    )


@pytest.mark.parametrize(
    ("content", "content_type", "suffix"),
    [
        (JPEG, "image/jpeg", ".jpg"),
        (PNG, "image/png", ".png"),
        (WEBP, "image/webp", ".webp"),
        (PDF, "application/pdf", ".pdf"),
    ],
)
def test_a_file_is_known_by_its_bytes_and_not_by_its_name(cast, content, content_type, suffix):
    attachment = stored(cast, content, name="随便.exe")
    assert (attachment.content_type, attachment.suffix) == (content_type, suffix)
    assert attachment.name == f"随便{suffix}"
    assert attachment.file.name.endswith(f"{attachment.pk}{suffix}")
    assert attachment.file.read() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script>", "只收照片"),
        (b"MZ\x90\x00" + b"\x00" * 60, "只收照片"),
        (b"GIF89a" + b"\x00" * 60, "只收照片"),
        (b"PK\x03\x04" + b"\x00" * 60, "Word"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 60, "Word"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 60, "HEIC"),
        (b"", "空文件"),
    ],
)
def test_any_other_kind_is_refused_with_a_sentence_and_leaves_nothing(cast, content, words):
    with pytest.raises(BadInput, match=words):
        stored(cast, content, name="照片.jpg")
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\照片\\户口簿.JPG", "户口簿.jpg"),
        ('a"b<c>\r\nd.jpg', "abcd.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        (".jpg", "jpg.jpg"),
        ("长" * 200 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_a_file_name_keeps_no_path_and_no_trick(typed, kept):
    assert files.plain_name(typed, files.JPEG) == kept


def test_a_file_above_the_limit_is_refused_with_its_size(cast, settings):
    settings.ATTACHMENT_MAX_MB = 1
    with pytest.raises(BadInput, match=r"“大.jpg”有 2 MB，超过 1 MB"):
        stored(cast, JPEG + b"\x00" * (2 * 1048576 - len(JPEG)), name="大.jpg")


class CountingStream:
    """A request body that is made while it is read, so that 200 MB need no memory in the test."""

    def __init__(self, head: bytes, filler: int, tail: bytes) -> None:
        self.parts = [head, filler, tail]

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)

    def read(self, size: int = -1) -> bytes:
        wanted, out = (1 << 20) if size < 0 else size, b""
        while self.parts and not out:
            first = self.parts[0]
            if isinstance(first, bytes):
                out, self.parts[0] = first[:wanted], first[wanted:]
                if not self.parts[0]:
                    self.parts.pop(0)
            else:
                taken = min(wanted, first)
                out, self.parts[0] = b"\x00" * taken, first - taken
                if not self.parts[0]:
                    self.parts.pop(0)
        return out


def test_two_hundred_megabytes_are_named_and_never_stored(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    head = (
        b'--limit\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF-"
    )
    tail = b'\r\n--limit\r\nContent-Disposition: form-data; name="kind"\r\n\r\nid\r\n--limit--\r\n'
    size = 200 * 1048576
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "multipart/form-data; boundary=limit",
            "CONTENT_LENGTH": str(len(head) + size + len(tail)),
            "wsgi.input": CountingStream(head, size, tail),
        }
    )
    upload = request.FILES["file"]
    assert isinstance(upload, OversizedFile)
    assert upload.size == size + 5
    assert upload.read() == b""
    assert request.POST["kind"] == "id"
    stored_bytes = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert stored_bytes <= settings.ATTACHMENT_MAX_MB * 1048576


def test_a_file_cannot_be_stored_for_the_neighbouring_township(cast):
    with pytest.raises(files.access.NotVisible):
        stored(cast, office=BAISHI_VILLAGE)


def test_storing_and_looking_both_leave_a_trace(cast, client):
    attachment = stored(cast)
    client.login(username="township_li", password=PASSWORD)
    client.get(reverse("attachment", args=[attachment.pk]))
    traces = AuditEvent.objects.filter(object_id=str(attachment.pk)).order_by("seq")
    assert [event.action for event in traces] == ["attachment.store", "attachment.view"]
    assert traces[0].details["sha256"] == attachment.sha256


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("village_wang", 200),
        ("township_li", 200),
        ("reviewer_chen", 200),
        ("county_zhao", 200),
        ("cashier_zhou", 403),
        ("supervisor_wu", 200),
        ("outsider_sun", 404),
        ("outsider_village", 404),
        ("system_zheng", 403),
        ("audit_chu", 403),
    ],
)
def test_a_file_is_served_inside_the_area_only(cast, client, who, status):
    attachment = stored(cast)
    client.login(username=who, password=PASSWORD)
    assert client.get(reverse("attachment", args=[attachment.pk])).status_code == status


def test_a_stranger_is_sent_to_the_log_in(cast, client):
    answer = client.get(reverse("attachment", args=[stored(cast).pk]))
    assert answer.status_code == 302


@pytest.mark.parametrize(("content", "sandboxed"), [(JPEG, True), (PDF, False)])
def test_a_file_is_shown_in_the_browser_but_can_run_nothing(cast, client, content, sandboxed):
    attachment = stored(cast, content)
    client.login(username="township_li", password=PASSWORD)
    answer = client.get(reverse("attachment", args=[attachment.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == attachment.content_type
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in answer["Content-Security-Policy"]) is sandboxed
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_that_is_dropped_goes_with_its_bytes(cast, django_capture_on_commit_callbacks):
    attachment = stored(cast)
    storage, path = attachment.file.storage, attachment.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert files.drop_attachment(attachment=attachment, by=cast.township_li)
    assert not storage.exists(path)
    assert not Attachment.objects.exists()


def opens(cast, client, who: str, attachment: Attachment) -> int:
    client.logout()
    client.login(username=who, password=PASSWORD)
    return client.get(reverse("attachment", args=[attachment.pk])).status_code


def test_the_cashier_sees_the_proof_of_an_account_and_no_papers_of_a_case(cast, client):
    case = journeys.submitted(cast)
    paper, proof = stored(cast, name="诊断书.jpg"), stored(cast, name="存折.jpg")
    case.materials.create(attachment=paper, kind=MaterialKind.ILLNESS)
    case.applicant.accounts.create(
        office_id=QINGXI_VILLAGE, holder=case.applicant.name, bank="云岭农商银行", number="6217", proof=proof
    )
    assert [opens(cast, client, who, paper) for who in ("cashier_zhou", "reviewer_chen")] == [403, 200]
    assert [opens(cast, client, who, proof) for who in ("cashier_zhou", "reviewer_chen")] == [200, 200]


def test_papers_of_a_form_not_handed_in_are_for_those_who_fill_it_in(cast, client):
    draft = declarations.drafted(cast)
    paper = stored(cast)
    DraftAttachment.objects.create(draft=draft, attachment=paper, kind=MaterialKind.ID)
    roles = ("village_wang", "township_li", "reviewer_chen", "county_zhao", "cashier_zhou")
    assert [opens(cast, client, who, paper) for who in roles] == [200, 200, 403, 403, 403]


def test_the_photo_of_a_notice_belongs_to_its_case(cast, client):
    case = journeys.on_notice(cast)
    photo = stored(cast)
    case.notices.update(photo=photo)
    assert [opens(cast, client, who, photo) for who in ("cashier_zhou", "supervisor_wu")] == [403, 200]
