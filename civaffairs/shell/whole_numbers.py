"""A whole number in the search box (ID card, telephone, certificate) never reaches an address.

Addresses are kept: by the browser, by the log of the web server, by the proxy in between. So the box is posted; a
whole number is put into the address sealed for the one who asked, and everything else stays readable, so that a
search for a name can be kept as a bookmark.
"""

import re

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import urlencode

from civaffairs.lib.cipher import CipherError
from civaffairs.lib.identity import compact
from civaffairs.registry.keys import cipher

LONGEST = 60
IN_THE_ADDRESS = "身份证号、电话不要写在网址里，请在查询框里输入。"

_MARK = "~"
# Last digits (four or six) say little about whose they are; seven and more are a telephone or more.
_WHOLE = re.compile(r"\d{7}")
_NUMBER_OF_A_PERSON = re.compile(r"\d{7,17}|\d{17}[\dX]")


def asked_again(request: HttpRequest, name: str = "q") -> HttpResponseRedirect:
    """The answer to a posted search: the same page by GET, with a whole number sealed."""
    text = request.POST.get(name, "")[:LONGEST].replace("\0", "").strip()
    if _WHOLE.search(compact(text)):
        text = _MARK + cipher().encrypt(text, _purpose(request))
    return HttpResponseRedirect(f"{request.path}?{urlencode({name: text})}" if text else request.path)


def asked(request: HttpRequest, name: str = "q") -> tuple[str, str]:
    """(what was typed, "") or ("", why it is not searched)."""
    text = request.GET.get(name, "").replace("\0", "")
    if text.startswith(_MARK):
        try:
            return cipher().decrypt(text[1:], _purpose(request)), ""
        except CipherError:
            return "", "这个查询已失效，请重新输入。"
    text = text[:LONGEST]
    if _WHOLE.search(compact(text)):
        return "", IN_THE_ADDRESS
    return text, ""


def not_whole(text: str) -> None:
    """For the filters of lists, which stand in the address as they are: a validator for their text fields."""
    if _NUMBER_OF_A_PERSON.fullmatch(compact(text)):
        raise ValidationError("身份证全号、电话请在页面上方的查人框里查", code="whole_number")


def _purpose(request: HttpRequest) -> str:
    return f"search-{request.user.pk}"
