"""Why a bank did not pay, in our own few words. Banks say the same in a hundred ways and by codes of their own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """`label` is what stands first in a line's reason, `words` are found in what banks write, `advice` says what to do
    before the money goes out again."""

    key: str
    label: str
    words: tuple[str, ...]
    advice: str


# In the order of asking: 账户已销户，户名不符 is a closed account.
REASONS = (
    Reason("closed", "账户已销户", ("销户", "注销", "销卡", "已关户"), "换一个账户再重发"),
    Reason(
        "frozen",
        "账户冻结",
        ("冻结", "止付", "挂失", "久悬", "睡眠", "不动户", "状态异常", "状态不正常", "受限"),
        "请本人到银行解除后重发，或换一个账户",
    ),
    Reason("limit", "超过账户限额", ("限额", "超限", "类户", "类账户"), "换成一类账户再重发"),
    Reason(
        "number",
        "账号错误",
        ("账号", "卡号", "账户不存在", "无此账户", "无此户", "账户错误", "账户有误"),
        "核对账号，变更账户后重发",
    ),
    Reason("name", "户名不符", ("户名", "姓名", "名称"), "核对户名，变更账户后重发"),
    Reason(
        "bank",
        "银行系统原因",
        ("超时", "系统", "通讯", "通信", "网络", "处理异常"),
        "账户不用改，可以直接重发",
    ),
)
OTHER = Reason("other", "其他原因", (), "向银行问清楚再重发")
LABELS = {reason.label: reason for reason in (*REASONS, OTHER)}
NOT_SAID = "银行未说明原因"
LONGEST = 100


def reason_of(text: str) -> Reason:
    """Which of our reasons a bank's words mean."""
    text = text.replace("帐", "账")
    for label, reason in LABELS.items():
        if text.startswith(label):
            return reason
    return next((reason for reason in REASONS if any(word in text for word in reason.words)), OTHER)


def in_our_words(said: str, own: Mapping[str, str]) -> str:
    """What the line keeps: the bank's words; where the format translates them, our label with the bank's words behind
    it. `own` maps the words or codes of one bank to our labels."""
    if not said:
        return NOT_SAID
    label = own.get(said) or own.get(said.upper())
    return said[:LONGEST] if not label or label == said else f"{label}（{said}）"[:LONGEST]
