"""The words `lexicon` goes by. A phrase stands in the list of what it says about the turn when it comes last.

Where an open and a closed tail both fit, the longer one is right: 给我 is open, 还给我 is closed.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    """Comma-separated: English phrases hold blanks."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


HESITATIONS = frozenset(_words("er erm hmm so uh uhm um well 呃 嗯那个 就是 就是说 这个 那个 额"))
NOISES = _phrases("""
    嗯, 恩, 唔, 哦, 噢, 喔, 啊, 呃, 额, 哎, 诶, 欸, 唉, 哈, 哈哈, 呵呵, 嘿, 对, 对啊, 对呀, 对的, 对吧,
    没错, 好, 好的, 好嘞, 好呀, 好啊, 好吧, 是, 是的, 是啊, 是呀, 是吗, 是吧, 行, 行吧, 行的, 可以,
    可以的, 了解, 了解了, 明白, 明白了, 我明白, 我明白了, 知道, 知道了, 我知道, 我知道了, 收到, 这样,
    这样啊, 这样子, 原来如此, 原来是这样, 真的, 真的吗, 真的啊, 然后呢, 嗯哼, ok, okay, okey, yes, yeah,
    yea, yep, yup, right, sure, alright, exactly, really, cool, great, nice, fine, true, understood,
    good, wow, oh, ah, aha, uh, um, hm, hmm, mm, mmm, mhm, uh-huh, uhhuh, mm-hmm, mmhmm, k, gotcha,
    uh huh, mm hmm, i see, got it, of course, all right, go on, sounds good, that's right
""")

# ── asking for silence ────────────────────────────────────────────────────────────────────────────

STOPS = _words("""
    停 停下 停一下 停停 停止 别说 别说了 别讲 别讲了 不要说 不要说了 不用说了 不用讲了 不要讲了 别再说了
    不要再说了 打住 住口 闭嘴 够了 行了行了 好了好了 等一下 等一等 等下 等等 等会 稍等 慢着 且慢
    打断一下 我打断一下 打断你一下 安静 别念了 不用念了 别吵 别读了 不听了 听我说 你听我说 先听我说
    让我说 让我说完 我先说 不是不是 不对不对
""")
STOP_LEADS = _words("""
    不好意思 抱歉 对不起 哎 诶 欸 喂 嗯 呃 啊 哦 不 那个 那 你 您 请 麻烦 先 快 给我 好了 好 行了 行
    能不能 可不可以 可以
""")
NOT_STOPS = _words("""
    停车 停电 停水 停机 停用 停产 停业 停运 停课 停牌 停诊 停在 停哪 停多 停留 停职 停薪 停经 停放 停不
    等下午 等一下午 等下周 等下个 等下次 等会儿再 安静的 安静吗 够了吗 够了没 等等级 别说是
""")
EN_STOPS = (
    r"stop(?=\W*$|,|\.| (?:it|that|talking|speaking|please|now|there|right|stop|for a|a)\b)|hold on|hang on|"
    r"wait(?! time| list|ing)|shut up|be quiet|(?:quiet|enough|pause)(?=\W*$|,)|cut it out|that'?s enough|"
    r"(?:just )?(?:one|a|give me a) (?:second|sec|moment|minute)|let me (?:speak|talk|finish)|never ?mind|"
    r"listen to me"
)
EN_STOP_LEADS = _phrases("""
    hey, ok, okay, no, please, just, well, uh, um, oh, sorry, alright, yeah, but, can you, could you,
    excuse me
""")

# ── asking for time ───────────────────────────────────────────────────────────────────────────────

