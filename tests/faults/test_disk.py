"""The disk is full: a clear sentence, nothing half kept, and the same file goes through when there is room again."""

import errno

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assistance.services import bankfile, held_uploads
from civaffairs.jobs import runner
from civaffairs.jobs.models import Job
from tests.faults import town
from tests.faults.test_killed import issued
from tests.payments import TODAY
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cast(monkeypatch):
    monkeypatch.setattr("civaffairs.registry.clock.today", lambda: TODAY)
    return town.town()


def full(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


def half_written(self, name, content):
    """What a full disk leaves behind: the file is there, its end is not."""
    whole = content.read()
    with open(self.path(name), "wb") as file:
        file.write(whole[: len(whole) // 2])
    full()


def held() -> list[str]:
    return (
        default_storage.listdir(held_uploads.FOLDER)[1] if default_storage.exists(held_uploads.FOLDER) else []
    )


def send(client, cast, run):
    client.force_login(cast.cashier_zhou.user)
    upload = SimpleUploadedFile("回盘.csv", town.bank_answer(run).getvalue())
    return client.post(reverse("return_load", args=[run.pk]), {"file": upload})


def test_an_answer_that_the_disk_does_not_take_is_refused_and_taken_later(cast, client, monkeypatch):
    run = issued(cast)
    monkeypatch.setattr(bankfile, "AT_ONCE", 1)
    held_uploads.hold("a" * 64, town.bank_answer(run))  # the folder is there
    held_uploads.drop("a" * 64)
    with monkeypatch.context() as during:
        during.setattr(FileSystemStorage, "_save", half_written)
        page = send(client, cast, run)
    assert page.status_code == 422
    assert "磁盘写不进去" in page.content.decode()
    assert held() == []
    assert not Job.objects.filter(kind="load_bank_return").exists()
    town.sound()
    assert send(client, cast, run).status_code == 302
    runner.run(Job.objects.get(kind="load_bank_return").pk)
    assert held() == []
    town.finished(cast)


def test_half_a_file_of_a_killed_process_is_not_taken_for_the_whole(cast):
    run = issued(cast)
    answer = town.bank_answer(run)
    held_uploads.hold("b" * 64, answer)
    with default_storage.open(held_uploads._path("b" * 64), "r+b") as file:
        file.truncate(40)
    held_uploads.hold("b" * 64, answer)
    with held_uploads.opened("b" * 64) as again:
        assert again.read() == answer.getvalue()
    held_uploads.drop("b" * 64)


def test_a_worker_without_room_for_the_answer_in_the_clear_can_be_asked_again(cast, client, monkeypatch):
    run = issued(cast)
    monkeypatch.setattr(bankfile, "AT_ONCE", 1)
    send(client, cast, run)
    job = Job.objects.get(kind="load_bank_return")
    with monkeypatch.context() as during:
        during.setattr("tempfile.SpooledTemporaryFile", full)
        runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(held())) == (Job.State.FAILED, 1)
    assert "可以重试" in job.message
    town.sound()
    client.post(reverse("job_retry", args=[job.pk]))
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, held()) == (Job.State.DONE, [])
    town.finished(cast)


def test_the_bank_file_needs_no_room_on_the_disk(cast, monkeypatch):
    """Its bytes are made when they are fetched: neither issue nor download writes a file."""
    monkeypatch.setattr(FileSystemStorage, "_save", full)
    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(f"tempfile.{name}", full)
    run = issued(cast)
    part, pieces = bankfile.download_bank_file(run_id=run.pk, by=cast.cashier_zhou, on=TODAY)
    assert part.size == sum(map(len, pieces))
    town.finished(cast)
