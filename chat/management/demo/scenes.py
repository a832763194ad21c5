"""People, rooms and messages of the showcase: one room for each thing a page must handle."""

from typing import NamedTuple


class Line(NamedTuple):
    """`answers` counts lines from the scene's first; `was` is the text before an edit; `ago`, in minutes."""

    who: str
    ago: float
    body: str = ""
    answers: int | None = None
    was: str = ""
    gone: bool = False
    pinned: bool = False
    fans: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


class Scene(NamedTuple):
    """The hero has not read the last `unread` lines."""

    name: str
    topic: str
    owner: str
    people: str
    lines: tuple[Line, ...]
    unread: int = 0
    kind: str = "public"


HERO = "mara"
CAST = {
    "mara": "Mara Ellison",
    "mo": "陈默",
    "ines": "Ines Duarte",
    "xia": "林夏",
    "salma": "سلمى حداد",
    "tom": "Tom Okafor",
    "yutong": "周雨桐",
    "jonas": "Jonas Weber",
    "ruoshui": "王若水",
    "priya": "Priya Nair-Vandersteen",
    "long": "Maximiliane von Hohenlohe-Langenburg-Öhr",
    "longer": "Wolfeschlegelsteinhausenbergerdorffwelch",
    "hugo": "Hugo Fontaine",
    "nora": "Nora",
    "piet": "Piet",
}
GUESTS, BANNED = ("nora",), ("piet",)
ALL = "mo ines xia salma tom yutong jonas ruoshui priya"

PYTHON = '''```python
def renumber(room):
    """Every message gets the number it should have had."""
    rows = room.messages.order_by("id")
    for seq, row in enumerate(rows, 1):  # a comment, and a line that is much too long to fit into the column of any screen
        if row.seq != seq:
            row.seq = seq
            row.save(update_fields=["seq"])
    return len(rows)
```'''
LONG_CODE = (
    "```js\n" + "\n".join(f"export const row{n} = read({n}, 'north');" for n in range(1, 41)) + "\n```"
)
WEB = "https://archive.example.org/harbour/2026/11/plans/quay-north-elevation?layer=tide-gauge&revision=b41f0c9e7d2a&compare=previous#annotations"

BUSY = (
    Line("tom", 1500, "The old box is quieter than I have ever heard it. I moved the last of the nightly jobs "
         "over and turned cron off; if anything still relied on it, we will know by morning.", was="…"),
    Line("tom", 1499, "```console\n$ du -sh catalogue media\n41G   catalogue\n3.2G  media\n```"),
    Line("xia", 1488, "辛苦了！索引我重建过一遍，中文一个字也能搜到了。北码头的照片也在里面，大家看看说明写得对不对。",
         answers=0, fans=(("🙏", "mara tom ines jonas"), ("👀", "mo ines")), files=("quay-north.jpg",)),
    Line("ines", 72, f"The elevation everyone keeps asking for, with the tide gauge switched on: {WEB}"),
    Line("ines", 71, "Scale is 1:200, not 1:100 as the drawing says."),
    Line("ines", 70, "Wrong room, sorry.", gone=True),
    Line("mara", 66, "Reading it now. `enumerate` restarts after a merge, so I would number inside the transaction instead."),
    Line("tom", 64, "No objection from me.", answers=6, fans=(("👍", "mara"),)),
    Line("jonas", 60, "## What is left\n\n| step | who | when |\n|---|---|---:|\n| 迁移脚本 | 陈默 | 7 pm |\n| captions, all 1,204 of them | Ines | Friday |\n| [the plan](https://archive.example.org/harbour/plan) | Tom | done |"),
    Line("mo", 20, "@Mara Ellison 今晚七点前能看一下迁移脚本吗？我怕编号会断：\n" + PYTHON),
    Line("mo", 19, "上次在测试环境跑了四分钟，没有丢，也没有重。"),
    Line("salma", 12, "صباح الخير، راجعتُ الترجمة وأرسلتها إلى Ines قبل قليل.", fans=(("🎉", "ines"),)),
)  # fmt: skip

