"""Words that stand behind numbers in Chinese: written units, currencies, and what is counted with 两."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


UNITS = _pairs("""
    km/h 公里每小时  m/s 米每秒  kWh 千瓦时  kW·h 千瓦时  mAh 毫安时  Mbps 兆  Gbps G
    km² 平方公里  m² 平方米  ㎡ 平方米  cm² 平方厘米  m³ 立方米  cm³ 立方厘米
    kg 公斤  ㎏ 公斤  mg 毫克  g 克  km 公里  ㎞ 公里  cm 厘米  ㎝ 厘米  mm 毫米  ㎜ 毫米  nm 纳米  m 米
    ml 毫升  mL 毫升  L 升  l 升  ℃ 摄氏度  °C 摄氏度  ℉ 华氏度  °F 华氏度  ° 度
    h 小时  min 分钟  s 秒  ms 毫秒  W 瓦  kW 千瓦  MW 兆瓦  V 伏
    Hz 赫兹  kHz 千赫兹  MHz 兆赫兹  GHz 吉赫兹  dB 分贝  Pa 帕  kPa 千帕  MPa 兆帕  kcal 千卡  px 像素
    mmHg 毫米汞柱  mmol/L 毫摩尔每升  mmol 毫摩尔  mol 摩尔  μg 微克  mg/L 毫克每升
    CNY 元  RMB 元  USD 美元  EUR 欧元  HKD 港元  JPY 日元  GBP 英镑
""")

CURRENCIES = _pairs("""
    ¥ 元  ￥ 元  CNY 元  RMB 元  $ 美元  US$ 美元  USD 美元  HK$ 港元  € 欧元  EUR 欧元
    £ 英镑  GBP 英镑  ₩ 韩元  JP¥ 日元  JPY 日元  HKD 港元  KRW 韩元  ₹ 卢比  ฿ 泰铢
""")

# 2 before these is 两. Missing, because ordinal: 号 月 日 楼 层 级 班 期 等 线 环 胎 手 维 栋 季 队 代.
MEASURE_WORDS = _words("""
    个 位 名 人 天 年 周 小时 分钟 秒钟 秒 点 次 件 条 张 本 台 辆 只 头 匹 双 套 间 家 座 块 元 角 毛 分
    斤 公斤 千克 克 吨 米 公里 千米 厘米 毫米 升 毫升 平方 立方 平米 倍 种 类 项 款 份 批 组 场 句 段 篇 页
    步 遍 趟 顿 杯 瓶 碗 盘 袋 包 盒 箱 支 枝 根 颗 粒 片 把 门 部 封 笔 口 户 岁 度 折 成 晚 夜 星期 礼拜
    方面 边 百 千 枚 株 朵 幅 副 面 行 列 排 亩 里 寸 尺 摄氏度 华氏度 公顷 节 首 集 伏 瓦 千瓦 美元 欧元
    英镑 港元 港币 日元 人民币 刻钟 者 国 地 会 样 市 省 县 轮 局 桶 串 束 滴 室 厅 卫 兆 千卡 分贝 赫兹
""")
