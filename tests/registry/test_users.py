"""Users are made by one administrator and given posts by another."""

import re
from datetime import date, timedelta

import pytest

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import AuditEvent, Posting, Role, User
from civaffairs.registry.services import postings, users
from tests.cast import BAISHI, COUNTY, PASSWORD, QINGXI, QINGXI_VILLAGE

TODAY = date(2026, 3, 2)


def newcomer(cast, username: str = "xinren") -> User:
    return users.create_user(username=username, name="新人", by=cast.system_zheng)[0]


def grant(cast, user: User, role: Role = Role.TOWNSHIP_CLERK, office: str = QINGXI, **changes) -> Posting:
    fields = {"from_day": TODAY, "by": cast.security_feng, "on": TODAY} | changes
    return postings.grant_posting(user_id=user.pk, role=role, office_code=office, **fields)


def test_a_new_user_has_a_password_of_three_kinds_that_must_be_changed(cast):
    user, password = users.create_user(username=" XinRen ", name="新人", by=cast.system_zheng)
    assert user.username == "xinren"
    assert user.must_change_password
    assert user.check_password(password)
    assert re.fullmatch(r"[A-Z][a-z]{3}-\d{4}-[a-z]{2}", password)


def test_two_initial_passwords_are_never_alike():
    assert len({users.initial_password() for _ in range(200)}) == 200


@pytest.mark.parametrize("username", ["ab", "1abc", "新人", "a b c", "x" * 41])
def test_a_log_in_name_that_cannot_be_typed_everywhere_is_refused(cast, username):
    with pytest.raises(BadInput):
        users.create_user(username=username, name="新人", by=cast.system_zheng)


def test_a_log_in_name_is_taken_whatever_its_case(cast):
    with pytest.raises(Conflict):
        users.create_user(username="TOWNSHIP_LI", name="李二", by=cast.system_zheng)


@pytest.mark.parametrize("who", ["security_feng", "audit_chu", "county_zhao", "township_li"])
def test_nobody_but_the_system_administrator_makes_users(cast, who):
    with pytest.raises(Forbidden):
        users.create_user(username="xinren", name="新人", by=getattr(cast, who))


@pytest.mark.parametrize("who", ["system_zheng", "audit_chu", "county_zhao", "township_li"])
def test_nobody_but_the_security_administrator_gives_posts(cast, who):
    with pytest.raises(Forbidden):
        grant(cast, newcomer(cast), by=getattr(cast, who))


def test_a_post_is_given_and_taken_back(cast):
    user = newcomer(cast)
    posting = grant(cast, user)
    assert posting in Posting.objects.in_force(TODAY)
    later = TODAY + timedelta(days=30)
    postings.end_posting(posting_id=posting.pk, by=cast.security_feng, on=later)
    assert posting in Posting.objects.in_force(later - timedelta(days=1))
    assert posting not in Posting.objects.in_force(later)


def test_a_post_given_by_mistake_is_gone_the_same_day(cast):
    posting = grant(cast, newcomer(cast))
    postings.end_posting(posting_id=posting.pk, by=cast.security_feng, on=TODAY)
    assert posting not in Posting.objects.in_force(TODAY)


def test_taking_a_post_back_twice_changes_nothing(cast):
    posting = grant(cast, newcomer(cast))
    for _ in range(2):
        postings.end_posting(posting_id=posting.pk, by=cast.security_feng, on=TODAY)
    assert AuditEvent.objects.filter(action="posting.end").count() == 1


def test_nobody_gives_himself_a_post_or_takes_his_own(cast):
    with pytest.raises(NotAllowed):
        grant(cast, cast.security_feng.user, Role.COUNTY_APPROVER, COUNTY)
    with pytest.raises(NotAllowed):
        postings.end_posting(posting_id=cast.security_feng.pk, by=cast.security_feng, on=TODAY)


def test_an_administrator_holds_nothing_else(cast):
    with pytest.raises(Conflict):
        grant(cast, cast.system_zheng.user, Role.COUNTY_CLERK, COUNTY)
    with pytest.raises(Conflict):
        grant(cast, cast.county_qian.user, Role.AUDIT_ADMIN, COUNTY)
    with pytest.raises(Conflict):
        grant(cast, cast.system_zheng.user, Role.AUDIT_ADMIN, COUNTY)


