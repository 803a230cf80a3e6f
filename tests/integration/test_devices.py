"""The devices of an account: who pushes, how, and what is wrong with them."""

import hashlib
import json
import time
from dataclasses import dataclass

import pytest

from support import wait
from support.console import Console, newcomer
from support.koreader import Koreader, registered
from support.stack import Stack

CONTENT = "0123456789abcdef0123456789abcdef"
BY_NAME = hashlib.md5(b"Emma.epub").hexdigest()
EMMA = {"filename": "Emma.epub", "title": "Emma"}


@dataclass(frozen=True)
class Elsewhere(Koreader):
    """A device whose requests come from another address, as a trusted proxy says."""
    address: str = "192.0.2.1"

    def headers(self, auth=True):
        return super().headers(auth) + [("X-Forwarded-For", self.address)]


@pytest.fixture(scope="module")
def stack():
    # One worker: what is noted at most once a minute by each is noted by this one.
    env = {"KOSHELF_ADMIN_USERS": "root"}
    with Stack(workers=1, env=env, nginx_env={"TRUSTED_PROXIES": "127.0.0.1"}) as running:
        running.wait_until_indexed()
        yield running


def at(console, address, device="Kobo_nova", device_id="0F3C1A"):
    return Elsewhere(console.device.port, console.username, console.device.key, device, device_id, address=address)


def devices(console, query=""):
    return console.get("/admin/devices" + query)["devices"]


def stored(stack, console):
    return {name.decode(): json.loads(text)
            for name, text in stack.redis.hgetall(f"user:{console.username}:devices").items()}


class TestRegistry:
    def test_pushes_and_stale_ones_are_counted(self, ann):
        kobo, boox = ann.device, ann.device.other()
        assert devices(ann) == []
        kobo.push("book", 0.1, "p1", metadata={"title": "Emma"})
        boox.push("book", 0.2, "p2")
        kobo.push("book", 0.1, "p1")
        boox.push("book", 0.2, "p2")  # refreshed
        found = {each["device"]: each for each in devices(ann)}
        assert set(found) == {kobo.device, boox.device}
        first = found[kobo.device]
        assert (first["pushes"], first["stale"], first["device_id"]) == (2, 1, kobo.device_id)
        assert abs(first["first_push"] - time.time()) < 30 and first["last_push"] >= first["first_push"]
        assert first["last_document"] == {"document": "book", "title": "Emma"}
        assert (first["method"], first["clock_skew_s"], first["problems"]) == ("unknown", None, [])
        assert (found[boox.device]["pushes"], found[boox.device]["stale"]) == (2, 0)
        assert ann.get(f"/admin/accounts/{ann.username}")["devices"] == 2

    def test_without_an_id_the_name_alone_tells_them_apart(self, ann):
        for name in ("Kobo", "Boox", "Kobo"):
            ann.device.other(name, None).push("book")
        found = devices(ann)
        assert sorted(each["device"] for each in found) == ["Boox", "Kobo"]
        assert not any("device_id" in each for each in found)

    @pytest.mark.parametrize("name", ['<b>"\\\'&', "é\U0001F600\n\x01", "", "x" * 2000])
    def test_odd_names_come_back_as_they_are(self, ann, name):
        ann.device.other(name, name).push("book")
        assert [(each["device"], each["device_id"]) for each in devices(ann)] == [(name, name)]

    def test_the_64_that_were_here_last_are_kept(self, stack, ann):
        key = f"user:{ann.username}:devices"
        ann.device.other("old", "old").push("book")
        id_, text = next(iter(stack.redis.hgetall(key).items()))
        stack.redis.hset(key, id_, json.dumps(json.loads(text) | {"last": 1000}))
        for n in range(70):
            assert ann.device.other(f"d{n}", str(n)).push("book", n / 100, f"p{n}").status == 200
        found = ann.all("/admin/devices", "devices", limit=7)
        assert len(found) == stack.redis.hlen(key) == 64
        assert len({each["id"] for each in found}) == 64 and "old" not in [each["device"] for each in found]
        assert [each["last_push"] for each in found] == sorted([each["last_push"] for each in found], reverse=True)
        # One that was pushed out may come back, and a known one makes no room.
        ann.device.other("d69", "69").push("book", 0.99, "p")
        assert stack.redis.hlen(key) == 64

    def test_it_is_forgotten_until_it_pushes_again(self, ann):
        ann.device.push("book")
        path = "/admin/devices/" + devices(ann)[0]["id"]
        assert ann.call("DELETE", path).json == {"deleted": True}
        assert ann.call("DELETE", path).error == (404, 3023) and devices(ann) == []
        ann.device.push("book", 0.7, "p")
        assert devices(ann)[0]["pushes"] == 1

    def test_what_somebody_else_wrote_there_stops_no_push(self, stack, ann):
        ann.device.push("book")
        key = f"user:{ann.username}:devices"
        for text in ("x", "[]", "7", '{"last": "x", "pushes": {}}', '{"methods": 5, "skew": [], "skew_count": "x"}'):
            stack.redis.hset(key, list(stack.redis.hgetall(key))[0], text)
            assert devices(ann) is not None
            assert ann.device.push("book", 0.5, text, timestamp=int(time.time())).status == 200
            assert devices(ann)[0]["pushes"] == 1

    def test_it_goes_with_the_account(self, stack, ann):
        ann.device.push("book")
        assert ann.device.delete().status == 200
        assert not stack.redis.keys(f"user:{ann.username}:*")

    def test_nobody_sees_the_devices_of_others(self, stack, ann):
        root = Console(registered(stack, "root")) if not stack.redis.exists("user:root:key") else None
        ann.device.push("book")
        stranger = newcomer(stack)
        path = f"/admin/devices/{devices(ann)[0]['id']}?user={ann.username}"
        for method, asked in (("GET", f"/admin/devices?user={ann.username}"), ("DELETE", path)):
            assert stranger.call(method, asked).error == (403, 3001)
        assert stranger.call("DELETE", path.split("?")[0]).error == (404, 3023)
        assert devices(stranger) == [] and len(devices(ann)) == 1
        assert len(devices(root, f"?user={ann.username}")) == 1
        assert root.call("DELETE", path).status == 200 and devices(ann) == []


