from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import (
    PROVINCES,
    check_digit,
    compact,
    mask_account,
    mask_id_card,
    mask_phone,
    parse_account,
    parse_disability_cert,
    parse_id_card,
    parse_phone,
    parse_uscc,
)

TODAY = date(2026, 6, 1)


def number(first17: str) -> str:
    return first17 + check_digit(first17)


ID_CARDS = st.builds(
    lambda province, county, birth, order: number(f"{province}{county:04d}{birth:%Y%m%d}{order:03d}"),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1912, 1, 1), TODAY),
    st.integers(0, 999),
)


def test_the_example_of_the_standard_passes():
    card = parse_id_card("11010519491231002X", TODAY)
    assert (card.birth, card.sex, card.region6, card.warnings) == (date(1949, 12, 31), "female", "110105", ())


@given(ID_CARDS)
def test_every_well_formed_number_is_accepted_whatever_its_county(card_number):
    card = parse_id_card(card_number, TODAY)
    assert card.number == card_number
    assert card.sex == ("male" if int(card_number[16]) % 2 else "female")


@given(ID_CARDS, st.integers(0, 17), st.integers(0, 9))
def test_any_single_wrong_digit_is_found(card_number, place, digit):
    wrong = card_number[:place] + str(digit) + card_number[place + 1 :]
    if wrong == card_number:
        return
    with pytest.raises(BadInput):
        parse_id_card(wrong, TODAY)


@given(ID_CARDS, st.integers(0, 16))
def test_two_neighbouring_digits_changed_round_are_found(card_number, place):
    swapped = card_number[:place] + card_number[place + 1] + card_number[place] + card_number[place + 2 :]
    if swapped == card_number:
        return
    with pytest.raises(BadInput):
        parse_id_card(swapped, TODAY)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X", " 110105 1949 1231 002× ",
     "11010519491231002Х", "'11010519491231002X"],
)  # fmt: skip
def test_blanks_hyphens_wide_digits_and_look_alike_x_do_not_matter(typed):
    assert parse_id_card(typed, TODAY).number == "11010519491231002X"


def test_an_old_number_of_fifteen_digits_becomes_eighteen_with_a_warning():
    card = parse_id_card("110105491231002", TODAY)
    assert card.number == "11010519491231002X"
    assert "15位" in card.warnings[0]


@pytest.mark.parametrize("province", ["81", "82", "83"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_accepted(province):
    permit = number(f"{province}000019800101001")
    assert parse_id_card(permit, TODAY).number == permit


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "请填写"),
        ("1101051949123100", "16位"),
        ("1101051949123100299", "19位"),
        ("1101O519491231002X", "只能是数字"),
        (number("99010519491231002"), "省级代码"),
        (number("11010519490230002"), "不存在"),
        (number("11010518991231002"), "1899"),
        (number("11010520260602002"), "还没到"),
        ("110105194912310021", "第18位校验码不对，请核对是否输错一位"),
        ("1.10105E+17", "科学记数法"),
        ("1.1010519491231E+17", "文本格式"),
    ],
)
def test_what_cannot_be_an_id_number_is_refused_with_the_place_to_look_at(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_id_card(typed, TODAY)


def test_one_born_today_is_accepted_and_a_very_old_one_is_questioned():
    assert parse_id_card(number("34180120260601001"), TODAY).warnings == ()
    assert "周岁" in parse_id_card(number("34180119050101001"), TODAY).warnings[0]


def test_a_certificate_holds_the_id_number_the_kind_and_the_grade():
    cert = parse_disability_cert("11010519491231002x 5 2", TODAY)
    assert (cert.id_number, cert.kind_label, cert.grade_label) == ("11010519491231002X", "智力", "二级")
    assert parse_disability_cert("11010519491231002X61B1", TODAY).suffix == "B1"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("11010519491231002X", "20位"),
        ("11010519491231002X82", "类别"),
        ("11010519491231002X15", "等级"),
        ("11010519491231002X12C1", "补证"),
        ("11010519491231003X12", "校验码"),
        ("", "请填写"),
    ],
)
def test_what_cannot_be_a_certificate_number_is_refused(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_disability_cert(typed, TODAY)


def test_credit_codes_are_checked_but_a_wrong_check_character_only_warns():
    assert parse_uscc("91110000101623741k") == ("91110000101623741K", ())
    code, warnings = parse_uscc("91110000101623742K")
    assert code == "91110000101623742K"
    assert "校验位" in warnings[0]
    with pytest.raises(BadInput, match="18位"):
        parse_uscc("9111000010162374")
    with pytest.raises(BadInput, match="I"):
        parse_uscc("9111000010162374IK")


def test_a_card_number_with_a_slip_warns_and_a_passbook_does_not():
    assert parse_account("6222 0200 0000 0000 000").warnings == ()
    assert "存折" in parse_account("6222020000000000008").warnings[0]
    assert parse_account("20000012345610300000001").warnings == ()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("6.22202E+18", "科学记数法"),
        ("", "请填写"),
        ("1234567", "8到32位"),
        ("6222A20000000000000", "只能是数字"),
    ],
)
def test_what_cannot_be_an_account_is_refused(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_account(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("（0551）62345678", "0551-62345678"),
        ("010-62345678", "010-62345678"),
        ("0563 3023456", "0563-3023456"),
    ],
)
def test_telephone_numbers_are_brought_to_one_form(typed, kept):
    assert parse_phone(typed) == kept
    assert parse_phone(kept) == kept


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "请填写"),
        ("1380013800", "11位"),
        ("12800138000", "第二位"),
        ("62345678", "区号"),
        ("0551-123", "区号加"),
        ("无", "只能是数字"),
    ],
)
def test_what_cannot_be_a_telephone_number_is_refused(typed, word):
    with pytest.raises(BadInput, match=word):
        parse_phone(typed)


def test_masks_show_only_what_may_be_shown():
    assert mask_id_card("11010519491231002X") == "110105********002X"
    assert mask_account("6222020000000000009") == "***************0009"
    assert mask_phone("13800138000") == "138****8000"


@given(st.text("0123456789X", max_size=24))
def test_a_mask_keeps_the_length_and_always_hides_something(text):
    for mask in (mask_id_card, mask_account, mask_phone):
        masked = mask(text)
        assert len(masked) == len(text)
        assert not text or "*" in masked


def test_compacting_twice_changes_nothing():
    assert compact(compact(" 1１-x ")) == "11X"
