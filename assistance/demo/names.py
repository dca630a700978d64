"""Invented names: drawn from lists by a seeded generator, so the same county comes out each time."""

import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
# By generation: nobody of eighty is called 子轩, and no child 建国.
OLD_MALE = _words(
    "永福 德明 国华 世昌 绍武 富贵 有才 正平 学文 宗海 金水 银山 来福 守田 兴旺 全贵 仁义 兆丰 长青 光荣 春生 立新 成林 建国 建军 明辉 大勇 家兴 志强 振华"
)
OLD_FEMALE = _words(
    "秀英 桂兰 玉珍 淑芬 凤英 素云 翠花 兰香 金凤 月娥 巧云 水仙 菊香 玉莲 银花 招娣 腊梅 桂芝 素珍 春兰 杏枝 秋菊 冬梅 春梅 红霞 丽华 爱华"
)
YOUNG_MALE = _words(
    "文斌 海涛 天佑 宏伟 小军 小龙 俊杰 浩然 子轩 宇航 晨曦 一鸣 思远 博文 子涵 嘉树 明哲 景行 星野 知行"
)
YOUNG_FEMALE = _words(
    "小芳 雪梅 美玲 晓燕 婷婷 静怡 欣怡 梓涵 雨桐 诗雨 可心 佳慧 思琪 若彤 语晨 清禾 念真 晚晴 书宁 小满"
)
YOUNG_SINCE = 1985
# Characters that many fonts and GBK lack; a roster that cannot print them is wrong about real people.
RARE = ("玥", "喆", "堃", "昇", "祎", "垚", "赟", "旻", "晞", "彧", "鋆", "瑀", "䶮", "㛃", "𬀩")


class Names:
    """Draws names. About one in 150 carries a rare character."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def surname(self) -> str:
        if self._draw.random() < 0.006:
            return self._draw.choice(DOUBLE_SURNAMES)
        # The first surnames of the list are the common ones.
        place = min(int(self._draw.expovariate(1 / 22)), len(SURNAMES) - 1)
        return SURNAMES[place]

    def given(self, sex: str, birth_year: int) -> str:
        if self._draw.random() < 1 / 150:
            return self._draw.choice(RARE) + self._draw.choice(("", "文", "宁", "安"))
        if birth_year >= YOUNG_SINCE:
            return self._draw.choice(YOUNG_MALE if sex == "male" else YOUNG_FEMALE)
        return self._draw.choice(OLD_MALE if sex == "male" else OLD_FEMALE)

    def full(self, sex: str, birth_year: int, surname: str | None = None) -> str:
        return (surname or self.surname()) + self.given(sex, birth_year)
