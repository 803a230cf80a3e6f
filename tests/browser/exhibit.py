"""The books on the pictures of the README. Devices push them, the bridge links and carries them over, all of it as ever; only
when that was is made up: reading of a minute is spread over weeks."""

import json
import time

from support import wait
from support.bridged import ALIGNED
from support.koreader import partial_md5

HOUR = 3600
KOBO, KINDLE, BOOX = ({"device": name, "device_id": id_} for name, id_ in
                      (("Kobo_nova", "0F3C1A"), ("Kindle_voyage", "AA11"), ("Boox_page", "77AB90")))
# Read aloud and aligned: folder, title, author, and (device, how far) of each time that it was read; last: hours ago.
ALIGNED_BOOKS = [
    ("alices_adventures_in_wonderland", "Alice’s Adventures in Wonderland", "Lewis Carroll",
     [(KOBO, 0.1), (KOBO, 0.22), (KINDLE, 0.31)], 75),
    ("siddhartha", "Siddhartha", "Hermann Hesse", [(KOBO, 0.2), (KOBO, 0.6), (KOBO, 1)], 50),
    ("the_wrong_box", "The Wrong Box", "Robert Louis Stevenson", [(BOOX, 0.05), (BOOX, 0.12), (KOBO, 0.18)], 160),
]
# Heard, without a text: title, author, hours of audio, device, how far, hours ago.
PLAIN_BOOKS = [("Middlemarch", "George Eliot", 31.6, KINDLE, 0.412, 3),
               ("The Count of Monte Cristo", "Alexandre Dumas", 52.7, KOBO, 0.136, 100)]
# Only read.
READ_BOOKS = [("ליל שימורים", "ש״י עגנון", BOOX, 0.63, 20), ("Pan Tadeusz", "Adam Mickiewicz", BOOX, 0.335, 400)]
# The one that is shown by itself: how far it was read in each sitting, by whom. Negative: heard to there, in seconds.
FOLDER, TITLE, AUTHOR = "the_time_machine", "The Time Machine", "H. G. Wells"
SITTINGS = [(KOBO, 0.02, 0.05, 0.08), (KOBO, 0.1, 0.12, 0.15), (KINDLE, 0.17, 0.19), (None, 3100), (KOBO, 0.26, 0.28, 0.31),
            (KINDLE, 0.33, 0.34), (KOBO, 0.36, 0.38, 0.41), (None, 6100), (KINDLE, 0.48, 0.5), (KOBO, 0.53, 0.55, 0.57),
            (KINDLE, 0.58, 0.6)]
DAYS = 19  # over which these are spread
AGO = 0.08  # hours