class TestMethods:
    def test_each_device_shows_how_it_matches_books(self, ann):
        ann.device.push(CONTENT, 0.1, "p", metadata=EMMA)
        ann.device.other("Kindle", "K").push(BY_NAME, 0.1, "p", metadata=EMMA | {"filename": "/books/Emma.epub"})
        ann.device.other("Phone", "P").push("emma", 0.1, "p", metadata=EMMA)
        page = ann.get("/admin/devices")
        assert {each["device"]: each["method"] for each in page["devices"]} == \
            {ann.device.device: "content", "Kindle": "filename", "Phone": "unknown"}
        problem, = page["problems"]
        assert problem["problem"] == "methods_differ" and "they will not meet" in problem["message"]
        concerned = [each["id"] for each in page["devices"] if each["device"] != "Phone"]
        assert sorted(problem["devices"]) == sorted(concerned)
        for each in page["devices"]:
            names = [own["problem"] for own in each["problems"]]
            assert names == (["methods_differ"] if each["id"] in concerned else [])

    def test_a_device_whose_setting_was_changed_is_mixed_for_eight_pushes(self, ann):
        def push(document, step):
            ann.device.push(document, step / 100, f"p{step}", metadata=EMMA)
            return devices(ann)[0]["method"]
        assert push(CONTENT, 1) == "content"
        assert [push(BY_NAME, step) for step in range(2, 10)] == ["mixed"] * 7 + ["filename"]

    def test_what_the_library_knows_of_the_file_tells_as_well(self, stack, ann):
        ann.device.push(CONTENT)
        for how, method in (("digest", "content"), ("filename", "filename"), ("manual", "unknown")):
            stack.redis.hset(f"user:{ann.username}:links", CONTENT, json.dumps({"libraryItemId": "li", "how": how}))
            assert devices(ann)[0]["method"] == method