def test_a_post_that_has_ended_stands_against_nothing(cast):
    postings.end_posting(posting_id=cast.county_qian.pk, by=cast.security_feng, on=TODAY)
    assert grant(cast, cast.county_qian.user, Role.AUDIT_ADMIN, COUNTY).role == Role.AUDIT_ADMIN


def test_a_post_that_begins_later_stands_against_an_administrator_now(cast):
    user = newcomer(cast)
    grant(cast, user, from_day=TODAY + timedelta(days=60))
    with pytest.raises(Conflict):
        grant(cast, user, Role.SYSTEM_ADMIN, COUNTY)


def test_the_same_post_is_not_given_twice(cast):
    user = newcomer(cast)
    grant(cast, user)
    with pytest.raises(Conflict):
        grant(cast, user)


def test_one_clerk_may_hold_two_business_posts(cast):
    user = newcomer(cast)
    grant(cast, user)
    assert grant(cast, user, office=BAISHI).office_id == BAISHI


@pytest.mark.parametrize(
    ("role", "office"),
    [
        (Role.TOWNSHIP_CLERK, COUNTY),
        (Role.TOWNSHIP_CLERK, QINGXI_VILLAGE),
        (Role.COUNTY_APPROVER, QINGXI),
        (Role.VILLAGE_ASSISTANT, QINGXI),
        (Role.SECURITY_ADMIN, QINGXI),
    ],
)
def test_a_role_belongs_to_the_level_of_its_office(cast, role, office):
    with pytest.raises(BadInput):
        grant(cast, newcomer(cast), role, office)


def test_a_post_cannot_begin_in_the_past(cast):
    with pytest.raises(BadInput):
        grant(cast, newcomer(cast), from_day=TODAY - timedelta(days=1))


def test_an_office_outside_the_county_does_not_exist_here(cast):
    with pytest.raises(NotVisible):
        grant(cast, newcomer(cast), office="519902101000")


def test_a_user_kept_out_gets_no_post_and_nobody_keeps_himself_out(cast):
    user = newcomer(cast)
    users.set_active(user_id=user.pk, active=False, by=cast.system_zheng)
    with pytest.raises(NotAllowed):
        grant(cast, user)
    with pytest.raises(NotAllowed):
        users.set_active(user_id=cast.system_zheng.user_id, active=False, by=cast.system_zheng)


def test_a_reset_password_must_be_changed(cast):
    user, password = users.reset_password(user_id=cast.township_li.user_id, by=cast.system_zheng)
    assert user.must_change_password
    assert user.check_password(password)
    assert not user.check_password(PASSWORD)


@pytest.mark.parametrize("who", ["security_feng", "audit_chu"])
def test_the_system_administrator_cannot_become_another_administrator(cast, who):
    with pytest.raises(NotAllowed):
        users.reset_password(user_id=getattr(cast, who).user_id, by=cast.system_zheng)


def test_no_password_reaches_the_trail(cast):
    _, password = users.create_user(username="xinren", name="新人", by=cast.system_zheng)
    assert not [e for e in AuditEvent.objects.all() if password in str(e.details) + e.reason + e.object_label]


# --- one's own password ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (PASSWORD, "相同"),
        ("Ab-1", "8"),
        ("alllowercase", "三种"),
        ("township_li-A1", "登录名"),
    ],
)
def test_a_weak_new_password_is_refused_with_its_reason(cast, new, words):
    with pytest.raises(BadInput, match=words) as refusal:
        users.change_own_password(user=cast.township_li.user, current=PASSWORD, new=new)
    assert refusal.value.field == "new"


def test_the_present_password_is_asked_for_and_a_wrong_one_leaves_a_trace(cast):
    with pytest.raises(BadInput) as refusal:
        users.change_own_password(user=cast.township_li.user, current="wrong", new="Xin-Mima-2026")
    assert refusal.value.field == "current"
    assert AuditEvent.objects.get(action="user.change_password").succeeded is False


def test_a_changed_password_is_no_longer_an_initial_one(cast):
    user, password = users.create_user(username="xinren", name="新人", by=cast.system_zheng)
    users.change_own_password(user=user, current=password, new="Xin-Mima-2026")
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password("Xin-Mima-2026")
