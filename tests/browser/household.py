"""What happens around the console while a browser looks on: pages are turned, books arrive, servers die and come back."""

import http.server
import json
import threading
import time
import traceback

import exhibit
from support.bridged import ALIGNED, PLAIN_AUDIO
from support.koreader import Koreader, credential, partial_md5
from support.narrated import narrated

PASSWORD = "correct horse"
POINTER = "/body/DocFragment[{}]/body/p[2]/text().0"
OWNED = "document.documentElement.dataset.owned=1"
MARKUP = f'<img src=x onerror="{OWNED}"><script>{OWNED}</script>\'&amp;'
# Title, author, how far it is read; whether Audiobookshelf has it.
SHELF = [("Middlemarch", "George Eliot", 0.07, True), ("ליל שימורים", "ש״י עגנון", 0.63, True),
         (MARKUP, MARKUP, 0.2, True), ("Siddhartha", "Hermann Hesse", 1.0, True), ("Pan Tadeusz", "Adam Mickiewicz", 0.33, False),
         ("The Count of Monte Cristo, or the adventures of a man with a very long title indeed", "Alexandre Dumas", 0.88, False)]
FIRST_BOOK = "the_time_machine"
FILENAME = "pan_tadeusz.epub"
TWIN = credential(FILENAME)  # what a device calls that book that goes by file names