WAITS = _words("""
    等一下 等我一下 等下 等我下 等一等 等等 等等我 等会 等会儿 等我一会 等我一会儿 等一会 等一会儿 稍等
    稍等一下 稍等我一下 稍等片刻 稍等一会 稍等一会儿 稍候 别挂 别挂断 别挂电话 不要挂 不要挂断
    不要挂电话 先别挂 给我一分钟 给我两分钟 给我几分钟 等一分钟 等两分钟 等我两分钟 等几分钟 我想想
    我想想看 我看看 我找找 我查查 我算算 我翻翻 我拿支笔 我拿个笔 我找支笔 我找个笔 我去拿 我去拿笔
    我去找
""")
WAIT_LEADS = _words("""
    嗯 呃 额 啊 哦 好 好的 哎 那 那个 请 麻烦 你 您 先 帮忙 不好意思 抱歉 稍微 再 可以 能不能
""")
WAIT_TAILS = _words("""
    啊 哈 哦 呀 吧 噢 好吗 好吧 可以吗 行吗 谢谢 嘛
""")
WAIT_VERBS = _words("""
    看 想 找 查 翻 算 拿 取 确认 核对 考虑 商量 记 回忆
""")
WAIT_THINGS = _words("""
    手机 资料 单子 订单 卡 笔 纸 号码 身份证 银行卡 短信 验证码 电脑 合同 日历
""")
EN_WAITS = (
    r"(?:(?:please )?(?:hold|hang) on|wait|bear with me|hold the line|don'?t hang up|"
    r"(?:(?:wait|hold on|hang on|give me|just|i need)[, ]+){0,2}"
    r"(?:a|one|another|just one|just a) (?:second|sec|moment|minute|min)|"
    r"let me (?:think|check|see|look|find|grab|get|ask|have a look|look it up|pull it up)"
    r"(?: (?:it|that|this|them|him|her|about it|about that|(?:my|the|a) [a-z]+))?|"
    r"i(?:'ll| will| need to|'m going to| have to) (?:get|grab|find|check) my [a-z]+)"
)
EN_WAIT_LEADS = _phrases("""
    oh, ok, okay, um, uh, well, please, sorry, yeah, yes, just, hmm, can you, could you
""")
EN_WAIT_TAILS = (
    r"please|ok|okay|thanks|thank you|(?:for )?(?:a|one|just a) (?:second|sec|moment|minute)|real quick"
)

# ── Chinese: what the last words say ──────────────────────────────────────────────────────────────

