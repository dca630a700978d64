"""The first minutes of a new county, and the way back in for an administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from civaffairs.registry.models import Office, Posting, User

ARGUMENTS = {
    "code": "519901000000",
    "name": "云岭县",
    "full_name": "云岭县民政局",
    "system": "sys_a:甲",
    "security": "sec_b:乙",
    "audit": "aud_c:丙",
}


def set_up(**changes) -> str:
    out = StringIO()
    call_command("set_up_county", **(ARGUMENTS | changes), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_new_county_has_an_office_and_three_administrators_who_must_change_their_passwords():
    printed = set_up()
    assert Office.objects.get().full_name == "云岭县民政局"
    assert set(Posting.objects.values_list("user__username", "role")) == {
        ("sys_a", "system_admin"),
        ("sec_b", "security_admin"),
        ("aud_c", "audit_admin"),
    }
    for line in printed.splitlines()[:3]:
        _, username, _, password = line.split()
        user = User.objects.get(username=username)
        assert user.must_change_password
        assert user.check_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"code": "519901101000"},
        {"code": "51"},
        {"audit": "sys_a:丙"},
        {"audit": "aud_c"},
        {"system": "1x:甲"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(changes):
    with pytest.raises(CommandError):
        set_up(**changes)
    assert not Office.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_county_is_set_up_once():
    set_up()
    with pytest.raises(CommandError, match="已经建立"):
        set_up()


def test_an_administrator_gets_back_in_from_the_servers_console(cast):
    out = StringIO()
    call_command("reset_password", "security_feng", stdout=out)
    password = out.getvalue().strip().rpartition("：")[2]
    user = User.objects.get(username="security_feng")
    assert user.check_password(password)
    assert user.must_change_password
    with pytest.raises(CommandError):
        call_command("reset_password", "nobody")
