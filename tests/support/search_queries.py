"""Fifty search queries and their results, the same on every database.

Each message is (name, room, author, body). Alice, who is in both rooms, searches; results are names, newest
first.
"""

SAID = [
    ("tide", "Harbour", "alice", "The tide gauge at pier 7 reads 2.4 m"),
    ("tides", "Harbour", "bob", "Tides, tidal charts and the harbourmaster"),
    ("zh1", "Harbour", "bob", "潮位计读数是二点四米"),
    ("zh2", "Harbour", "alice", "明天去上海图书馆，上午九点见"),
    ("zh3", "Lounge", "bob", "上海的天气很好，海边风大"),
    ("zh4", "Lounge", "alice", "我们讨论一下 search 功能，中英混排v2版本"),
    ("ja1", "Harbour", "bob", "図書館で会いましょう。カタカナとひらがな"),
    ("ja2", "Lounge", "bob", "東京タワーへ行きました"),
    ("half", "Lounge", "alice", "ﾊﾝｶｸｶﾅ and ＦＵＬＬ width"),
    ("ko1", "Lounge", "bob", "조수간만의 차이가 큽니다"),
    ("ko2", "Harbour", "alice", "도서관에서 만나요"),
    ("th1", "Lounge", "bob", "พรุ่งนี้เจอกันที่ห้องสมุด"),
    ("ru1", "Lounge", "alice", "Завтра в библиотеке, Стеллаж 12"),
    ("de1", "Lounge", "bob", "Die Straße am Hafen, schöne Grüße"),
    ("code", "Lounge", "bob", "call `read_tide_gauge()` in C++ or snake_case"),
    ("url", "Harbour", "bob", "see https://example.org/tide?x=1 and mail a@example.org"),
    ("emoji", "Lounge", "alice", "well done 🎉🎉 ❤️"),
    ("old1", "Harbour", "bob", "anchor watch changes at noon"),
    ("old2", "Lounge", "alice", "anchor chain, 20 shackles"),
    ("rare", "Lounge", "bob", "𠮷野家で昼ごはん"),
    ("quote", "Harbour", "alice", "he said: pier seven, not seven piers"),
    ("ar1", "Lounge", "alice", "موعد المد والجزر غدا"),
]

GOLDEN: list[tuple[str, str]] = [
    # Chinese, from one character
    ("潮", "zh1"), ("潮位", "zh1"), ("位计", "zh1"), ("潮位计读数", "zh1"), ("上海", "zh3 zh2"),
    ("海", "zh3 zh2"), ("海上", ""), ("图书馆", "zh2"), ("图书", "zh2"), ("书", "ja1 zh2"),
    ("天气很好", "zh3"),
    ("上海 天气", "zh3"),
    ("上 九", "zh2"), ("二点四米", "zh1"), ("風", "zh3"), ("风大", "zh3"), ("见", "zh2"),
    # Japanese
    ("図書館", "ja1"), ("館で", "ja1"), ("カタ", "ja1"), ("ｶﾀｶﾅ", "ja1"), ("タワ", "ja2"), ("ー", "ja2"),
    ("ハンカク", "half"), ("𠮷", "rare"), ("野家", "rare"),
    # Korean, Thai
    ("조수", "ko1"), ("간만", "ko1"), ("서관", "ko2"), ("요", "ko2"), ("ห้องสมุด", "th1"), ("เจอ", "th1"),
    # words, and where they begin
    ("tide", "url code tides tide"), ("tid", "url code tides tide"), ("TIDE gauge", "code tide"),
    ("gauge tide", "code tide"),
    ("tidal", "tides"), ("ide", ""), ("harbour", "tides"), ("full", "half"), ("библ", "ru1"),
    ("strasse", "de1"), ("GRÜSSE", "de1"), ("c++", "code"), ("read_tide", "code"),
    ("المد", "ar1"), ("والجزر", "ar1"),
    # signs, mixed runs, phrases
    ("🎉", "emoji"), ("v2版", "zh4"), ("search 功能", "zh4"), ("example.org/tide", "url"), ("7", "tide"),
    ('"pier seven"', "quote"), ("“seven piers”", "quote"),
    # operators
    ("from:bob 上海", "zh3"), ("from：me 上海", "zh2"), ("in:harbour 图书", "zh2"), ("in:lounge 上海", "zh3"),
    ("in:nowhere 上海", ""), ("from:nobody 上海", ""), ("来自：BO 上海", "zh3"), ("房间:harb 上海", "zh2"),
    ("-from:bob 上海", "zh2"), ("-in:lounge 上海", "zh2"), ("-有:文件 上海", "zh3"),
    ("from:alice from:bob anchor", "old2 old1"),
    ("anchor before:2026-02-01", "old1"), ("anchor after:2026-01-31", "old2"),
    ("anchor after:2026-02-01", ""),
    ("before:2026-02-01", "old1"), ("has:file", "zh2"), ("报告", "zh2"), ("has:file tide", ""),
]  # fmt: skip