ANSWERS = _words("""
    好 好的 好嘞 好啊 好吧 好呀 对 对的 对啊 是 是的 是啊 不是 没有 没 有 不要 不用 不用了 不了 要 可以
    不可以 行 不行 谢谢 谢谢你 谢谢您 再见 拜拜 没问题 没事 没关系 不客气 随便 都行 都可以 知道了 知道
    明白 明白了 不知道 不清楚 不记得 不太清楚 听懂了 同意 不同意 确定 确认 取消 你好 您好 喂 早上好
    晚上好 下午好 就这样 就这些 算了 会 不会 能 不能 在 不在 愿意 不愿意 需要 不需要 打错了 没了 辛苦了
    是我 我是 本人 还行 还好 挺好 不错 一般 男 女 满意 不满意 已婚 未婚 现在 今天 明天 后天 早上 上午
    中午 下午 晚上 没收到 收到 不想 想 不太想 没兴趣 不感兴趣 不方便 方便 我同意 我不同意 我不清楚
    我清楚 我是本人 我就是 我没兴趣 我不需要 我不知道 我知道 我确定 我愿意 我明白 我可以 我不会 我没有
    我有 就这个 就这两个 没别的 没有别的 没其他的 不是这个意思 没听清 听不清
""")
ANSWER_LEADS = _words("""
    嗯 哦 啊 呃 那 就 也 都 还 挺 很 真的 当然 谢谢 好 好的 对 对的 行 是 是的 没有 不是 不 可以 暂时
    已经 现在 今天 喂 你好 麻烦你 麻烦您
""")
OPEN_TAILS = _words("""
    和 跟 与 或 或者 或者是 还是说 还有 以及 但 但是 可是 不过 因为 所以 如果 要是 假如 然后 然后我 而且
    并且 另外 此外 除了 关于 对于 由于 虽然 即使 就算 既然 只要 只有 除非 为了 于是 接着 结果 并 而 且
    则 不但 不仅 不光 不管 无论 当 一旦 哪怕 尽管 假设 万一 要不 要不然 否则 不然 不如 宁可 与其 所以说
    因为我 但是我 可是我 如果我 那如果 那 那么 也就是说 首先 其次 第一 一方面 包括 其中 比如 比如说 例如
    譬如 像 特别是 尤其是 主要是 其实 那个 这个 就是 就是那个 呃 嗯那个 嗯然后 这 哪 每 某 之前那个
    上次那个 我这个 我那个 你们那个 我想 我想要 我要 我想问 我想问一下 我想问下 我想请问 我问一下 我问下
    请问 请问一下 请问下 问一下 想问一下 想咨询一下 我想咨询 我想咨询一下 我想了解 我想了解一下 我觉得
    我认为 我感觉 我的意思是 我意思是 我是想 我是说 我就是想 想 想要 打算 准备 希望 我希望 能不能帮我
    可以帮我 能帮我 帮我 帮我查一下 麻烦你 麻烦您 麻烦帮我 叫做 我叫 姓 我姓 名字是 名字叫 住在 地址是
    地址在 号码是 电话是 邮箱是 时间是 密码是 卡号是 单号是 订单号是 身份证号是 尾号是 金额是 问题是
    情况是 意思是 是 不是说 有个 有一个 有一个问题 有个问题 我有个问题 我有一个问题 有一些 一个 一些
    一种 一下就 能不能 可不可以 能否 是否 怎么 怎么才能 为啥 把 被 将 给 给我 给他 给你们 向 从 往 到 在
    用 按 按照 根据 通过 比 让 使 请 对 跟我 和我 离 朝 由 叫 去 来 想去 要去 很 非常 特别 比较 更 最 太
    越 又 再 还 也 就 才 刚 刚才 已经 正在 一直 经常 可能 应该 大概 大约 能 会 要 可以 需要 必须 得 地
    之 其 所 不 没 没有 还没有 说 跟我说 想说 有两个 有几个 有三个 有一张 有一件 有一点 我 你 他 她 它
    我们 你们 他们 咱们 您 我这边 那我 那你 所以我 我的 你的 他的 她的 您的 我们的 你们的 公司的 家的
    妈的 爸的 朋友的 老公的 老婆的 孩子的 的话 的时候 时候 之后我 以后我 之前我 的那个 的这个 的那种 第
    百分之 零 负 几 多少号 两 每个 左右的 它的 有 那种 那台 那件 那款 那张 那家 那本 刚才说的 上次说的
    之外 以外 除此之外
""")
CLOSED_TAILS = _words("""
    吗 呢 吧 嘛 啦 呀 么 了 哦 噢 哈 啊 喽 咯 是吧 对吧 好不好 行不行 可不可以啊 能不能行 是不是 有没有
    对不对 要不要 多少钱 多少 几点 几号 几个 几天 多久 什么时候 哪里 哪儿 在哪 在哪里 是谁 谁 什么
    什么意思 怎么回事 怎么办 怎么样 怎么走 怎么弄 怎么用 怎么说 为什么 干什么 干嘛 多长时间 多远 多大
    多高 哪个 哪一个 谢谢 谢谢你 谢谢您 再见 拜拜 没问题 没关系 不客气 没事 就行 就好 就可以 就可以了
    即可 为止 而已 来着 再说 不好 不行 不可以 不了 不用 可以的 是的 好的 对的 行的 有的 一下 一遍 一次
    试试 看看 听听 说说 人工 人工客服 人工服务 转人工 还给我 发给我 寄给我 打给我 退给我 转给我 交给我
    留给我 告诉我 联系我 回复我 通知我 找我 骗我 帮帮我 问我 叫我 等我 是我 认识我 提醒我 发我 给你 给您
    给他了 问你 爱你 谢了 要这个 要那个 选这个 选那个 买这个 就这个 就那个 是这个 是那个 用这个 不是
    也是 都是 就是了 就是这样 正是 还是 是不是我 总是 不对 对不 不在 都在 还在 现在 能到 送到 几点到
    收到 看到 听到 找到 没到 遇到 买到 拿到 做到 想到 知道 感觉到 快到 刚到 没收到 还没到 到不到 不到
    没听到 没看到 报到 迟到 签到 得到 等到 办得到 做不到 找不到 收不到 看不到 听不到 买不到 不得 值得
    记得 晓得 舍不得 免得 不记得 懂得 有用 没用 使用 费用 信用 租用 作用 可用 好用 能用 不能用 在用
    没在用 面对 最近 出现 目的 别的 男的 女的 真的 假的 红色的 白色的 黑色的 蓝色的 新的 旧的 大的 小的
    好一点的 便宜的 贵的 我的呀 当地 本地 外地 工地 场地 各地 内地 土地 目的地 我知道 可能吧 不可能
    不太可能 有可能 不会 不能 不要 还要 也会 学会 开会 机会 社会 约会 也可以 都可以 不需要 有需要 没有
    都没有 还没有 暂时没有 我没有 没有没有 不想 也不想 不太想 重要 主要 需要吗 出去 回去 进去 过去 下去
    上去 退回去 过来 回来 进来 出来 起来 下来 上来 带来 原来 将来 未来 本来 不去 没去 不来 没来 快递
    学历 喜欢他 相信你 服了你 找他 联系他 找她 他们吧 离开 朋友 妻子 你说 这么说 没说 难说 好说 清楚
    意思 就这些 这两个 那两个 这几个 都有 也有 要有 要那种 要那款 要那件 要那张 就要 都要 没有问题
    有问题 这样的 没听清 听不清 没听懂 没听见 没看懂 本人 按你说的 你说的 他说的 我说的
""")

