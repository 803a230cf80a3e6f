"""koshelf-ctl users and purge."""

import subprocess
import time

import pytest

from support.contents import contents
from support.koreader import Koreader, credential, fresh, registered
from support.stack import Stack, binary

DAY = 86400


@pytest.fixture(scope="module")
def stack():
    with Stack(env={"KOSHELF_ADMIN_USERS": "root", "ENABLE_USER_REGISTRATION": "on"}) as running:
        running.wait_until_indexed()
        yield running


def users(stack, *arguments, password=None):
    return subprocess.run([binary("koshelf-ctl"), "users", *arguments], env=stack.pool_env, capture_output=True,
                          text=True, input=password if password is None else password + "\n")


def listed(stack):
    done = users(stack)
    assert done.returncode == 0, done.stderr
    return {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}


class TestUsers:
    def test_a_new_account_logs_in_with_its_password(self, stack):
        name = fresh("ctl user ")
        done = users(stack, "create", name, password="geheim Ä")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        device = Koreader(stack.https_port, name, credential("geheim Ä"))
        assert device.authorize().status == 200
        assert listed(stack)[name][0] == "reader"
        again = users(stack, "create", name, password="other")
        assert again.returncode == 1 and "already" in again.stderr
        assert device.authorize().status == 200

    def test_a_forgotten_password_is_replaced_and_positions_stay(self, stack):
        reader = registered(stack)
        reader.push("book")
        assert users(stack, "set-password", reader.username, password="new").returncode == 0
        assert reader.authorize().status == 401
        assert Koreader(reader.port, reader.username, credential("new")).pull("book").json["document"] == "book"
        assert users(stack, "set-password", "nobody here", password="x").returncode == 1
        assert not stack.redis.exists("user:nobody here:key")

    def test_an_empty_password_is_none(self, stack):
        reader = registered(stack)
        for password in ("", None):
            done = users(stack, "set-password", reader.username, password=password)
            assert done.returncode == 1 and "password" in done.stderr
        assert reader.authorize().status == 200

    def test_deleting_takes_everything_along(self, stack):
        reader = registered(stack)
        reader.push("book")
        assert users(stack, "delete", reader.username).returncode == 0
        assert contents(stack.redis, f"user:{reader.username}:*") == {}
        assert users(stack, "delete", reader.username).returncode == 1

    def test_roles_change(self, stack):
        reader = registered(stack)
        route = "/admin/audiobookshelf/config"
        assert reader.call("GET", route).status == 403
        assert users(stack, "make-admin", reader.username).returncode == 0
        assert reader.call("GET", route).status == 200
        assert listed(stack)[reader.username][0] == "admin"
        assert users(stack, "make-reader", reader.username).returncode == 0
        assert reader.call("GET", route).status == 403
        assert users(stack, "make-admin", "nobody here").returncode == 1
        fixed = users(stack, "make-reader", "root")
        assert fixed.returncode == 1 and "KOSHELF_ADMIN_USERS" in fixed.stderr

    def test_the_list_has_what_an_administrator_asks_for(self, stack):
        reader = registered(stack)
        reader.push("a")
        reader.push("b")
        role, documents, devices, created, seen = listed(stack)[reader.username]
        assert (role, documents, devices) == ("reader", "2 documents", "1 devices")
        today = time.strftime("%Y-", time.gmtime())
        assert created.startswith("created " + today) and seen.startswith("last seen " + today)

    @pytest.mark.parametrize("arguments", [["create"], ["create", "a", "b"], ["create", "a:b"], ["list", "x"],
                                           ["what", "x"], ["delete", ""]])
    def test_wrong_arguments_are_2(self, stack, arguments):
        assert users(stack, *arguments).returncode == 2


class TestPurge:
    def aged(self, stack, days):
        """An account that nobody has used for that long."""
        reader = registered(stack)
        reader.push("book")
        then = int(time.time()) - days * DAY
        stack.redis.hset(f"user:{reader.username}:profile", mapping={"created": then, "last_seen": then})
        stack.redis.zadd(f"user:{reader.username}:documents", {"book": then})
        stack.redis.hset(f"user:{reader.username}:document:book", "timestamp", then)
        return reader

    def test_only_those_that_nobody_uses_go(self, stack):
        old, recent = self.aged(stack, 40), self.aged(stack, 20)
        read = self.aged(stack, 40)
        stack.redis.zadd(f"user:{read.username}:documents", {"book": time.time() - DAY})
        admin = self.aged(stack, 40)
        users(stack, "make-admin", admin.username)
        unknown = fresh("unknown")
        stack.redis.set(f"user:{unknown}:key", "k")
        stack.redis.zadd("koshelf:users", {unknown: 0})

        dry = stack.ctl("purge", "--inactive", "30", "--dry-run")
        assert dry.returncode == 0 and old.username in dry.stdout and "would be deleted" in dry.stdout
        for kept in (recent, read, admin):
            assert kept.username not in dry.stdout
        assert unknown not in dry.stdout and old.authorize().status == 200

        self.age(stack, old)
        done = stack.ctl("purge", "--inactive", "30")
        assert done.returncode == 0 and f"{old.username}\t1 documents" in done.stdout
        assert contents(stack.redis, f"user:{old.username}:*") == {}
        assert old.authorize().status == 401
        for kept in (recent, read, admin):
            assert kept.authorize().status == 200
        assert stack.redis.exists(f"user:{unknown}:key")

    def age(self, stack, reader):
        """Takes back that it was seen just now."""
        then = int(time.time()) - 40 * DAY
        stack.redis.hset(f"user:{reader.username}:profile", "last_seen", then)

    def test_data_of_the_reference_server_is_judged_by_its_positions(self, stack):
        for name, age in (("dormant", 400), ("awake", 1)):
            then = str(int(time.time()) - age * DAY)
            stack.redis.set(f"user:{name}:key", "k")
            stack.redis.hset(f"user:{name}:document:d", mapping={"percentage": "0.5", "progress": "/p", "device": "d",
                                                                 "timestamp": then})
        # An account of both servers, whose devices have only spoken to the other one since.
        then, now = int(time.time()) - 400 * DAY, int(time.time())
        stack.redis.set("user:elsewhere:key", "k")
        stack.redis.zadd("koshelf:users", {"elsewhere": then})
        stack.redis.zadd("user:elsewhere:documents", {"d": then})
        stack.redis.hset("user:elsewhere:document:d", mapping={"percentage": "0.5", "progress": "/p", "device": "d",
                                                               "timestamp": now})
        done = stack.ctl("purge", "--inactive", "365")
        assert stack.redis.exists("user:elsewhere:key") and "elsewhere" not in done.stdout
        assert "dormant" in done.stdout and "awake" not in done.stdout
        assert not stack.redis.exists("user:dormant:key", "user:dormant:document:d")
        assert stack.redis.exists("user:awake:document:d")

    @pytest.mark.parametrize("arguments", [[], ["--inactive"], ["--inactive", "0"], ["--inactive", "x"],
                                           ["--inactive", "3", "more"], ["--dry-run"]])
    def test_wrong_arguments_are_2(self, stack, arguments):
        assert stack.ctl("purge", *arguments).returncode == 2
