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
    ("海", "zh3 zh2"), ("海上", ""), ("图书馆", "zh2"), ("图书", "zh2"), ("书", "zh2"), ("天气很好", "zh3"),
    ("上海 天气", "zh3"),
    ("上 九", "zh2"), ("二点四米", "zh1"), ("風", ""), ("风大", "zh3"), ("见", "zh2"),
    # Japanese
    ("図書館", "ja1"), ("館で", "ja1"), ("カタ", "ja1"), ("ｶﾀｶﾅ", "ja1"), ("タワ", "ja2"), ("ー", "ja2"),
    ("ハンカク", "half"), ("𠮷", "rare"), ("野家", "rare"),
    # Korean, Thai
    ("조수", "ko1"), ("간만", "ko1"), ("서관", "ko2"), ("요", "ko2"), ("ห้องสมุด", "th1"), ("เจอ", "th1"),
    # words, and where they begin
    ("tide", "url tides tide"), ("tid", "url tides tide"), ("TIDE gauge", "tide"), ("gauge tide", "tide"),
    ("tidal", "tides"), ("ide", ""), ("harbour", "tides"), ("full", "half"), ("библ", "ru1"),
    ("strasse", "de1"), ("GRÜSSE", "de1"), ("c++", "code"), ("read_tide", "code"),
    ("المد", "ar1"), ("والجزر", "ar1"),
    # signs, mixed runs, phrases
    ("🎉", "emoji"), ("v2版", "zh4"), ("search 功能", "zh4"), ("example.org/tide", "url"), ("7", "tide"),
    ('"pier seven"', "quote"), ("“seven piers”", "quote"),
    # operators
    ("from:bob 上海", "zh3"), ("from：me 上海", "zh2"), ("in:harbour 图书", "zh2"), ("in:lounge 上海", "zh3"),
    ("in:nowhere 上海", ""), ("from:nobody 上海", ""),
    ("from:alice from:bob anchor", "old2 old1"),
    ("anchor before:2026-02-01", "old1"), ("anchor after:2026-01-31", "old2"),
    ("anchor after:2026-02-01", ""),
    ("before:2026-02-01", "old1"), ("has:file", "zh2"), ("报告", "zh2"), ("has:file tide", ""),
]  # fmt: skip