# A clause that opens like this waits for its other half …
OPENINGS = _words("""
    因为 由于 如果 要是 假如 假设 虽然 尽管 即使 就算 既然 只要 只有 除非 为了 除了 不管 无论 一旦 万一
    当 等到 自从 不但 不仅 与其 每次 每当 等我 等他 上次我 昨天我 刚才我
""")
OPENING_LEADS = _words("""
    嗯 呃 额 啊 哦 那 那个 就 就是 对 好 好的 其实 主要 主要是 但是 可是 不是
""")
# … which comes with one of these.
ANSWERING = _words("""
    就 才 也 都 还 所以 那么 那我 那你 那能 那要 那是 会 却 但 可以 能 怎么 什么 多少 几 吗 呢 吧 请 帮
    需要 应该 ， ,
""")
DANGLING = _words("""
    的话 的时候 时候 之前 以前 之后 以后 那天 那会儿 期间 之外 以外
""")
# A short refusal is whole: 不用发票.
REFUSALS = _words("不用 不要 不需要 不想 没有 没 不是 不会 不能")
QUESTION_WORDS = _words("""
    怎么 什么 多少 几点 几号 几个 几天 多久 哪里 哪儿 哪个 谁 为什么 多长 能不能 可不可以 有没有 是不是
    要不要 好不好 会不会 行不行
""")

# ── English ───────────────────────────────────────────────────────────────────────────────────────