class Household:
    """A context manager: `url` takes POST /<name of a method below> with its arguments as JSON."""

    def __init__(self, system):
        self._system = system
        self._stack = system.stack
        self._abs = system.abs
        self._items = {}  # by title

    def __enter__(self):
        # One thread for all: the servers that it starts end with the thread that started them.
        self._server = http.server.HTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _device(self, user="ann", device="Kobo_nova", device_id="0F3C1A"):
        return Koreader(self._stack.https_port, user, credential(PASSWORD), device, device_id)

    def prepare(self):
        """An Audiobookshelf with one book of which there is all, and markup wherever it lets one put it."""
        folder = ALIGNED / FIRST_BOOK
        self._items["The Time Machine"] = self._abs.add_item(
            self._system.library, title="The Time Machine", ebook=folder / "book.epub", filename="time_machine.epub",
            audio=folder / "item-titled.json", metadata={"authorName": "H. G. Wells"})
        self._abs.add_library(MARKUP)

    # Readers

    def push(self, document, percentage, progress=None, metadata=None, **device):
        """A page is turned."""
        answer = self._device(**device).push(document, percentage, progress or POINTER.format(int(30 * percentage) + 1), metadata=metadata)
        assert answer.status == 200, answer
        return answer.json

    def pull(self, document, **device):
        return self._device(**device).pull(document).json

    def first_book(self, percentage=0.41):
        """Its file is in Audiobookshelf as well; it is found by that. Its document."""
        document = partial_md5((ALIGNED / FIRST_BOOK / "book.epub").read_bytes())
        self.push(document, percentage, "/body/DocFragment[9]/body/div/p[3]/text().0",
                  metadata={"title": "The Time Machine", "authors": "H. G. Wells"})
        return document

    def turn_to(self, document, share, book=FIRST_BOOK, metadata=None, **device):
        """A page of a real book that is read aloud, near that share of it: its first letters, and when they are read."""
        story = narrated(book)
        page = min(story.pages, key=lambda each: abs(each.percentage - share))
        self.push(document, page.percentage, page.progress, metadata=metadata, **device)
        return {"percentage": page.percentage, "letters": story.words_at(page.place, 8), "seconds": page.seconds}

    def listen(self, title, seconds):
        """Somebody plays it, and stops there."""
        self._abs.listen(self._system.user, self._items[title], seconds)

    def heard(self, title):
        """Where Audiobookshelf has the audio, in seconds."""
        return self._abs.progress(self._system.user, self._items[title])["currentTime"]

    def put_audio(self, title, seconds):
        """The audio is there, and nobody is told, as if it had been for long."""
        self._abs.set_progress(self._system.user, self._items[title], currentTime=seconds)

    def read_at(self, seconds, book=FIRST_BOOK):
        """Which share of the text is read before that second."""
        return min(narrated(book).pages, key=lambda each: abs(each.seconds - seconds)).percentage

    def apart(self):
        """A book whose text and audio are two items of Audiobookshelf; its document."""
        title, folder = "Alice’s Adventures in Wonderland", ALIGNED / "alices_adventures_in_wonderland"
        self._items[title] = self._abs.add_item(self._system.library, title=title, audio=folder / "item-titled.json")
        self._abs.add_item(self._system.library, title=title, ebook=folder / "book.epub", filename="alice.epub")
        self.turn_to("a" * 32, 0.3, "alices_adventures_in_wonderland", metadata={"title": title, "authors": "Lewis Carroll"})
        return "a" * 32

    def shelf(self):
        """What a household of readers leaves behind; the documents."""
        system = self._system
        for n, (title, authors, share, known) in enumerate(SHELF):
            for step in (0.3, 0.7, 1):
                device = {"device": "Kindle_voyage", "device_id": "AA11"} if step == 0.7 else {}
                metadata = {"title": title, "authors": authors} | ({"filename": FILENAME} if title == "Pan Tadeusz" else {})
                self.push(f"{n:032x}", round(share * step, 4), metadata=metadata, **device)
            if known:
                self._abs.add_item(system.library, title=title, audio=PLAIN_AUDIO, metadata={"authorName": authors})
        self.push(f"{2:032x}", 0.21, metadata={"title": MARKUP, "authors": MARKUP}, device=MARKUP, device_id=MARKUP)
        return [f"{n:032x}" for n in range(len(SHELF))]

    def exhibit(self, covers):
        """What the README shows (exhibit.py), with these covers: {title: base64 of a PNG}."""
        self.register("ann")
        return exhibit.Exhibit(self, self._system, covers).fill()

    def register(self, user):
        answer = self._device(user).register()
        assert answer.status == 201, answer

    def take_in(self, path):
        """An export is imported over what it was made of."""
        done = self._stack.ctl("import", "--skip-existing", path)
        assert done.returncode == 0, done.stderr

    def many(self, user, count):
        """An account with that many books, put where the server keeps them."""
        self.register(user)
        now = int(time.time())
        with self._stack.redis.pipeline(transaction=False) as pipe:
            for n in range(count):
                document = f"{n:032x}"
                pipe.hset(f"user:{user}:document:{document}", mapping={
                    "percentage": str(n % 101 / 100), "progress": POINTER.format(n % 30 + 1), "device": "Kobo_nova",
                    "device_id": "0F3C1A", "timestamp": now - 60 * n})
                pipe.hset(f"user:{user}:meta:{document}", mapping={"title": f"Book {n:05d}", "authors": f"Author {n % 97}"})
                pipe.zadd(f"user:{user}:documents", {document: now - 60 * n})
                if n % 1000 == 999:
                    pipe.execute()
            pipe.execute()

    # Servers

    def abs_stop(self):
        self._abs.stop()

    def abs_start(self):
        self._abs.start()

    def lock_out(self, out):
        """Whether Audiobookshelf refuses the key."""
        self._abs.set_key_active(self._system.user, not out)

    def redis_kill(self):
        self._stack.kill_redis()

    def redis_config(self, settings):
        """Redis with these settings from now on; what they were."""
        redis = self._stack.redis
        before = {name: redis.config_get(name)[name] for name in settings}
        for name, value in settings.items():
            redis.config_set(name, value)
        return before

    def bridge_stop(self):
        self._stack.bridge.stop()

    def bridge_start(self):
        if not self._stack.bridge.alive():
            self._stack.start_bridge()

    def redis_start(self):
        if self._stack.redis_server.alive():
            return
        self._stack.start_redis()


def _handler(household):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            status, answer = 200, None
            try:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = getattr(household, self.path.lstrip("/"))(**(json.loads(body) if body else {}))
            except Exception:  # it is the walk's to fail
                status, answer = 500, traceback.format_exc()
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler
