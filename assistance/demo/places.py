"""The invented county: its townships, villages and neighbourhoods. The code 519901 belongs to no real county."""

from dataclasses import dataclass

COUNTY_CODE = "519901000000"
COUNTY = "云岭县"

# (serial in the code, name, is the county seat's street)
TOWNSHIPS = (
    ("101", "青溪镇", False),
    ("102", "白石镇", False),
    ("001", "城关街道", True),
    ("002", "东门街道", True),
    ("103", "龙潭镇", False),
    ("104", "黄桷镇", False),
    ("105", "石桥镇", False),
    ("106", "双河镇", False),
    ("107", "观音镇", False),
    ("108", "马鞍镇", False),
    ("109", "铜鼓镇", False),
    ("110", "新场镇", False),
    ("111", "柏林镇", False),
    ("201", "云盘乡", False),
    ("202", "竹坪乡", False),
    ("203", "高坎乡", False),
)
_FIRST = "上下前后东西南北大小老新高长双三"
_SECOND = ("坝", "湾", "沟", "坪", "桥", "岭", "塘", "冲", "垭", "井", "滩", "寨", "堰", "坡")
_QUARTERS = ("柳塘", "北门", "河滨", "文庙", "鼓楼", "桂花", "书院", "车站", "翠屏", "江畔", "和平", "新城")


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    full_name: str
    level: int
    parent: str | None
    urban: bool


def places(townships: int, villages_each: int) -> list[Place]:
    """The county with its first `townships` townships. Streets have neighbourhoods only; every township has one
    neighbourhood in its market town beside its villages."""
    found = [Place(COUNTY_CODE, COUNTY, f"{COUNTY}民政局", 1, None, False)]
    for index, (serial, name, street) in enumerate(TOWNSHIPS[:townships]):
        code = f"519901{serial}000"
        organ = "街道办事处" if street else "人民政府"
        found.append(Place(code, name, f"{COUNTY}{name}{organ}", 2, COUNTY_CODE, street))
        quarters = villages_each if street else 2
        for n in range(quarters):
            label = f"{_QUARTERS[(n + index * 5) % len(_QUARTERS)] if index else _QUARTERS[n]}社区"
            found.append(Place(f"519901{serial}{n + 1:03}", label, f"{name}{label}居民委员会", 3, code, True))
        used = {"青溪村", "白石村"}
        first = name.removesuffix("镇").removesuffix("乡")
        for n in range(0 if street else villages_each - 2):
            label = f"{first}村" if n == 0 else _village_name(index * 31 + n * 7, used)
            used.add(label)
            found.append(
                Place(f"519901{serial}{200 + n + 1:03}", label, f"{name}{label}村民委员会", 3, code, False)
            )
    return found


def _village_name(start: int, used: set[str]) -> str:
    for step in range(len(_FIRST) * len(_SECOND)):
        place = start + step
        name = f"{_FIRST[place % len(_FIRST)]}{_SECOND[(place // 3) % len(_SECOND)]}村"
        if name not in used:
            return name
    raise ValueError("more villages than names")