# A query, a text, and whether the query finds it.
CASES: list[tuple[str, str, bool]] = [
    # signs at the ends of words
    ("吃火锅！", "今晚去吃火锅吧", True), ("吃火锅", "今晚吃火锅！！", True),
    ("tide?", "the tide is out", True),
    ("(tide)", "tide.", True), ("where ?", "where to", True), ("《边城》", "读边城", True),
    ("#plan", "the plan", True), ("c++", "C++ and C", True), ("c++", "C and Java", False),
    ("c#", "written in C#.", True), ("c#", "plan c, then d", False), ("😀", "fine 😀", True),
    ("😀", "fine", False),
    # every word may be a beginning, from three letters on
    ("iphone 15", "iPhone15手机壳", True), ("har bou", "a boundary of the harbour", True),
    ("har", "a char", False), ("ha", "the harbour", False), ("ha", "ha!", True), ("202", "in 2024", True),
    ("024", "in 2024", False), ('"har"', "the harbour", False), ('"tide gau"', "tide gauge", False),
    # where words end: joints, letters and digits, Chinese
    ("20240301", "see IMG_20240301.jpg", True), ("img", "see IMG_20240301.jpg", True),
    ("2.3.1", "released v2.3.1 today", True), ("v2.3", "released v2.3.1 today", True),
    ("2.3.1", "released 2-3-1", False), ("gauge", "read_tide_gauge()", True),
    ("snake-case", "in snake_case", True), ("iphone15", "an iPhone 15", True),
    ("iphone-15", "iPhone15", True), ("138-0013-8000", "电话 138 0013 8000", True),
    ("x86_64", "on x86-64", True), ("1.5", "1-5", False), ("z.B.", "das ist z. B. so", True),
    ("hello,world", "hello, world", True), ("foo(bar", "call foo (bar)", True), ("12:30", "at 12 : 30", True),
    ("2.5", "in 2. 5 people", False),
    ("e-mail", "by e-mail", True), ("15", "iPhone15手机壳", True), ("5", "iPhone15手机壳", False),
    ("手机壳", "iPhone15手机壳", True), ("pm", "at 5pm", True),
    # spaces inside Chinese, and between Chinese and other words
    ("上海图书馆", "明天去上海 图书馆", True), ("上海图书馆", "明天去上海\n图书馆", True),
    ("看iPhone视频", "一起看 iPhone 视频", True), ("用 Django 写", "用Django写的", True),
    ("图书 上海", "上海图书馆", True),
    ("海图", "上海图书馆", True), ("上图", "上海图书馆", False),
    # accents, ligatures, kana, apostrophes, vowel points, dashes, digits
    ("cafe", "at the Café", True), ("café", "at the cafe", True), ("uber", "Übermut", True),
    ("oeuvre", "une œuvre", True),
    ("file", "a new ﬁle", True), ("smorrebrod", "smørrebrød", True), ("らーめん", "ラーメンを食べた", True),
    ("ラーメン", "らーめん屋", True), ("ﾗｰﾒﾝ", "ラーメン", True), ("か", "がす", False),
    ("don't", "I don’t know", True),
    ("don’t", "I don't know", True), ("שלום", "שָׁלוֹם לכם", True), ("محمد", "مُحَمَّد هنا", True),
    ("احمد", "أحمد", True),
    ("full", "ＦＵＬＬ width", True), ("strasse", "die Straße", True), ("e-mail", "by e‑mail", True),
    ("ёлка", "елка", True), ("35", "٣٥", True), ("istanbul", "İstanbul", True),
    # numbers
    ("3500", "costs 3,500 yuan", True), ("3,500", "costs 3500 yuan", True), ("1234567", "of 1,234,567", True),
    ("500", "costs 3500", False), ("3500", "3,5000", False), ("3500元", "一共 3,500 元", True),
    ("3500", "kostet 3’500 Franken", True), ("13800138000", "电话 138 0013 8000", True),
    ("1380013", "电话138-0013-8000", True), ("13800138000", "+86 138-0013-8000", True),
    ("20240301", "on 2024-03-01", True), ("3800138", "138 0013 8000", False), ("123456", "123 456", False),
    # signs as different keyboards have them
    ("3ヶ月", "あと3か月", True), ("3ヵ月", "あと３ヶ月", True), ("10〜12時", "10～12時", True),
    ("史蒂夫•乔布斯", "读史蒂夫·乔布斯", True), ("史蒂夫・乔布斯", "读史蒂夫‧乔布斯", True),
    # simplified and traditional
    ("软件", "新的軟件", True), ("軟件", "新的软件", True), ("台湾", "在臺灣", True),
    ("看着", "他看著我", True),
    ("群众", "羣眾", True), ("后面", "在後面", True), ("面条", "吃麵條", True), ("图书馆", "図書館", False),
    # without, and one of several
    ("tide -gauge", "the tide gauge", False), ("tide -gauge", "the tide", True),
    ("火锅 -辣", "吃辣火锅", False),
    ('tide -"pier 7"', "tide at pier 7", False), ("tide -pier", "e-mail", False),
    ("ebb OR flow", "the flow", True),
    ("ebb OR flow tide", "the flow", False), ("ebb OR flow tide", "tide and ebb", True),
    ("ebb or flow", "the flow", False),
    ("red tide OR ebb", "red ebb", True), ("上海 OR 北京", "在北京", True), ("-tide", "only ebb", True),
    ("- tide", "a tide", True), ("rm --force", "use the force, rm", True),
    # what is no operator
    ("http://a.example", "see http://a.example/b", True), ("note: tide", "note: the tide", True),
    ("12:30", "at 12:30", True),
]  # fmt: skip
