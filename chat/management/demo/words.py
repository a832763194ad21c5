"""Names and sentences of demo people."""


def _each(text: str) -> list[str]:
    return text.split()


GIVEN = {
    "en": _each("""Mara Tom Ines Jonas Priya Owen Lucía Nora Felix Hannah Diego Astrid Kofi Ruth Marek Elena
        Samir Greta Pavel June Theo Ada Bruno Clara Emil Freya Hugo Iris Karin Leon"""),
    "zh": _each(
        "晓雯 默 夏 雨桐 若水 明 子涵 思远 嘉怡 一凡 静怡 浩然 梓萱 文博 佳宁 宇航 欣妍 志远 雅琪 云飞"
    ),
    "ar": _each("سلمى يوسف ليلى عمر نور كريم هدى طارق ريم سامي مريم خالد"),
}
FAMILY = {
    "en": _each("""Ellison Okafor Duarte Weber Nair Llewellyn Moreno Lindqvist Baptiste Novak Haddad
        Castellano Mensah Aldridge Kowalski Petrov Vandersteen Iyer Moss Sorensen Tanaka Alvarez Brandt
        Costa Dimitrov Eriksen Fontaine Grant"""),
    "zh": list("陈林周王何李张刘杨黄赵吴徐孙朱马胡郭高罗"),
    "ar": _each("حداد منصور الخطيب نصار درويش سليمان عبود قاسم"),
}


def names(language: str) -> list[str]:
    """Family name first in Chinese."""
    pairs = [(given, family) for given in GIVEN[language] for family in FAMILY[language]]
    return [f"{family}{given}" if language == "zh" else f"{given} {family}" for given, family in pairs]


# Languages of ten people.
SHARES = ("en",) * 5 + ("zh",) * 4 + ("ar",)

SENTENCES = {
    "en": (
        "Morning. The kettle is on, quietly.",
        "The old box is quieter than I have ever heard it. I moved the last of the nightly jobs over.",
        "Did anybody see the ferry go past? It is early today.",
        "I can do seven. Sooner if the ferry is on time.",
        "Scale is 1:200, not 1:100 as the drawing says.",
        "That was it, thanks. Two hours for one comma.",
        "The tide gauge reads 3.4 m, which is *almost* what the table promised.",
        "Numbers are in the sheet. **Row 14 is a guess**, the rest is not.",
        "`make test` is green here, on both databases.",
        "Can we keep the map in the middle and let the list scroll? It is easier to read on a phone.",
        "I wrote it down: https://archive.example.org/harbour/plans/quay-north?layer=tide-gauge",
        "All quiet since two.",
        "No objection from me. Let us try it for a week and look again.",
        "Who has the key to the small room?",
        "The photo of the north quay is from 1974, not 1947. I will fix the caption.",
        "> nothing relies on cron any more\n\nFamous last words. I will watch it tonight.",
        "Three things are left:\n- the index\n- the captions\n- a name for it",
        "Lunch? There is soup at the corner place.",
        "I read it twice and I still like the second half better.",
        "It rained into the shed again. Nothing of ours got wet.",
        '```python\ndef renumber(room):\n    rows = room.messages.order_by("id")\n'
        "    return [(row.pk, seq) for seq, row in enumerate(rows, 1)]\n```",
        "🎉",
        "Then tomorrow at nine. I will bring the long ladder.",
        "It works on my phone now, also without a connection: it waited, and went out by itself.",
    ),
    "zh": (
        "早上好，我先去把水烧上。",
        "索引我重建过一遍，中文一个字也能搜到了。",
        "今晚七点前能看一下迁移脚本吗？我怕编号会断。",
        "上次在测试环境跑了四分钟，没有丢，也没有重。",
        "北码头的照片也在里面，大家看看说明写得对不对。",
        "新的页边距我放在草稿里了，手机上看着舒服一些。",
        "下周读第三章，谁来开头？",
        "**第 14 行是估的**，其他都对过了。",
        "我改好了，`enumerate` 之后的编号是连续的。",
        "雨太大了，晚二十分钟到。",
        "可以，那就先试一个星期，再看要不要改。",
        "这张图我想放在中间，列表在旁边滚动。",
        "食堂今天有汤面，一起吗？",
        "收到，谢谢！",
        "手机断网的时候写的那条，连上以后自己发出去了。",
        "还差三件事：\n- 索引\n- 图片说明\n- 起个名字",
    ),
    "ar": (
        "صباح الخير، راجعتُ الترجمة وأرسلتها قبل قليل.",
        "النصوص العربية جاهزة، بقي عنوان واحد.",
        "هل وصلت العبّارة؟",
        "شكرًا، هذا أوضح بكثير.",
        "سأكون هناك في السابعة.",
        "الصورة جميلة، لكن التاريخ يحتاج إلى تصحيح.",
    ),
}

ROOMS = (
    ("Lobby", ""),
    ("Harbour rebuild", "Moving the catalogue off the old box before December"),
    ("设计 Design", "Margins, ink and everything one looks at"),
    ("读书会 Reading group", "下周读第三章"),
    ("Night shift", "Who is awake, and what is beeping"),
    ("Budget 2027", "Numbers, and what they mean"),
    ("الترجمة", "النصوص العربية"),
    ("Kitchen", "Soup, and whose turn it is"),
)
EMOJI = ("👍", "🙏", "👀", "🎉", "😄", "❤️")
