"""Finding people, showing what is theirs, and one hidden number at a time."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import PaymentLine
from assistance.selectors.people import read_search
from assistance.services.people import HIDDEN, reveal_value
from civaffairs.lib.errors import BadInput
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import AuditEvent, Person, Sex
from tests import journeys, payments, programmes
from tests.cast import BAISHI_VILLAGE, PASSWORD, QINGXI_VILLAGE

TODAY = date(2026, 5, 6)
HAN = "曾庆和"


def person(name: str, serial: int, office: str = QINGXI_VILLAGE, phone: str = "") -> Person:
    made = Person(sex=Sex.MALE, birth=date(1950, 3, 7), office_id=office)
    made.set_name(name)
    made.set_id_number(payments.id_number(serial, date(1950, 3, 7)))
    if phone:
        made.set_phone(phone)
    made.save()
    return made


@pytest.fixture
def zeng(cast) -> Person:
    return person(HAN, 1, phone="13912345678")


def log_in(client, username: str):
    assert client.login(username=username, password=PASSWORD)
    return client


def found(client, text: str, **more) -> list[str]:
    page = client.post(reverse("person_search"), {"q": text, **more}, follow=True).context["page"]
    return [row.name for row in page] if page is not None else None


def ways(zeng: Person) -> dict[str, str]:
    return {
        "full number": zeng.id_number,
        "full number, typed with blanks": f"{zeng.id_number[:6]} {zeng.id_number[6:14]} {zeng.id_number[14:]}",
        "small x": zeng.id_number.lower(),
        "last four": zeng.id_number[-4:],
        "last six": zeng.id_number[-6:].lower(),
        "name": HAN,
        "beginning of the name": "曾庆",
        "initials": "zqh",
        "initials as most people would read them": "CQH",
        "beginning of the initials": "zq",
        "phone": "139 1234 5678",
    }


def test_a_person_is_found_by_whatever_the_clerk_has_at_hand(cast, client, zeng):
    person("李桂英", 3)
    log_in(client, "township_li")
    assert {way: found(client, text) for way, text in ways(zeng).items()} == {
        key: [HAN] for key in ways(zeng)
    }


def test_next_door_finds_nobody_by_any_of_them(cast, client, zeng):
    log_in(client, "outsider_sun")
    assert {way: found(client, text) for way, text in ways(zeng).items()} == {key: [] for key in ways(zeng)}


def test_the_county_finds_both_townships(cast, client, zeng):
    person(HAN, 5, BAISHI_VILLAGE)
    assert found(log_in(client, "county_qian"), HAN) == [HAN, HAN]
    assert found(log_in(client, "outsider_sun"), HAN) == [HAN]


def test_a_landline_and_a_number_of_our_own_are_found(cast, client):
    without = Person(
        sex=Sex.MALE,
        birth=date(1960, 1, 1),
        office_id=QINGXI_VILLAGE,
        without_id=True,
        substitute_number="W519901196001010001",
    )
    without.set_name("无证人")
    without.set_phone("0999-6234567")
    without.save()
    log_in(client, "township_li")
    assert found(client, "w519901196001010001") == ["无证人"]
    assert found(client, "09996234567") == ["无证人"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("51990119500307001", "17位"),
        ("519901195003070019", "校验码"),
        ("519901195002310015", "日期"),
        ("12345", "5位"),
    ],
)
def test_a_number_that_cannot_be_one_is_said_and_nothing_is_searched(text, words):
    search = read_search(text, TODAY)
    assert search.condition is None
    assert words in search.words


def test_nothing_is_listed_before_something_was_asked(cast, client, zeng):
    log_in(client, "township_li")
    for text in ("", "   "):
        assert found(client, text) is None


def test_like_signs_are_letters_to_us(cast, client, zeng):
    log_in(client, "township_li")
    assert found(client, "曾%") == []
    assert found(client, "z_h") == []


def test_the_number_of_queries_does_not_grow_with_the_people_found(
    cast, client, django_assert_max_num_queries
):
    log_in(client, "township_li")
    for serial in range(5):
        person("王五", serial + 10)
    with django_assert_max_num_queries(30) as few:
        assert len(found(client, "王五")) == 5
    for serial in range(50):
        payments.entitlement(cast, "王五", with_account=False) if serial < 10 else person(
            "王五", serial + 100
        )
    with django_assert_max_num_queries(len(few)):
        assert len(found(client, "王五")) == 50


def test_pages_follow_each_other_without_gap_or_overlap(cast, client):
    log_in(client, "township_li")
    for serial in range(60):
        person(f"王{'五六七八九'[serial % 5]}", serial + 10)
    first = client.get(reverse("person_search"), {"q": "王"}).context["page"]
    second = client.get(reverse("person_search"), {"q": "王", "after": first.next_key}).context["page"]
    assert len({row.pk for row in [*first, *second]}) == 60


# --- one person -----------------------------------------------------------------------------------


def test_a_person_page_masks_every_number(cast, client):
    entitlement = payments.entitlement(cast)
    payee = entitlement.payee
    payee.set_phone("13912345678")
    payee.save()
    html = log_in(client, "township_li").get(reverse("person_detail", args=[payee.pk])).content.decode()
    assert payee.id_number not in html
    assert "13912345678" not in html
    assert payee.accounts.get().number not in html
    assert "139****5678" in html
    assert "农村低保" in html


def test_the_village_sees_no_account_and_no_payment(cast, client):
    entitlement = payments.entitlement(cast)
    html = (
        log_in(client, "village_wang")
        .get(reverse("person_detail", args=[entitlement.payee_id]))
        .content.decode()
    )
    assert "领款账户" not in html
    assert "查看全号" not in html


def test_a_household_next_door_is_not_shown_on_the_page_of_a_member_here(cast, client):
    entitlement = payments.entitlement(cast, office=BAISHI_VILLAGE)
    mover = entitlement.payee
    Person.objects.filter(pk=mover.pk).update(office_id=QINGXI_VILLAGE)
    page = log_in(client, "township_li").get(reverse("person_detail", args=[mover.pk])).context["page"]
    assert (page.memberships, page.entitlements, page.accounts) == ([], [], [])


def test_a_person_next_door_does_not_exist(cast, client, zeng):
    log_in(client, "outsider_sun")
    assert client.get(reverse("person_detail", args=[zeng.pk])).status_code == 404


# --- the whole number -----------------------------------------------------------------------------


def test_a_look_at_the_whole_number_gives_its_reason_and_leaves_a_trace_without_it(cast, zeng):
    value = reveal_value(what="id-number", pk=zeng.pk, by=cast.township_li, reason="核对证件原件")
    assert value == zeng.id_number
    event = AuditEvent.objects.get(action="person.reveal")
    assert (event.user, event.reason) == (cast.township_li.user, "核对证件原件")
    assert zeng.id_number not in f"{event.details}{event.object_label}"


def test_without_right_or_reason_or_in_another_area_nothing_is_shown(cast, zeng):
    with pytest.raises(Forbidden):
        reveal_value(what="id-number", pk=zeng.pk, by=cast.village_wang, reason="看看")
    with pytest.raises(BadInput):
        reveal_value(what="id-number", pk=zeng.pk, by=cast.township_li, reason=" \u200b。")
    with pytest.raises(NotVisible):
        reveal_value(what="id-number", pk=zeng.pk, by=cast.outsider_sun, reason="看看")
    with pytest.raises(NotVisible):
        reveal_value(what="name", pk=zeng.pk, by=cast.township_li, reason="看看")
    assert not AuditEvent.objects.filter(action="person.reveal").exists()


def test_every_hidden_number_is_shown_here_and_hidden_next_door(cast):
    application = journeys.submitted(cast)
    supporter = application.supporters.create(name="赡养人", relation="子", id_number="519901196003080017")
    entitlement = payments.entitlement(cast)
    account = entitlement.payee.accounts.get()
    run = entitlement.scheme.runs.create(
        office_id="519901000000", month=payments.MAY, prepared_by=cast.county_qian
    )
    line = PaymentLine(
        run=run,
        entitlement=entitlement,
        scheme=entitlement.scheme,
        office_id=entitlement.office_id,
        month=payments.MAY,
        payee=entitlement.payee,
        payee_name=entitlement.payee.name,
        persons=1,
        base_fen=1,
        classified_fen=0,
        amount_fen=1,
        account=account.number,
    )
    line.save()
    rows = {
        "id-number": entitlement.payee,
        "phone": application.applicant,
        "disability-number": entitlement.payee,
        "account": account,
        "application-account": application,
        "application-phone": application,
        "supporter-id": supporter,
        "line-account": line,
        "institution-account": programmes.home(cast),
    }
    assert rows.keys() == HIDDEN.keys()
    for what, row in rows.items():
        value = reveal_value(what=what, pk=row.pk, by=cast.township_li, reason="核对")
        assert value == getattr(row, HIDDEN[what].column), what
        with pytest.raises(NotVisible):
            reveal_value(what=what, pk=row.pk, by=cast.outsider_sun, reason="核对")


def test_htmx_gets_the_number_in_place_and_a_browser_without_script_a_page(cast, client, zeng):
    log_in(client, "township_li")
    url = reverse("reveal", args=["id-number", zeng.pk])
    assert client.get(url).status_code == 405
    piece = client.post(
        url, {"reason": "核对"}, headers={"HX-Request": "true", "HX-Target": "reveal-id-number"}
    )
    assert f'<div class="reveal" id="reveal-id-number"><span class="is-number">{zeng.id_number}' in (
        piece.content.decode()
    )
    assert "no-store" in piece["Cache-Control"]
    page = client.post(url, {"reason": "核对"})
    assert zeng.id_number in page.content.decode()
    assert "<html" in page.content.decode()


def test_a_made_up_target_is_not_written_into_the_page(cast, client, zeng):
    log_in(client, "township_li")
    answer = client.post(
        reverse("reveal", args=["id-number", zeng.pk]),
        {"reason": "核对"},
        headers={"HX-Request": "true", "HX-Target": 'x"><script>'},
    )
    assert "<script>" not in answer.content.decode()


# --- what stays behind in addresses ---------------------------------------------------------------


@pytest.mark.parametrize("way", ["full number", "full number, typed with blanks", "phone"])
def test_a_whole_number_that_was_searched_never_stands_in_an_address(cast, client, zeng, way):
    typed = ways(zeng)[way]
    log_in(client, "township_li")
    address = client.post(reverse("person_search"), {"q": typed})["Location"]
    digits = "".join(sign for sign in typed if sign.isalnum())
    assert digits[-7:] not in address.replace("+", "").replace("%20", "")
    answer = client.get(address)
    assert [row.name for row in answer.context["page"]] == [HAN]
    assert answer.context["q"] == typed


def test_the_address_of_a_search_opens_for_nobody_else(cast, client, zeng):
    address = log_in(client, "township_li").post(reverse("person_search"), {"q": zeng.id_number})["Location"]
    client.logout()
    answer = log_in(client, "county_qian").get(address)
    assert answer.context["page"] is None
    assert zeng.id_number not in answer.content.decode()


def test_a_whole_number_typed_into_the_address_itself_is_not_searched(cast, client, zeng):
    answer = log_in(client, "township_li").get(reverse("person_search"), {"q": zeng.id_number})
    assert answer.context["page"] is None
    assert "请在查询框里输入" in answer.content.decode()


def test_a_search_for_a_name_can_be_kept_and_sent_on(cast, client, zeng):
    address = log_in(client, "township_li").post(reverse("person_search"), {"q": "zqh"})["Location"]
    assert address == f"{reverse('person_search')}?q=zqh"
