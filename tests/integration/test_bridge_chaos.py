"""Readers and listeners go on while every process is killed in turn: nothing is lost, nothing is done twice.

As many rounds as fit into a minute, or KOSHELF_CHAOS_ROUNDS; the same ones again with KOSHELF_CHAOS_SEED.
"""

import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field

from support import wait
from support.audiobookshelf import Audiobookshelf, Refused
from support.bridged import real_book
from support.http_client import Disconnected
from support.koreader import registered
from support.stack import Stack

SECONDS_IN_CI = 60
ROUNDS = int(os.environ.get("KOSHELF_CHAOS_ROUNDS", "0"))
SEED = int(os.environ.get("KOSHELF_CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
ROUNDS_BETWEEN_CHECKS = 8
READERS = 3
REST = 100.0  # seconds until everything has to agree; a player counts as running for half a minute
WATCH = 3.0  # seconds in which nothing may happen then
DURATION = 20000
CHAPTERS = [{"id": n, "start": n * 4000, "end": (n + 1) * 4000, "title": str(n + 1)} for n in range(5)]
TRACKS = [{"index": 1, "startOffset": 0, "duration": DURATION, "title": "a.mp3"}]
FAILURES = (OSError, Disconnected, Refused)


@dataclass
class Step:
    """What was tried. `acknowledged`: it is known to have been taken."""

    kind: str  # "push", "listen", "again"
    began: float
    percentage: float = 0.0
    progress: str = ""
    seconds: float = 0.0
    acknowledged: bool = False
    ended: float = 0.0


@dataclass
class Copy:
    """One document of one account, linked to an item; read and listened to by one thread."""

    world: object
    device: object
    user: object
    item: object
    document: str
    steps: list = field(default_factory=list)
    percentage: float = 0.05
    count: int = 0

    # What is done

    def run(self, stop, chance):
        while not stop.is_set():
            dice = chance.random()
            if dice < 0.62 or self.count < 2:
                self.push(chance.uniform(0.001, 0.02))
            elif dice < 0.75:
                self.push(-chance.uniform(0.001, 0.2))
            elif dice < 0.9:
                self.listen(chance.uniform(200, DURATION / 2))
            else:
                self.open_again()
            stop.wait(chance.choice((0.02, 0.1, 0.3, 0.8)))

    def push(self, by):
        self.count += 1
        # No two of a document are the same: the guard against stale pushes is tested elsewhere.
        self.percentage = round(min(0.9, max(0.02, self.percentage + by)), 5) + self.count / 1e8
        progress = f"/body/DocFragment[{self.count + 900}]/body/p[1]/text().0"
        step = self.begin(Step("push", time.time(), percentage=self.percentage, progress=progress))
        self.send(step)

    def send(self, step):
        try:
            answer = self.device.push(self.document, step.percentage, step.progress)
            step.acknowledged = answer.status == 200 and answer.json.get("document") == self.document
        except FAILURES:
            pass
        step.ended = time.time()

    def listen(self, seconds):
        # Whoever closes one and opens the other needs more than a second, within which the device wins.
        time.sleep(1.1)
        seconds = round(seconds, 2)
        step = self.begin(Step("listen", time.time(), seconds=seconds))
        try:
            player = self.world.abs.play(self.user, self.item, device=f"phone-{self.document[:8]}")
            player.sync(seconds)
            step.acknowledged = True
            player.close()
        except FAILURES:
            pass
        step.ended = time.time()

    def open_again(self):
        """The device opens where it is told to and sends that very place, as KOReader does."""
        try:
            position = self.device.pull(self.document).json
        except FAILURES:
            return
        if not position or position.get("device_id") != "audiobookshelf":
            return
        self.send(self.begin(Step("again", time.time(), percentage=position["percentage"],
                                  progress=position["progress"])))

    def begin(self, step):
        self.steps.append(step)
        return step

    # What has to be

    def candidates(self):
        """What may be current now: the newest that was acknowledged, or one tried after it."""
        moves = [step for step in self.steps if step.kind != "again"]
        last = max((n for n, step in enumerate(moves) if step.acknowledged), default=None)
        if last is None:
            return moves
        # A PATCH has no conflict check: one that was on its way when somebody played is the last word there.
        late = {patch.json.get("extraData.koreader", {}).get("rawProgress")
                for patch in self.world.patches(self) if patch.time > moves[last].began}
        return moves[last:] + [step for step in moves[:last] if step.progress and step.progress in late]

    def trouble(self):
        """Why it is not as it has to be; or None."""
        redis, user = self.world.stack.redis, self.device.username
        if redis.zcard(f"user:{user}:outbox"):
            return "something waits in the outbox"
        records = self.world.abs.records(self.user, self.item)
        if len(records) > 1:
            return f"{len(records)} records of one item"
        candidates = self.candidates()
        if not records:
            return None if not any(step.acknowledged for step in candidates) else "no record"
        record = self.world.abs.progress(self.user, self.item)
        pulled = self.device.pull(self.document).json
        seen = {name.decode(): value.decode()
                for name, value in redis.hgetall(f"user:{user}:bridge:{self.document}").items()}
        if abs(float(seen.get("seen_seconds") or -1) - record["currentTime"]) > 0.5:
            return f"agreed on another place of the audio: {seen}, {record}"
        if pulled.get("progress") != seen.get("progress"):
            return f"the device is elsewhere than was agreed: {pulled}, {seen}"
        if not any(self.fits(step, record, pulled) for step in candidates):
            return f"neither of {candidates}: {record}, {pulled}"
        return None

    def fits(self, step, record, pulled):
        if step.kind == "listen":
            return abs(record["currentTime"] - step.seconds) < 0.02
        return (pulled["progress"] == step.progress and abs(record["ebookProgress"] - step.percentage) < 1e-9
                and (self.item.json["media"].get("ebookFile") is not None
                     or abs(record["currentTime"] - step.percentage * DURATION) < 1))

    def missing(self):
        """Acknowledged pushes that the history does not have."""
        entries = self.world.stack.redis.xrange(f"user:{self.device.username}:history:{self.document}")
        kept = {fields[b"progress"].decode() for _, fields in entries}
        return [step for step in self.steps
                if step.kind == "push" and step.acknowledged and step.progress not in kept]

    def story(self):
        sentences = [fields[b"sentence"].decode() for _, fields in
                     self.world.stack.redis.xrange("koshelf:activity")
                     if fields[b"document"].decode() == self.document]
        return "\n".join(map(str, [self.document, *self.steps[-8:], *sentences[-12:]]))


class World:
    """Several accounts with several books each, and the ways in which parts of it die."""

    def __init__(self, chance):
        self.chance = chance
        self.kills = 0
        self.killed = {}

    def __enter__(self):
        self.abs = Audiobookshelf().__enter__()
        library = self.abs.add_library()
        names = [f"chaos{n}" for n in range(READERS)]
        users = {name: self.abs.add_user(name) for name in names}
        accounts = {name: {"api_key": user.api_key} for name, user in users.items()}
        items = [self.abs.add_item(library, title=f"Book {n}", audio={"duration": DURATION, "tracks": TRACKS,
                                                                       "chapters": CHAPTERS}) for n in (1, 2)]
        items.append(real_book(self.abs, library, "the_time_machine"))
        env = {"AUDIOBOOKSHELF_BASE_URL": self.abs.url, "AUDIOBOOKSHELF_USER_MAP": json.dumps(accounts),
               "AUDIOBOOKSHELF_HTTP_TIMEOUT": "2000", "KOSHELF_HISTORY_LIMIT": "100000"}
        try:
            self.stack = Stack(fsync="always", env=env).__enter__()
        except BaseException:
            self.abs.__exit__(None, None, None)
            raise
        devices = [registered(self.stack, name) for name in names]
        self.copies = [Copy(self, device, users[device.username], item, f"{n:08x}{item.id.replace('-', '')[:24]}")
                       for device in devices for n, item in enumerate(items)]
        for copy in self.copies:
            done = self.stack.ctl("link", copy.device.username, copy.document, copy.item.id)
            assert done.returncode == 0, done.stderr
        self.stack.start_bridge()
        return self

    def __exit__(self, *details):
        try:
            self.stack.__exit__(*details)
        finally:
            self.abs.__exit__(None, None, None)

    # How it dies

    def kill_something(self):
        kind = self.chance.choice(("part", "part", "bridge", "worker", "redis", "abs", "pause", "lost answer"))
        self.killed[kind] = self.killed.get(kind, 0) + 1
        self.kills += 1
        getattr(self, "do_" + kind.replace(" ", "_"))()
        return kind

    def pause_between(self, shortest, longest):
        time.sleep(self.chance.uniform(shortest, longest))

    def part(self):
        return self.chance.choice(self.stack.bridge.children() or [0])

    def do_part(self):
        if pid := self.part():
            signal_to(pid, signal.SIGKILL)

    def do_bridge(self):
        self.stack.bridge.signal(signal.SIGKILL)  # the parts notice by themselves
        self.stack.bridge.wait()
        self.pause_between(0, 0.5)
        self.stack.start_bridge()

    def do_worker(self):
        if pids := self.stack.worker_pids():
            signal_to(self.chance.choice(pids), signal.SIGKILL)

    def do_redis(self):
        self.stack.kill_redis()
        self.pause_between(0, 0.7)
        self.stack.start_redis()

    def do_abs(self):
        self.abs.kill()
        self.pause_between(0, 0.7)
        self.abs.start()

    def do_pause(self):
        pids = self.stack.bridge.children()
        for pid in pids:
            signal_to(pid, signal.SIGSTOP)
        self.pause_between(0.1, 1.5)
        for pid in pids:
            signal_to(pid, signal.SIGCONT)

    def do_lost_answer(self):
        """Executed, but the bridge never hears of it."""
        method = self.chance.choice(("PATCH", "POST", "GET"))
        path = {"PATCH": "^/api/me/progress/", "POST": "^/api/session/local-all", "GET": "^/api/me"}[method]
        self.abs.fault("lose_answer", method, path, count=1)

    # How it has to be

    def check(self):
        self.abs.clear_faults()

        def trouble():
            return {copy.document: why for copy in self.copies if (why := copy.trouble())}

        self.until_none(trouble)
        before = self.traffic()
        time.sleep(WATCH)
        assert self.traffic() == before, f"traffic at rest: {self.traffic()[len(before):]}"
        assert trouble() == {}
        for copy in self.copies:
            assert not copy.missing(), copy.story()
            pushes = sum(step.kind == "push" for step in copy.steps)
            patches = self.patches(copy)
            assert len(patches) <= pushes + self.kills, f"{len(patches)} PATCHes for {pushes} pushes"
            assert not self.stack.redis.hlen(f"user:{copy.device.username}:dead"), copy.story()

    def until_none(self, trouble):
        def none():
            self.last_trouble = trouble()
            return not self.last_trouble
        try:
            wait.until(none, "everything to agree", REST, interval=0.3)
        except AssertionError as failure:
            stories = "\n\n".join(copy.story() for copy in self.copies if copy.document in self.last_trouble)
            raise AssertionError(f"seed {SEED}, {self.killed}: {self.last_trouble}\n{stories}") from failure

    def traffic(self):
        """What the bridge has asked of single items and written."""
        return [(each.method, each.path, each.body) for each in
                self.abs.requests(path="^/api/(me/progress/|session/)")]

    def patches(self, copy):
        return self.abs.requests("PATCH", f"^/api/me/progress/{copy.item.id}$", user=copy.user)


def signal_to(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def test_nothing_is_lost_or_done_twice_whatever_dies():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    started = time.monotonic()
    rounds = 0
    with World(chance) as world:
        while rounds < ROUNDS or (not ROUNDS and time.monotonic() - started < SECONDS_IN_CI):
            stop = threading.Event()
            threads = [threading.Thread(target=copy.run, args=(stop, random.Random(chance.random())))
                       for copy in world.copies]
            for thread in threads:
                thread.start()
            for _ in range(ROUNDS_BETWEEN_CHECKS):
                world.pause_between(0.2, 1.2)
                world.kill_something()
                rounds += 1
            stop.set()
            for thread in threads:
                thread.join(timeout=60)
                assert not thread.is_alive(), "a reader hangs"
            world.check()
            print(f"{rounds} rounds, {time.monotonic() - started:.0f} s, killed {world.killed}", flush=True)
        steps = [step for copy in world.copies for step in copy.steps]
        acknowledged = sum(step.acknowledged for step in steps)
        patches = sum(len(world.patches(copy)) for copy in world.copies)
        print(f"seed {SEED}: {rounds} rounds, {len(steps)} steps, {acknowledged} acknowledged, "
              f"{patches} PATCHes")
