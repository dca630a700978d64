"""Invented names: drawn from lists by a seeded generator, so the same county comes out each time."""

import random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
MALE = _words(
    "建国 建军 志强 德明 国华 永福 文斌 家兴 大勇 长青 明辉 光荣 春生 海涛 振华 天佑 世昌 立新 成林 绍武 富贵 有才 正平 学文 宗海 宏伟 "
    "小军 小龙 俊杰 浩然 子轩 宇航 晨曦 一鸣 思远 博文 金水 银山 来福 守田 兴旺 全贵 仁义 兆丰"
)
FEMALE = _words(
    "秀英 桂兰 玉珍 淑芬 凤英 春梅 红霞 丽华 素云 翠花 兰香 金凤 月娥 巧云 水仙 菊香 玉莲 爱华 小芳 雪梅 美玲 晓燕 婷婷 静怡 欣怡 梓涵 雨桐 诗雨 "
    "可心 佳慧 冬梅 秋菊 银花 招娣 腊梅 桂芝 素珍 春兰 杏枝"
)
# Characters that many fonts and GBK lack; a roster that cannot print them is wrong about real people.
RARE = ("玥", "喆", "堃", "昇", "祎", "垚", "赟", "旻", "晞", "彧", "鋆", "瑀", "䶮", "㛃", "𬀩")


class Names:
    """Draws names. About one in 150 carries a rare character."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def surname(self) -> str:
        if self._draw.random() < 0.006:
            return self._draw.choice(DOUBLE_SURNAMES)
        # The first surnames of the list are the common ones.
        place = min(int(self._draw.expovariate(1 / 22)), len(SURNAMES) - 1)
        return SURNAMES[place]

    def given(self, sex: str) -> str:
        if self._draw.random() < 1 / 150:
            return self._draw.choice(RARE) + self._draw.choice(("", "文", "宁", "安"))
        return self._draw.choice(MALE if sex == "male" else FEMALE)

    def full(self, sex: str, surname: str | None = None) -> str:
        return (surname or self.surname()) + self.given(sex)