class Exhibit:
    def __init__(self, house, system, covers):
        self._house, self._system, self._redis = house, system, system.stack.redis
        self._covers = covers
        self._items, self._documents = {}, {}  # by title

    def _item(self, title, author, **more):
        self._items[title] = self._system.abs.add_item(self._system.library, title=title, metadata={"authorName": author},
                                                       cover=self._covers[title], **more)

    def _aligned(self, folder, title, author):
        files = ALIGNED / folder
        self._item(title, author, ebook=files / "book.epub", filename=f"{folder}.epub", audio=files / "item-titled.json")
        self._documents[title] = partial_md5((files / "book.epub").read_bytes())

    def _turn(self, folder, title, author, share, device):
        self._house.turn_to(self._documents[title], share, folder, metadata={"title": title, "authors": author}, **device)

    def _settled(self):
        wait.until(lambda: not self._redis.zcard("user:ann:outbox"), "all places to be carried over", 60)

    def fill(self):
        """All of it; the document that is shown by itself."""
        for n, (title, author, hours, *_) in enumerate(PLAIN_BOOKS):
            marks = [{"id": k, "start": k * hours * 90, "end": (k + 1) * hours * 90, "title": f"Chapter {k + 1}"} for k in range(40)]
            track = {"index": 1, "startOffset": 0, "duration": hours * HOUR, "title": "a.mp3"}
            self._item(title, author, audio={"duration": hours * HOUR, "chapters": marks, "tracks": [track]})
            self._documents[title] = f"{n:032x}"
        for folder, title, author, *_ in ALIGNED_BOOKS + [(FOLDER, TITLE, AUTHOR)]:
            self._aligned(folder, title, author)
        self._system.stack.start_bridge()  # finds all of that in its first look around
        for n, (title, author, device, share, _) in enumerate(READ_BOOKS, 10):
            self._documents[title] = f"{n:032x}"
            self._house.push(self._documents[title], share, metadata={"title": title, "authors": author}, **device)
        for folder, title, author, turns, _ in ALIGNED_BOOKS:
            for device, share in turns:
                self._turn(folder, title, author, share, device)
        for title, author, _, device, share, _ in PLAIN_BOOKS:
            self._house.push(self._documents[title], share, metadata={"title": title, "authors": author}, **device)
            done = self._system.stack.ctl("link", "ann", self._documents[title], self._items[title].id)
            assert done.returncode == 0, done.stderr
        self._shown()
        self._settled()
        self._age()
        return self._documents[TITLE]

    def _shown(self):
        document = self._documents[TITLE]
        self._turn(FOLDER, TITLE, AUTHOR, 0.01, KOBO)
        wait.until(lambda: self._redis.hexists("user:ann:links", document), "its audiobook", 60)
        self._settled()
        for device, *places in SITTINGS:
            if device is None:
                self._settled()
                self._hear(document, places[0])
                continue
            for share in places:
                self._turn(FOLDER, TITLE, AUTHOR, share, device)
        # What the Kobo sends once more on waking up throws nobody back.
        self._turn(FOLDER, TITLE, AUTHOR, 0.57, KOBO)
        self._turn(FOLDER, TITLE, AUTHOR, 0.62, KINDLE)

    def _hear(self, document, seconds):
        record = f"user:ann:document:{document}"
        before = self._redis.hgetall(record)
        self._system.abs.listen(self._system.user, self._items[TITLE], seconds)
        wait.until(lambda: self._redis.hgetall(record) != before, "what was heard", 30)

    def _age(self):
        ages = {title: ago for _, title, *_, ago in ALIGNED_BOOKS}
        ages |= {title: ago for title, *_, ago in PLAIN_BOOKS + READ_BOOKS} | {TITLE: AGO}
        for title, ago in ages.items():
            self._spread(self._documents[title], ago, DAYS if title == TITLE else 3)

    def _spread(self, document, ago, days):
        """Gives each position a time: in sittings of an hour at most, an evening each."""
        key = f"user:ann:history:{document}"
        entries = self._redis.xrange(key)
        end = int(time.time() - ago * HOUR)
        sittings, last = [], None
        for _, fields in entries:
            if fields[b"device"] != last and fields[b"state"] != b"stale":
                sittings.append([])
                last = fields[b"device"]
            sittings[-1].append(fields)
        self._redis.delete(key)
        for n, sitting in enumerate(sittings):
            left = len(sittings) - 1 - n
            start = end - left * days * 24 * HOUR // max(1, len(sittings) - 1)
            for k, fields in enumerate(sitting):
                at = start - (len(sitting) - 1 - k) * 17 * 60
                self._redis.xadd(key, fields | {b"timestamp": at}, id=f"{at * 1000}-{k}")
        self._redis.hset(f"user:ann:document:{document}", "timestamp", end)
        self._redis.zadd("user:ann:documents", {document: end})


def account(system):
    """The environment of a server whose account has that Audiobookshelf."""
    return {"AUDIOBOOKSHELF_USER_MAP": json.dumps({"ann": {"api_key": system.user.api_key}}), "KOSHELF_ADMIN_USERS": "ann"}