CODE = (
    Line("mo", 30, "The whole list, so that nobody has to open it:\n" + LONG_CODE),
    Line("mara", 25, "And what it does, with `inline code`, ~~a mistake~~, **weight** and *stress*:\n" + PYTHON),
    Line("tom", 21, "> nothing relies on cron any more\n\nFamous last words. Three things are left:\n\n- the index\n- the captions\n- a name for it"),
    Line("ines", 14, "```\n" + "no language, one line, " * 12 + "\n```"),
)  # fmt: skip

KINDS = "👍 🙏 👀 🎉 😄 ❤️ 🚀 🍲 ⚓ 🌊 🧭 📎 🕯️ 🐟 🦀 ☕ 🧂 🥄 🪝 🛟".split()
REACTIONS = (
    Line("ines", 40, "Soup at one. Say what you bring.", fans=tuple((kind, ALL) for kind in KINDS)),
    Line("tom", 30, "Bread.", fans=(("🍞", "mara ines mo"),)),
    Line("xia", 20, "我带筷子。", fans=(("👍", "mara " + ALL), ("👨‍👩‍👧‍👦", "tom"), ("🏳️‍🌈", "jonas ines"))),
)

NAMES = (
    Line("long", 50, "My name does not fit anywhere."),
    Line("longer", 42, "Mine has no place to break.", answers=0, fans=(("👍", "long longer mara"),)),
    Line("priya", 33, "@" + CAST["long"] + " and @" + CAST["longer"] + ": both are fine here."),
    Line("mara", 20, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3),
    Line("long", 14, WEB + "&and=" + "more" * 60),
)

CHINESE = (
    Line("yutong", 1470, "下周读第三章，谁来开头？"),
    Line("ruoshui", 1461, "我来吧。第三章最难的是“行气”和留白，我准备了几页笔记，周三之前发出来。", fans=(("👍", "mara mo xia"),)),
    Line("mara", 64, "I can read along; my copy has both languages."),
    Line("xia", 60, "译本里把 `margin` 翻成“天头地脚”，其实只说了上下，没有说左右。我查了一下，宋版书里左右叫“栏外”。", answers=2),
    Line("mo", 44, "**先看图，再读字。**这一章的重点：\n\n1. 版心的位置\n2. 行与行的距离\n3. 标点挤压，比如“引号”和（括号）相连的时候"),
    Line("yutong", 30, "> 行间的空白不是空的\n\n这句我很喜欢。@Mara Ellison 你那本英文的是怎么说的？"),
    Line("ruoshui", 8, "笔记在这里，一共 12 页，PDF 和 Markdown 各一份。", files=("读书笔记 第三章.pdf",)),
)  # fmt: skip

ARABIC = (
    Line("salma", 55, "صباح الخير. النصوص العربية جاهزة، بقي عنوان واحد."),
    Line("mara", 50, "Good morning. Which one is it?"),
    Line("salma", 44, "عنوان الصفحة الأولى: «Lamplight» كما هو، أم نترجمه إلى «ضوء المصباح»؟", answers=1, fans=(("👍", "mara ines"),)),
    Line("ines", 30, "Leave the name: سلمى said **Lamplight** is fine (100 %)."),
    Line("salma", 20, "إذن:\n\n1. العنوان كما هو\n2. الأزرار أفعال\n\n```python\nprint('مرحبا')\n```\n\n> لا تترجم الأسماء"),
    Line("salma", 11, "@Mara Ellison شكرًا!"),
)  # fmt: skip

EMOJI = (
    Line("tom", 40, "🎉"),
    Line("xia", 35, "👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍🚀"),
    Line("ines", 30, "It works 🎉🎉 and 🇵🇹 flags, too 👍🏽"),
    Line(
        "mara",
        20,
        "😀😃😄😁😆😅🤣😂🙂🙃🫠😉😊😇🥰😍🤩😘😗☺️😚😙🥲😋😛😜🤪😝🤑🤗🤭🫢🫣🤫🤔🫡🤐🤨😐😑😶🫥😏😒🙄😬",
    ),
    Line("mo", 9, "辛苦了 🙏", fans=(("🙏", "mara xia"), ("1️⃣", "tom"), ("👩‍❤️‍💋‍👨", "ines"))),
)

