"""Chinese names for sorting and for the search box.

Databases sort Chinese by code point, which puts 阿 after 王, so each name stores a pinyin key of its own.
Surnames are often read unlike the same character elsewhere (曾 zeng, not ceng), and a clerk may type either,
so the search column holds the initials of all readings.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

# More readings than this come only from names of several rare characters; the likely ones are generated
# first.
MOST_INITIALS = 24
# Both columns hold this many characters; PostgreSQL refuses one more, so nothing longer is ever handed out.
LONGEST = 120

# Readings as a surname where the dictionary may choose another one; the first is the usual one.
_READ_AS = """
    曾=zeng1 单=shan4 解=xie4 查=zha1 区=ou1 仇=qiu2 盖=ge3/gai4 朴=piao2/pu3 任=ren2 华=hua4 秘=bi4
    冼=xian3 洗=xian3 折=she2 繁=po2 员=yun4 贠=yun4 缪=miao4 种=chong2 宁=ning4/ning2 召=shao4 乜=nie4
    逄=pang2 隗=wei3/kui2 纪=ji3 覃=qin2/tan2 訾=zi1 翟=zhai2/di2 占=zhan1 应=ying1 车=che1 乐=yue4/le4
    黑=he4/hei1 盛=sheng4 佴=nai4 能=nai4 费=fei4/bi4 燕=yan1 谌=chen2/shen4 角=jue2 过=guo1 哈=ha3 句=gou1
    令=ling2 幺=yao1 牟=mu4/mou2 莘=shen1/xin1 薄=bo2 阚=kan4 於=yu1 相=xiang4 祭=zhai4 郗=xi1/chi1 瞿=qu2
    撒=sa3 撖=han4 眭=sui1 粘=nian2 仝=tong2 呙=guo1 藏=zang1 重=chong2 都=du1 长=chang2 行=xing2
    尉=wei4/yu4 万=wan4 石=shi2 曲=qu1 那=na1 卜=bu3 贾=jia3 柏=bai3/bo2 尹=yin3 适=kuo4 缴=jiao3 晁=chao2
    褚=chu3 俞=yu2 殷=yin1 沈=shen3 洪=hong2 谷=gu3 郇=xun2/huan2 葛=ge3 叶=ye4 尉迟=yu4,chi2 万俟=mo4,qi2
    长孙=zhang3,sun1 澹台=tan2,tai2 单于=chan2,yu2 亓官=qi2,guan1 乐正=yue4,zheng4 宰父=zai3,fu3
    颛孙=zhuan1,sun1 令狐=ling2,hu2 呼延=hu1,yan2 夏侯=xia4,hou2 鲜于=xian1,yu2 濮阳=pu2,yang2
    淳于=chun2,yu2 公冶=gong1,ye3 皇甫=huang2,fu3 漆雕=qi1,diao1 夹谷=jia2,gu3 谷梁=gu3,liang2 独孤=du2,gu1
    拓跋=tuo4,ba2
"""
_SURNAMES = {
    surname: tuple(readings.split("/"))
    for surname, readings in (pair.split("=") for pair in _READ_AS.split())
}
_DOTS = re.compile(r"[·•‧・∙⋅˙.]")


def sort_key(name: str) -> str:
    """Pinyin with tones in the usual reading, then the name itself so that 张 and 章 do not mix.

    Compare code point by code point: in PostgreSQL the column needs COLLATE "C"; SQLite compares that
    way by itself.
    """
    clean = _clean(name)
    surname = _surname(clean)
    readings = list(_SURNAMES[surname][0].split(",")) if surname else []
    rest = clean[len(surname) :]
    rest = clean[len(surname) :].replace(" ", "")
    readings += [_first_reading(char) if _is_han(char) else char.lower() for char in rest]
    return f"{''.join(readings)} {clean}"[:LONGEST]


def initials(name: str) -> tuple[str, ...]:
    """The initials of every reading, the likeliest first: 曾庆红 → ("zqh", "cqh").

    A character without a known reading is passed over.

    Latin names give the first letter of each word. The dot in names of some nationalities is not counted.
    """
    clean = _clean(name)
    surname = _surname(clean)
    choices = [_letters(char) for char in surname]
    if surname:
        usual = _SURNAMES[surname]
        for at, letters in enumerate(choices):
            own = [reading.split(",")[at][0] for reading in usual]
            choices[at] = tuple(dict.fromkeys([*own, *letters]))
    for word in clean[len(surname) :].split():
        choices += [_letters(char) for char in word if _is_han(char)]
        if not _is_han(word[0]) and word[0].isalnum():
            choices.append((word[0].lower(),))
    choices = [letters for letters in choices if letters]
    if not choices:
        return ()
    return tuple(
        dict.fromkeys("".join(letters) for letters in islice(_likeliest_first(choices), MOST_INITIALS))
    )


def search_initials(name: str) -> str:
    """One column to search with LIKE 'zqh%' or LIKE '% zqh%': all initials, and those of each later part of a
    dotted name.
    """
    whole = initials(name)
    later = [initials(part) for part in _clean(name).split(" ")[1:]]
    # the usual readings first, so that what does not fit is what nobody types
    ranked = [*whole[:1], *[part[0] for part in later if part], *whole[1:]]
    ranked += [reading for part in later for reading in part[1:]]
    column = ""
    for reading in dict.fromkeys(ranked):
        longer = f"{column} {reading}".lstrip()
        if len(longer) <= LONGEST:
            column = longer
    return column


def _clean(name: str) -> str:
    return " ".join(_DOTS.sub(" ", unicodedata.normalize("NFKC", _DOTS.sub(" ", name))).split())


def _surname(clean: str) -> str:
    # A dotted name begins with a given name, which is read in the ordinary way.
    if " " in clean:
        return ""
    return next((clean[:size] for size in (2, 1) if clean[:size] in _SURNAMES), "")


def _is_han(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK")


@lru_cache(maxsize=8192)
def _first_reading(char: str) -> str:
    # The tilde sorts after every letter: names that cannot be read stand together at the end.
    readings = lazy_pinyin(char, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return readings[0] if readings else "~"


@lru_cache(maxsize=8192)
def _letters(char: str) -> tuple[str, ...]:
    readings = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(
        dict.fromkeys(reading[0] for reading in (readings[0] if readings else []) if reading[0].isascii())
    )


def _likeliest_first(choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All combinations, those with the fewest unusual readings first."""
    # Keep the product small before sorting it: four readings a character are more than any clerk types.
    numbered = [list(enumerate(letters[:4])) for letters in choices]
    combined = islice(product(*numbered), 4096)
    ranked = sorted(combined, key=lambda picks: sum(rank for rank, _ in picks))
    return [tuple(letter for _, letter in picks) for picks in ranked]
