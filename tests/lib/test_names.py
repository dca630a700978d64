import pytest
from hypothesis import given
from hypothesis import strategies as st

from civaffairs.lib.names import LONGEST, MOST_INITIALS, initials, search_initials, sort_key

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


def test_names_sort_by_pinyin_and_not_by_code_point():
    names = ["王五", "阿强", "曾小明", "单田芳", "李四", "张三"]
    assert sorted(names, key=sort_key) == ["阿强", "李四", "单田芳", "王五", "曾小明", "张三"]


def test_the_same_sound_keeps_the_same_surname_together():
    assert sorted(["章平", "张平", "章安", "张安"], key=sort_key) == ["张安", "章安", "张平", "章平"]
    assert sorted(["王三", "王"], key=sort_key) == ["王", "王三"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("曾庆红", "zqh"),
        ("单小田", "sxt"),
        ("解晓东", "xxd"),
        ("查良", "zl"),
        ("区志强", "ozq"),
        ("仇和", "qh"),
        ("盖军", "gj"),
        ("朴成", "pc"),
        ("任华", "rh"),
        ("尉迟恭", "ycg"),
        ("万俟雪", "mqx"),
        ("长孙明", "zsm"),
        ("单于飞", "cyf"),
        ("乐平", "yp"),
        ("吕不", "lb"),
    ],
)
def test_a_surname_is_read_as_a_surname_first(name, first):
    assert initials(name)[0] == first


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("曾庆红", "cqh"),
        ("单小田", "dxt"),
        ("解晓东", "jxd"),
        ("乐平", "lp"),
        ("尉迟恭", "wcg"),
        ("翟明", "dm"),
    ],
)
def test_the_everyday_reading_finds_the_person_too(name, also):
    assert also in initials(name)


def test_names_with_a_dot_are_found_by_either_part():
    column = search_initials("阿依古丽·买买提").split()
    assert "ayglmmt" in column
    assert "mmt" in column
    assert sort_key("阿依古丽•买买提") == sort_key("阿依古丽·买买提")


def test_latin_names_give_the_first_letter_of_each_word():
    assert initials("John SMITH") == ("js",)
    assert sort_key("John Smith").startswith("johnsmith")


def test_rare_characters_are_read_or_passed_over_but_never_break():
    assert initials("张䶮") == ("zy",)
    assert "ws" in initials("𬀩三")
    assert initials("李\U0003134a") == ("l",)
    assert sorted(["李\U0003134a", "李周"], key=sort_key)[0] == "李周"
    assert initials("") == ()
    assert search_initials("") == ""


@given(st.text(HAN, min_size=1, max_size=6))
def test_any_chinese_name_has_a_key_and_a_bounded_set_of_initials(name):
    found = initials(name)
    assert len(found) <= MOST_INITIALS
    assert len(set(found)) == len(found)
    assert all(part.isascii() and part.isalpha() and len(part) <= len(name) for part in found)
    assert sort_key(name).endswith(f" {name}")
    assert set(search_initials(name).split()) <= set(found)
    assert search_initials(name).split()[:1] == list(found[:1])


@given(st.text(max_size=12))
def test_whatever_is_typed_as_a_name_does_not_break(name):
    assert len(sort_key(name)) <= LONGEST
    assert len(search_initials(name)) <= LONGEST


def test_a_very_long_name_fits_its_columns_and_keeps_its_usual_reading_and_parts():
    name = "阿卜杜热合曼·买买提江·吐尔逊"
    column = search_initials(name)
    assert len(column) <= LONGEST
    assert column.split()[:3] == ["abdrhmmmtjtex", "mmtj", "tex"]
    assert len(search_initials("曾单解查" * 15)) <= LONGEST
    assert len(sort_key("庄" * 60)) == LONGEST
