"""Writes pages for the crawl bench: the project's own fixtures with generated paragraphs, teasers and
scripts, of the sizes that pages of the Vietnamese press have. The same pages from the same arguments.

    python3 pages.py FIXTURES OUT N
"""
import json
import pathlib
import random
import sys

OPENINGS = "Sáng nay|Theo người dân|Tại cuộc họp|Chiều qua|Đại diện phường|Trong tuần này|Nhiều hộ|Đến nay".split("|")
SUBJECTS = "tổ dân phố|ban quản lý|công ty thoát nước|trường tiểu học|tiểu thương|tài xế xe buýt|cư dân chung cư|trạm y tế".split("|")
VERBS = "kiến nghị sửa|ghi nhận thêm|đã kiểm tra|cam kết hoàn thành|báo cáo về|lo lắng trước|chờ kết quả của".split("|")
OBJECTS = "đoạn cống dài {n} mét|{n} trụ đèn hư|con hẻm ngập {n} cm|bãi rác cạnh số {n}|hồ sơ trễ hẹn {n} ngày|tuyến đường số {n}".split("|")
TAILS = "và mong được trả lời rõ ràng trước cuối tháng|dù đã phản ánh nhiều lần qua tổng đài|trong lúc chờ kinh phí được duyệt|để trẻ em đi học an toàn hơn|nhưng chưa ai biết bao giờ xong".split("|")


def sentence(dice):
    pick = dice.choice
    words = f"{pick(OPENINGS)}, {pick(SUBJECTS)} {pick(VERBS)} {pick(OBJECTS)} {pick(TAILS)}."
    return words.format(n=dice.randint(2, 980))


def paragraph(dice):
    return " ".join(sentence(dice) for _ in range(dice.randint(2, 4)))


def teaser(dice):
    n = dice.randint(10**5, 10**6)
    title = sentence(dice)[:70]
    return (
        f'<article class="item-news item-news-common"><div class="thumb-art"><a href="/t-{n}.html" class="thumb">'
        f'<picture><source data-srcset="/i/{n}.webp 1x, /i/{n}-2.webp 2x"><img loading="lazy" src="data:," alt=""></picture></a></div>'
        f'<h3 class="title-news"><a href="/t-{n}.html" title="{title}">{title}</a></h3></article>'
    )


def script(dice, size):
    rows = []
    while sum(map(len, rows)) < size:
        rows.append(f'{{"slot":"{dice.randint(1, 10**6)}","size":[[300,250],[{dice.randint(1, 970)},90]],"tpl":"<div class=\\"x\\"><p>a</p></div>"}}')
    return "<script>window.slots=[" + ",".join(rows) + "];</script>"


def page(source, opening, dice, size):
    """Longer by paragraphs in the body, by teasers and scripts around it, as real pages are."""
    size -= len(source.encode())
    first, rest = source.split(opening, 1)
    tag_end = rest.index("</p>") + 4
    body = "".join(f"<p>{paragraph(dice)}</p>\n" for _ in range(dice.randint(4, 14)))
    size -= len(body.encode())
    teasers = []
    while size > 0 and sum(len(t.encode()) for t in teasers) < size * 0.45:
        teasers.append(teaser(dice))
    aside = '<div class="box-category other-news">' + "".join(teasers) + "</div>"
    filled = first + opening + rest[:tag_end] + body + rest[tag_end:]
    rest_size = max(0, size - len(aside.encode()))
    return filled.replace("</body>", aside + script(dice, rest_size) + "</body>")


def main():
    fixtures, out, n_pages = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    sources = []
    for folder in sorted(fixtures.iterdir()):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        text = [line for line in expected.get("text", [])[1:] if len(line) > 60]
        source = (folder / "source.html").read_bytes()
        if expected["kind"] != "article" or not text:
            continue
        source = source.decode("utf-8")
        opening = text[0]
        if source.count(opening + "</p>") == 1:
            sources.append((source, opening))
    (out / "p").mkdir(parents=True)
    dice = random.Random(2026)
    for number in range(n_pages):
        source, opening = sources[number % len(sources)]
        size = dice.randint(100_000, 170_000) if number % 12 == 0 else dice.randint(27_000, 46_000)
        (out / "p" / f"{number}.html").write_text(page(source, opening, dice, size), "utf-8")
    print(f"{n_pages} pages from {len(sources)} fixtures")


main()