PICTURES = (
    Line("ines", 60, "Wide, and wider.", files=("horizon.jpg", "mole.jpg")),
    Line("xia", 50, files=("mast.png",)),
    Line("tom", 40, "Tiny, and one that moves.", files=("dot.png", "lamp.gif")),
    Line("mara", 30, files=("quay-north.jpg", "quay-south.jpg", "mole.jpg")),
    Line("mo", 15, "这张你看看。", answers=0, files=("quay-north.jpg",), fans=(("👀", "mara ines"),)),
)

FILES = (
    Line("priya", 60, "Numbers, with their sources.", files=("budget 2027, final (3).xlsx", "sources.tar.gz")),
    Line("jonas", 45, "What the pump sounds like:", files=("pump.wav",)),
    Line("tom", 30, "And how it looks.", files=("pump.mp4",)),
    Line("xia", 20, files=("会议记录 十一月.docx", "a very long name of a file that nobody has ever shortened, version 12.pdf")),
    Line("mara", 12, "The plan as a picture and as a file.", files=("quay-north.jpg", "plan.dwg")),
)  # fmt: skip

INVENTORY = "What is in the boat house, from the door to the water:\n" + "\n".join(
    f"{n}. {thing}"
    for n, thing in enumerate(("rope, 40 m", "two lamps", "the long ladder", "oil", "tar") * 6, 1)
)
RULES = (
    Line("mara", 3000, "Whoever has the key leaves it on the hook by the door. Not in a pocket, not for an hour.",
         was="Whoever has the key puts it back.", pinned=True),
    Line("tom", 2900, INVENTORY, pinned=True),
    Line("xia", 90, "值班表在这里：周一陈默，周二林夏，周三 Tom，周四 Ines。换班请提前一天说。", pinned=True),
    Line("ines", 30, "Read all of it, twice.", answers=1, was="Read it."),
)  # fmt: skip

SMALL_TALK = (
    Line("jonas", 80, "All quiet since two."),
    Line("ines", 40, "The kettle is fixed, quietly."),
)

SCENES = {
    "busy": Scene(
        "Harbour rebuild", "Moving the catalogue off the old box before December", "ines", ALL, BUSY, 3
    ),
    "quiet": Scene("Boat house", "", "mara", "", ()),
    "code": Scene("Migration", "Scripts, and who has run them", "mo", "mara tom ines", CODE),
    "reactions": Scene("Kitchen", "Soup, and whose turn it is", "ines", ALL, REACTIONS),
    "names": Scene(
        "The committee for the preservation of every single lamp post on the north mole",
        "A topic that goes on and on, because nobody has ever told it to stop, although it should have " * 2,
        "long", "longer priya nora", NAMES,
    ),
    "chinese": Scene("读书会 Reading group", "下周读第三章", "yutong", ALL, CHINESE, 2),
    "arabic": Scene("الترجمة", "النصوص العربية", "salma", "ines", ARABIC),
    "emoji": Scene("Off topic", "", "tom", ALL, EMOJI),
    "pictures": Scene("Photographs", "Quays, masts, lamps", "ines", ALL, PICTURES),
    "files": Scene("Papers", "Everything that has a version", "priya", ALL, FILES),
    "rules": Scene("House rules", "Read once, found again", "mara", "tom xia ines", RULES),
    "archived": Scene("Summer 2025", "It was warm", "ines", "jonas", SMALL_TALK),
    "read-only": Scene("Notice board", "What everybody has to know", "ines", "jonas mo", SMALL_TALK),
    "muted": Scene("Night shift", "Who is awake, and what is beeping", "jonas", "ines", SMALL_TALK),
    "private": Scene("Budget 2027", "Numbers, and what they mean", "mara", "priya tom", (
        Line("priya", 90, "Numbers are in the sheet. **Row 14 is a guess**, the rest is not."),), kind="private"),
    "left": Scene("Lost and found", "", "ines", "jonas", SMALL_TALK),
}  # fmt: skip
DIRECT = {
    "xia": (Line("xia", 15, "晚上一起看迁移脚本？"),),
    "tom": (Line("mara", 300, "Thanks, that was it."),),
    "ines mo": (Line("mo", 500, "好"),),
}