class TestClocks:
    def push(self, ann, *lags):
        for n, lag in enumerate(lags):
            ann.device.push("book", n / 1000, f"p{n}", timestamp=int(time.time()) - lag)
        return devices(ann)[0]["clock_skew_s"]

    def test_a_time_in_the_future_is_believed_at_once(self, ann):
        assert 3500 < self.push(ann, -3600) <= 3600
        problems = devices(ann)[0]["problems"]
        assert [each["problem"] for each in problems] == ["clock"] and "ahead" in problems[0]["message"]

    def test_a_late_push_is_no_slow_clock(self, ann):
        assert self.push(ann, 7200) is None
        assert self.push(ann, 7200, 0) in (0, -1)  # the third that had a time

    def test_a_slow_clock_is_told_by_pushes_none_of_which_came_sooner(self, ann):
        assert self.push(ann, 7200, 9000, 7300) in (-7200, -7201)

    def test_a_clock_that_was_set_right_is_believed_after_a_while(self, ann):
        self.push(ann, -3600)
        assert self.push(ann, *[0] * 15) > 3500
        assert self.push(ann, *[0] * 4) in (0, -1)

    def test_what_is_stored_is_the_servers_time(self, ann):
        self.push(ann, -100_000)
        assert abs(ann.device.pull("book").json["timestamp"] - time.time()) < 30

    @pytest.mark.parametrize("odd", ["1764000000", -5, 1e300, None, {}, True])
    def test_times_that_are_none(self, ann, odd):
        body = ann.device.position("book", 0.5, "p") | {"timestamp": odd}
        assert ann.device.call("PUT", "/syncs/progress", body).status == 200
        assert devices(ann)[0]["clock_skew_s"] is None


class TestStaleRuns:
    def test_a_device_that_is_left_behind_is_named_until_it_moves(self, ann):
        kobo, boox = ann.device, ann.device.other()
        kobo.push("book", 0.1, "p1")
        boox.push("book", 0.2, "p2")
        for n in range(5):
            assert devices(ann)[0]["problems"] == [], n
            kobo.push("book", 0.1, "p1")
        found = [each for each in devices(ann) if each["device"] == kobo.device][0]
        assert [each["problem"] for each in found["problems"]] == ["stale"] and found["stale"] == 5
        kobo.push("book", 0.3, "p3")
        assert not any(each["problems"] for each in devices(ann))


class TestPulls:
    def last_pulls(self, console):
        return {each["device"]: each["last_pull"] for each in devices(console)}

    def test_a_pull_is_noted_for_the_one_device_that_pushed_from_there(self, ann):
        kobo, boox = at(ann, "192.0.2.1"), at(ann, "2001:db8::7", "Boox", "B")
        kobo.push("book", 0.1, "p1")
        boox.push("book", 0.2, "p2")
        assert self.last_pulls(ann) == {"Kobo_nova": None, "Boox": None}
        boox.pull("book")
        pulled = wait.until(lambda: self.last_pulls(ann)["Boox"], "the pull")
        assert abs(pulled - time.time()) < 30 and self.last_pulls(ann)["Kobo_nova"] is None

    def test_two_from_one_address_are_not_told_apart(self, ann):
        kobo, boox = at(ann, "192.0.2.9"), at(ann, "192.0.2.9", "Boox", "B")
        kobo.push("book", 0.1, "p1")
        boox.push("book", 0.2, "p2")
        kobo.pull("book")
        at(ann, "192.0.2.10").pull("book")
        kobo.pull("book")  # answers nobody waited for have been read by now
        assert self.last_pulls(ann) == {"Kobo_nova": None, "Boox": None}

    def test_the_push_that_came_last_says_where_a_device_is(self, ann):
        at(ann, "192.0.2.20").push("book", 0.1, "p1")
        at(ann, "192.0.2.21").push("book", 0.2, "p2")
        at(ann, "192.0.2.20").pull("book")
        at(ann, "192.0.2.20").pull("other")
        assert self.last_pulls(ann) == {"Kobo_nova": None}
        at(ann, "192.0.2.21").pull("book")
        wait.until(lambda: self.last_pulls(ann)["Kobo_nova"], "the pull")

    def test_a_pull_that_is_refused_is_none(self, ann):
        kobo = at(ann, "192.0.2.30")
        kobo.push("book", 0.1, "p1")
        wrong = Elsewhere(kobo.port, kobo.username, "wrong", address="192.0.2.30")
        assert wrong.pull("book").status == 401
        assert ann.device.pull("book").status == 200
        assert self.last_pulls(ann) == {"Kobo_nova": None}

    def test_no_address_is_kept(self, stack, ann):
        at(ann, "203.0.113.77").push("book", 0.1, "p1")
        at(ann, "203.0.113.77").pull("book")
        wait.until(lambda: devices(ann)[0]["last_pull"], "the pull")
        kept = stored(stack, ann)
        digest = list(kept.values())[0]["from"]
        assert len(digest) == 16 and "203.0.113.77" not in json.dumps(kept)
        assert digest not in json.dumps(devices(ann))
        for known in ("203.0.113.77", f"{ann.username}\0203.0.113.77"):
            assert not hashlib.sha256(known.encode()).hexdigest().startswith(digest)