EN_ANSWERS = _phrases("""
    yes, yeah, yep, yup, no, nope, sure, ok, okay, fine, good, great, thanks, bye, goodbye, hello, hi,
    hey, correct, right, exactly, maybe, never, please, absolutely, definitely, perfect, alright,
    cancel, done, sorry, none, nothing, everything, today, tomorrow, tonight, now, both, neither,
    always, sometimes, thank you, of course, i do, i don't, i am, i'm not, i did, i didn't, i will,
    i won't, it is, it isn't, it was, it's not, i can, i can't, i have, i haven't, they are,
    they aren't, we are, we do, we don't, that's it, that's all, that's right, i think so, i hope so,
    i guess so, i don't think so, not really, not yet, i see, got it, no problem, good morning,
    good afternoon, good evening, see you, never mind, i don't know, i'm not sure, i understand,
    sounds good, uh huh, uh-huh, mm-hmm, it does, it doesn't, he is, she is, he does, she does, i would,
    i should, i could, not at all, that's fine, that's everything, that's correct, that's great,
    that's ok, that's okay, it's fine, it's ok, it's okay, i agree, that's wrong, all good, all done,
    as well, me too
""")
EN_ANSWER_LEADS = _words("""
    oh um uh well ok okay yes yeah no nope sure all so hi hello sorry
""")
EN_ANSWER_TAILS = _phrases("""
    please, thanks, bye, then, sir, yes, so, very, much, there, thank you
""")
EN_OPEN_TAILS = _phrases("""
    and, but, or, because, cause, so, then, if, when, while, although, though, unless, until, since,
    that, which, who, whose, where, whether, the, a, an, my, your, his, her, their, our, its, this,
    these, those, some, any, every, another, to, of, in, on, at, for, with, from, by, about, into,
    between, like, than, as, without, under, over, through, during, before, after, is, are, was, were,
    be, am, i'm, it's, that's, there's, he's, she's, we're, they're, you're, what's, i'd, i've, i'll,
    we'll, you'll, can, could, will, would, should, may, might, must, do, does, did, have, has, had,
    not, don't, can't, didn't, won't, i, we, he, she, they, um, uh, er, erm, uhm, hmm, well, also, plus,
    actually, basically, just, very, really, too, kind, sort, want, need, wanna, gonna, think, mean,
    wondering, trying, called, named, say, going, looking, first, second, third, either, neither, how,
    what, why, number, name, i want, i need, i think, i mean, you know, i was, the thing, for example,
    such as, one of, let me, let's, tell me, can you, could you, would you, help me, show me, give me,
    i would like, my name, my number, my email, my address, the problem, can i, may i, could i, do you,
    i have a question, i was wondering, i'd rather, he said, she said, they said, i said, i have one,
    i have two, i have three, more than, less than, next, a few, a couple of, a lot of, my phone number,
    my order number, my account number
""")
EN_CLOSED_TAILS = _phrases("""
    think so, hope so, guess so, said so, believe so, come on, log on, log in, sign in, check in,
    checking in, come in, go on, carry on, hold on, turn it on, turn it off, yes i am, yes i do,
    yes i did, yes i have, yes it is, no i don't, no i didn't, no it's not, i can't, i didn't, i don't,
    i won't, of course not, why not, love to, like to know, happy to, don't want to, have to, me too,
    you too, us too, not really, like that, like this, do that, do this, want that, want this,
    need that, need this, have that, take that, take this, mean that, about that, about this, of that,
    of this, for that, for this, with that, with this, after that, before that, how much, how many,
    how long, how come, what is it, who is it, where is it, what it is, where it is, wrong number,
    same number, your number, your name, what number, phone number, the number, tracking number,
    and so on, sort of, kind of, one of them, one of those, not yet, a lot, thinking about it, about it,
    as well, please, thanks, thank you, bye, goodbye, this one, that one, all of them, none of them,
    the first, the second, the third, what for, where to, right now, see then, back then, until then,
    what happened then, i know how, know why, tell me why, tell me how, say what, do what, know what,
    for what, is what, over, it over, what they are, who you are, how you are, where you are,
    who they are, what you mean, what i mean, what do you mean, what does it mean, what does that mean,
    what do you think, what do you need, what do you want, how are you, who are you, where are you,
    what they do, what you do, what you want, what i want, what i need, all i need, all i want
""")
EN_OPENINGS = (
    r"(?:if|when|because|since|although|even though|while|unless|once|after|before|whenever|as soon as|"
    r"let's say|every time)"
)
EN_OPENING_LEADS = _words("""
    and but so well um uh ok okay yeah yes no only just
""")
EN_ANSWERING = (
    r",|\?|\b(?:then|do i|do you|does|can i|can you|could|would|will|should|is there|is it|are there|what|"
    r"how|where|why|please|i'd|i'll|"
    r"tell me|call me|let me know|you can|i can|we can|i want|i need)\b"
)
EN_QUESTION = (
    r"(?:what|who|where|when|why|how|which|whose|can|could|will|would|should|shall|may|do|does|did|is|are|was|were|am|have|has|isn't|aren't|"
    r"don't|doesn't|can't)\b"
)
# Left behind by a question: where are you from.
EN_STRANDING = frozenset(_words("from for to with about like at in on of that this"))
# Whole when the recogniser put a full stop: you asked me that.
EN_PRONOUNS = frozenset(
    _words("that this these those her some any another either neither first second third too really")
)
# Announces something, but not in a question: did you get my email.
EN_ANNOUNCED = _phrases(
    "my name, my number, my email, my address, my phone number, my order number, my account number"
)
