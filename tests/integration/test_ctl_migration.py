"""Moving over from other servers with one command, and back to the reference server with another."""

import contextlib
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
import redis as redis_py

from support import wait
from support.contents import contents, differences
from support.koreader import Koreader, credential, fresh, registered
from support.peers import serving
from support.processes import Process
from support.reference import DOCUMENTS, FIRST, USERS, document, old, seed
from support.stack import Stack, binary

KEY = credential("ann's password")
EARLIER, LATER = 1684806180, 1684806999  # seconds: 2023-05-23 01:43:00 and 01:56:39 UTC


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        running.wait_until_indexed()
        yield running


class Foreign:
    """A Redis of another server, with its files in a directory."""

    def __init__(self, directory, *options):
        self.dir = directory
        directory.mkdir(exist_ok=True)
        self.socket = directory / "s"
        self.url = f"unix://{self.socket}?db=3"
        self.redis = redis_py.Redis(unix_socket_path=str(self.socket), db=3)
        self._argv = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", directory, "--save", "",
                      *options]

    def __enter__(self):
        self._server = Process("foreign", self._argv, self.dir.parent / "foreign.log", {"PATH": "/usr/bin:/bin"})
        wait.until(self._answers, "the other Redis", 30)
        return self

    def _answers(self):
        with contextlib.suppress(redis_py.ConnectionError):
            return self.redis.ping()

    def __exit__(self, *_):
        self._server.kill()


def done(run):
    assert run.returncode == 0, run.stderr + run.stdout
    return run


def seed_prefixed(redis, prefix):
    """The reference server's data under names of this test alone."""
    for user in range(3):
        redis.set(f"user:{prefix}{user}:key", credential(f"p{user}"))
        for step in range(5):
            redis.hset(f"user:{prefix}{user}:document:book{step}", mapping=document(step))
    redis.set("unrelated", "1")
    redis.hset("user:nobody:document:orphan", mapping=document(1))


def check_moved(stack, prefix):
    for user in range(3):
        device = Koreader(stack.https_port, f"{prefix}{user}", credential(f"p{user}"))
        assert device.authorize().status == 200
        assert device.pull("book4").json == {"document": "book4", "percentage": 0.04, "progress": "/body/p[4]",
                                             "device": "old kobo", "device_id": "ID", "timestamp": FIRST + 4}
        assert stack.redis.zcard(f"user:{prefix}{user}:documents") == 5
        assert stack.redis.zscore("koshelf:users", f"{prefix}{user}") is not None


class TestFromTheReferenceServer:
    def test_one_command_brings_a_live_one_over(self, stack, tmp_path):
        prefix = fresh("ref")
        with Foreign(tmp_path / "live") as foreign:
            seed_prefixed(foreign.redis, prefix)
            before = contents(foreign.redis, "*")
            run = done(stack.ctl("import", "--from", "reference", foreign.url))
            assert differences(before, contents(foreign.redis, "*")) == {}
        assert "3 accounts were created" in run.stdout and "15 positions of new documents" in run.stdout
        check_moved(stack, prefix)
        assert not stack.redis.exists("user:nobody:document:orphan")

    @pytest.mark.parametrize("how", ["rdb", "aof", "old aof", "both, the dump older", "a file"])
    def test_its_volume_will_do(self, stack, tmp_path, how):
        prefix = fresh("vol")
        options = ["--appendonly", "yes"] if "aof" in how or "both" in how else []
        with Foreign(tmp_path / "data", *options) as foreign:
            if "both" in how:
                foreign.redis.save()
            seed_prefixed(foreign.redis, prefix)
            if how in ("rdb", "a file"):
                foreign.redis.save()
        volume = tmp_path / "data"
        volume.joinpath("s").unlink(missing_ok=True)
        if how == "old aof":
            one = b"".join(path.read_bytes() for path in sorted((volume / "appendonlydir").glob("*.aof")))
            (volume / "appendonly.aof").write_bytes(one)
            shutil.rmtree(volume / "appendonlydir")
        before = {path: path.read_bytes() for path in volume.rglob("*") if path.is_file()}
        done(stack.ctl("import", "--from", "reference", volume / "dump.rdb" if how == "a file" else volume))
        check_moved(stack, prefix)
        assert {path: path.read_bytes() for path in volume.rglob("*") if path.is_file()} == before

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to somebody else")
    @pytest.mark.parametrize("closed", ["the directory", "the way to it"])
    def test_a_volume_that_one_may_not_read_is_named(self, stack, tmp_path, closed):
        volume = tmp_path / "redis" / "data"
        volume.mkdir(parents=True)
        (volume / "dump.rdb").write_bytes(b"REDIS0010")
        shut = volume if closed == "the directory" else volume.parent
        os.chown(shut, 12345, 12345)
        shut.chmod(0o700)
        argv = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", binary("koshelf-ctl"), "import", "--from", "reference",
                volume]
        run = subprocess.run(argv, env=stack.pool_env, capture_output=True, text=True, timeout=60)
        assert run.returncode == 1
        assert f"cannot read {volume}: Permission denied. Try it as root" in run.stderr

    def test_nothing_of_the_copy_stays(self, stack, tmp_path):
        with Foreign(tmp_path / "data") as foreign:
            seed_prefixed(foreign.redis, fresh("tmp"))
            foreign.redis.save()
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        done(stack.ctl("import", "--from", "reference", tmp_path / "data", env={"TMPDIR": str(scratch)}))
        assert list(scratch.iterdir()) == []

    def test_positions_that_are_newer_here_stay(self, stack, tmp_path):
        prefix = fresh("new")
        device = Koreader(stack.https_port, f"{prefix}0", "my own key")
        assert device.register().status == 201
        device.push("book3", 0.9, "/body/p[90]")
        with Foreign(tmp_path / "live") as foreign:
            seed_prefixed(foreign.redis, prefix)
            run = done(stack.ctl("import", "--from", "reference", foreign.url))
        assert device.pull("book3").json["progress"] == "/body/p[90]"
        assert device.pull("book2").json["progress"] == "/body/p[2]"
        assert "keep their password" in run.stdout
        history = stack.redis.xrange(f"user:{prefix}0:history:book3")
        assert [entry[b"progress"] for _, entry in history] == [b"/body/p[3]", b"/body/p[90]"]

    def test_everything_odd_that_it_may_hold(self, stack, tmp_path):
        with Foreign(tmp_path / "live") as foreign:
            seed(foreign.redis)
            foreign.redis.set(b"user:\xe9:key", "latin")
            foreign.redis.hset(b"user:\xe9:document:\xff", mapping=document(3))
            run = done(stack.ctl("import", "--from", "reference", foreign.url))
            assert f"{USERS + 4} accounts" in run.stdout
            expected = contents(foreign.redis, "user:*")
        for key in (b"user:\xe9:document:\xff", b"user:odd:document:latin\xe9", b"user:*:document:a-b.c d%2Fe"):
            assert stack.redis.hgetall(key) == expected[key]
        assert old(stack, USERS - 1).pull(f"book{DOCUMENTS - 1}").status == 200
        assert not stack.redis.exists("user:bare:document:notahash", "user:nobody:document:orphan")

    def test_an_account_alone(self, stack, tmp_path):
        prefix = fresh("one")
        with Foreign(tmp_path / "live") as foreign:
            seed_prefixed(foreign.redis, prefix)
            done(stack.ctl("import", "--from", "reference", "--user", f"{prefix}1", foreign.url))
        assert stack.redis.exists(f"user:{prefix}1:key") and not stack.redis.exists(f"user:{prefix}0:key")

    def test_another_database_is_pointed_out(self, stack, tmp_path):
        with Foreign(tmp_path / "data") as foreign:
            seed_prefixed(redis_py.Redis(unix_socket_path=str(foreign.socket), db=0), fresh("db"))
            foreign.redis.save()
            run = stack.ctl("import", "--from", "reference", foreign.url)
            assert run.returncode == 1 and "database 0" in run.stderr
        run = stack.ctl("import", "--from", "reference", tmp_path / "data")
        assert run.returncode == 1 and "database 0" in run.stderr
        done(stack.ctl("import", "--from", "reference", "--database", "0", tmp_path / "data"))

    def test_what_cannot_be_read_is_said_in_words(self, stack, tmp_path):
        (tmp_path / "empty").mkdir()
        (tmp_path / "newer").mkdir()
        (tmp_path / "newer" / "dump.rdb").write_bytes(b"REDIS0099\xff" + bytes(8))
        for where, words in [(tmp_path / "absent", "there is no"), (tmp_path / "empty", "no dump.rdb"),
                             (tmp_path / "newer", "version 99"), ("redis://127.0.0.1:1/3", "refused"),
                             ("redis://x:port", "port"), (stack.redis_url, "is there already")]:
            run = stack.ctl("import", "--from", "reference", where)
            assert run.returncode == 1 and words in run.stderr, (where, run.stderr)


class TestBackToTheReferenceServer:
    def test_one_command_brings_it_what_it_needs(self, stack, tmp_path):
        reader = registered(stack)
        reader.push("book", 0.5, "/body/p[5]", metadata={"title": "T"})
        stack.redis.set(b"user:\xe9back:key", "latin")
        stack.redis.zadd("koshelf:users", {b"\xe9back": 1})
        stack.redis.hset(b"user:\xe9back:document:\xff", mapping=document(3))
        stack.redis.zadd(b"user:\xe9back:documents", {b"\xff": 1})
        with Foreign(tmp_path / "live") as foreign:
            run = done(stack.ctl("export", "--to", "reference", foreign.url))
            there = contents(foreign.redis, "*")
            assert {key.split(b":")[2] for key in there} == {b"key", b"document"}
            name = reader.username
            assert there[f"user:{name}:key".encode()] == reader.key.encode()
            assert there[f"user:{name}:document:book".encode()] == stack.redis.hgetall(f"user:{name}:document:book")
            assert there[b"user:\xe9back:document:\xff"] == stack.redis.hgetall(b"user:\xe9back:document:\xff")
            assert reader.key not in run.stdout + run.stderr
            again = done(stack.ctl("export", "--to", "reference", foreign.url))
            assert "positions were written" not in again.stdout
            assert differences(there, contents(foreign.redis, "*")) == {}

    def test_there_and_back_is_what_it_was(self, stack, tmp_path):
        with Foreign(tmp_path / "a") as one:
            seed_prefixed(one.redis, fresh("loop"))
            one.redis.delete("unrelated", "user:nobody:document:orphan")
            before = contents(one.redis, "*")
            with Stack(parts=("redis",)) as fresh_stack:
                done(fresh_stack.ctl("import", "--from", "reference", one.url))
                done(fresh_stack.ctl("reindex"))
                one.redis.flushall()
                done(fresh_stack.ctl("export", "--to", "reference", one.url))
            assert differences(before, contents(one.redis, "*")) == {}

    def test_what_is_newer_there_stays(self, stack, tmp_path):
        reader = registered(stack)
        reader.push("book", 0.5, "/body/p[5]")
        reader.push("other", 0.5, "/body/p[5]")
        name = reader.username
        with Foreign(tmp_path / "live") as foreign:
            foreign.redis.set(f"user:{name}:key", "another")
            newer = document(7, timestamp="9999999999")
            foreign.redis.hset(f"user:{name}:document:book", mapping=newer)
            foreign.redis.hset(f"user:{name}:document:other", mapping=document(7) | {"more": "x"})
            run = done(stack.ctl("export", "--to", "reference", "--user", name, foreign.url))
            assert foreign.redis.hget(f"user:{name}:document:book", "progress") == b"/body/p[7]"
            assert foreign.redis.hgetall(f"user:{name}:document:other") == stack.redis.hgetall(
                f"user:{name}:document:other")
            assert foreign.redis.get(f"user:{name}:key") == b"another"
            assert "keep another password" in run.stdout and "newer, and stay" in run.stdout

    def test_a_redis_that_is_not_there_is_said(self, stack):
        run = stack.ctl("export", "--to", "reference", "redis://:secret@127.0.0.1:1/3")
        assert run.returncode == 1 and "127.0.0.1:1" in run.stderr and "secret" not in run.stderr
        assert stack.ctl("export", "--to", "reference", "http://x").returncode == 2


# The schemas of other servers, as their sources and documents describe them. Passwords are the MD5 of a device where a
# server stores it so, and a hash of that elsewhere.
SQLITE = {
    "kosyncsrv": ("""
        CREATE TABLE "user" ("username" TEXT(255), "password" TEXT(255));
        CREATE TABLE "document" ("username" TEXT(255), "documentid" TEXT(255), "percentage" REAL(64,4),
            "progress" TEXT(255), "device" TEXT(255), "device_id" TEXT(255), "timestamp" INTEGER);""",
        "INSERT INTO user VALUES (:user, :key)",
        "INSERT INTO document VALUES (:user, :document, :percentage, :progress, :device, :device_id, :seconds)", True),
    "koreader-sync": ("""
        CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL,
            password TEXT NOT NULL, created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE progress (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, document TEXT NOT NULL,
            progress TEXT NOT NULL, percentage REAL NOT NULL, device TEXT NOT NULL, device_id TEXT NOT NULL,
            filename TEXT, title TEXT, authors TEXT, timestamp INTEGER NOT NULL);""",
        "INSERT INTO users (username, password) VALUES (:user, '$argon2id$v=19$m=65536,t=2,p=1$abc')",
        "INSERT INTO progress (user_id, document, progress, percentage, device, device_id, title, timestamp) VALUES "
        "(1, :document, :progress, :percentage, :device, :device_id, 'A title', :seconds)", False),
    "KoInsight": ("""
        CREATE TABLE user (id integer primary key, username varchar(255), password_hash varchar(255));
        CREATE TABLE progress (id integer primary key, user_id integer, document varchar(255), progress varchar(255),
            percentage float, device varchar(255), device_id varchar(255), created_at datetime, updated_at datetime);
        CREATE TABLE book (id integer primary key, md5 varchar(255));""",
        "INSERT INTO user (username, password_hash) VALUES (:user, '$2b$12$abc')",
        "INSERT INTO progress (user_id, document, progress, percentage, device, device_id, updated_at) VALUES "
        "(1, :document, :progress, :percentage, :device, :device_id, :seconds * 1000 + 225)", False),
    "calibre-web-automated": ("""
        CREATE TABLE user (id INTEGER PRIMARY KEY, name VARCHAR(64), email VARCHAR(120), password VARCHAR);
        CREATE TABLE kosync_progress (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, document VARCHAR NOT NULL,
            progress VARCHAR NOT NULL, percentage FLOAT NOT NULL, device VARCHAR NOT NULL, device_id VARCHAR,
            timestamp TIMESTAMP);
        INSERT INTO user VALUES (7, 'Guest', '', '');""",
        "INSERT INTO user (id, name, password) VALUES (1, :user, 'scrypt:32768:8:1$abc')",
        "INSERT INTO kosync_progress (user_id, document, progress, percentage, device, device_id, timestamp) VALUES "
        "(1, :document, :progress, :percentage * 100, :device, :device_id, "
        "strftime('%Y-%m-%d %H:%M:%S.000000', :seconds, 'unixepoch'))", False),
    "users and progress": ("""
        CREATE TABLE users (username TEXT PRIMARY KEY NOT NULL, password TEXT NOT NULL);
        CREATE TABLE progress (document TEXT NOT NULL, username TEXT NOT NULL, device TEXT NOT NULL,
            device_id TEXT NOT NULL, progress TEXT NOT NULL, percentage REAL NOT NULL, timestamp INTEGER NOT NULL);""",
        "INSERT INTO users VALUES (:user, :key)",
        "INSERT INTO progress VALUES (:document, :user, :device, :device_id, :progress, :percentage, :seconds)", True),
}


def position(user, name, percentage, progress, device, seconds):
    return {"user": user, "document": name, "percentage": percentage, "progress": progress, "device": device,
            "device_id": device.upper(), "seconds": seconds}


def make_sqlite(path, server, user):
    schema, add_user, add_position, _ = SQLITE[server]
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(schema)
        database.execute(add_user, {"user": user, "key": KEY})
        for row in (position(user, "3f0c", 0.3186, "/body/DocFragment[28]/p[1]", "kobo", EARLIER),
                    position(user, "b1e5", 0.5, "57", "boox", EARLIER),
                    position(user, "b1e5", 0.25, "29", "kobo", LATER)):
            database.execute(add_position, row)
    return path


class TestFromOtherServers:
    @pytest.mark.parametrize("server", SQLITE)
    def test_a_database_of_sqlite_is_known_by_its_tables(self, stack, tmp_path, server):
        user = fresh("sql")
        path = make_sqlite(tmp_path / "sync.db", server, user)
        before = path.read_bytes()
        run = done(stack.ctl("import", "--from", "sqlite", path))
        assert server.split()[0] in run.stdout
        assert stack.redis.hgetall(f"user:{user}:document:3f0c") == {
            b"percentage": b"0.3186", b"progress": b"/body/DocFragment[28]/p[1]", b"device": b"kobo",
            b"device_id": b"KOBO", b"timestamp": str(EARLIER).encode()}
        newest = stack.redis.hgetall(f"user:{user}:document:b1e5")
        assert (newest[b"progress"], newest[b"timestamp"]) == (b"29", str(LATER).encode())
        history = stack.redis.xrange(f"user:{user}:history:b1e5")
        assert [entry[b"progress"] for _, entry in history] == [b"57"]
        device = Koreader(stack.https_port, user, KEY)
        keeps_keys = SQLITE[server][3]
        assert device.authorize().status == (200 if keeps_keys else 401)
        assert ("set-password" in run.stdout) == (not keeps_keys)
        assert not stack.redis.exists("user:Guest:key")
        assert path.read_bytes() == before and [each.name for each in tmp_path.iterdir()] == ["sync.db"]

    def test_a_database_in_use_is_read_beside_its_server(self, stack, tmp_path):
        user = fresh("wal")
        path = make_sqlite(tmp_path / "sync.db", "kosyncsrv", user)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("INSERT INTO document VALUES (?, 'late', 0.5, '5', 'd', 'D', 7)", (user,))
            done(stack.ctl("import", "--from", "sqlite", path))
        assert stack.redis.exists(f"user:{user}:document:late")

    @pytest.mark.parametrize("mode", ["wal", "delete"])
    def test_a_transaction_that_is_not_done_is_not_there(self, stack, tmp_path, mode):
        user = fresh("half")
        path = make_sqlite(tmp_path / "sync.db", "kosyncsrv", user)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute(f"PRAGMA journal_mode={mode}")
            # Too much for its memory: it goes into the file before the transaction is over.
            database.execute("PRAGMA cache_size=1")
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO document VALUES (?, ?, 0.5, '5', 'd', 'D', 7)",
                                 [(user, f"late{number}{'x' * 200}") for number in range(500)])
            before = path.read_bytes()
            done(stack.ctl("import", "--from", "sqlite", path))
            assert path.read_bytes() == before
            database.execute("ROLLBACK")
        assert stack.redis.exists(f"user:{user}:document:3f0c")
        assert not stack.redis.keys(f"user:{user}:document:late*")

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can be without the right to write")
    def test_a_database_with_a_log_beside_it_is_read_where_one_may_not_write(self, stack, tmp_path):
        user = fresh("closed")
        path = make_sqlite(tmp_path / "sync.db", "kosyncsrv", user)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
        os.chown(tmp_path, 12345, 12345)
        tmp_path.chmod(0o755)
        argv = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", binary("koshelf-ctl"), "import", "--from", "sqlite", path]
        done(subprocess.run(argv, env=stack.pool_env, capture_output=True, text=True, timeout=60))
        assert stack.redis.exists(f"user:{user}:document:3f0c")
        assert [each.name for each in tmp_path.iterdir()] == ["sync.db"]

    def test_a_file_of_tinydb(self, stack, tmp_path):
        user = fresh("tiny")
        row = {"username": user, "document": "3f0c", "progress": "/p", "percentage": 0.3186, "device": "kobo",
               "device_id": "K", "timestamp": EARLIER}
        path = tmp_path / "db.json"
        path.write_text(json.dumps({"users": {"1": {"username": user, "password": KEY}},
                                    "documents": {"1": row, "2": row | {"document": "a:b"}}}))
        run = done(stack.ctl("import", "--from", "tinydb", path))
        assert "1 entries make no sense" in run.stdout
        assert Koreader(stack.https_port, user, KEY).pull("3f0c").json["timestamp"] == EARLIER

    def test_kosync_dotnet_is_asked_through_its_management_api(self, stack):
        user = fresh("dot")
        with kosync_dotnet(user) as url:
            run = import_from_dotnet(stack, url, "secret")
            assert run.returncode == 0, run.stderr
            wrong = import_from_dotnet(stack, url, "guess")
            assert wrong.returncode == 1 and "does not accept" in wrong.stderr
        assert stack.redis.hgetall(f"user:{user}:document:b8a9") == {
            b"percentage": b"0.3186", b"progress": b"/p", b"device": b"Kobo_nova", b"device_id": b"F47D",
            b"timestamp": str(EARLIER).encode()}
        assert not stack.redis.exists("user:admin:key")
        assert "set-password" in run.stdout and "secret" not in run.stdout + run.stderr

    def test_what_cannot_be_read_is_said_in_words(self, stack, tmp_path):
        (tmp_path / "text").write_text("no database " * 200)
        with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
            other.execute("CREATE TABLE user (id)")
        for kind, where, words in [
                ("sqlite", "absent", "cannot read"), ("sqlite", "text", "not a database"),
                ("sqlite", "other.db", "no sync server that is known"), ("tinydb", "absent", "cannot read"),
                ("tinydb", "text", "no JSON")]:
            run = stack.ctl("import", "--from", kind, tmp_path / where)
            assert run.returncode == 1 and words in run.stderr, (kind, where, run.stderr)
        run = import_from_dotnet(stack, "http://127.0.0.1:1", "x")
        assert run.returncode == 1 and "127.0.0.1:1" in run.stderr
        assert import_from_dotnet(stack, "http://127.0.0.1:1", "").returncode == 1


def import_from_dotnet(stack, url, password):
    return subprocess.run([binary("koshelf-ctl"), "import", "--from", "kosync-dotnet", url + "/"], env=stack.pool_env,
                          input=password + "\n", capture_output=True, text=True)


@contextlib.contextmanager
def kosync_dotnet(user):
    """Its management API, as its README describes it, with one account beside the administrator's."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            target = urlsplit(self.path)
            answers = {
                "/manage/users": [
                    {"id": 1, "username": "admin", "isAdministrator": True, "isActive": True, "documentCount": 0},
                    {"id": 2, "username": user, "isAdministrator": False, "isActive": True, "documentCount": 1}],
                "/manage/users/documents": [
                    {"documentHash": "b8a9", "progress": "/p", "percentage": 0.3186, "device": "Kobo_nova",
                     "deviceId": "F47D", "timestamp": "2023-05-23T11:43:00.225+10:00"}]}
            allowed = (self.headers["x-auth-user"], self.headers["x-auth-key"]) == ("admin", credential("secret"))
            mine = parse_qs(target.query).get("username", [user]) == [user]
            body = answers.get(target.path) if allowed and mine else {"message": "Unauthorized"}
            self.send_response(200 if allowed and mine else 401)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}"


def capabilities(process):
    """All that the process could ever use."""
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        sets = dict(line.split(":", 1) for line in file)
    return [int(sets[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")]


@pytest.mark.skipif(os.getuid() != 0, reason="only root has a right to hand on")
@pytest.mark.parametrize("kind", ["export", "sqlite", "tinydb", "volume", "archive", "dump", "set"])
def test_who_may_read_everything_may_not_when_it_looks_into_it(stack, tmp_path, kind):
    """With that right alone, held up by Redis at its first write."""
    user = fresh("rights")
    given = tmp_path / "given"
    given.mkdir()
    command = ["import"]
    with Stack(parts=("redis",)) as target:
        with Stack(parts=("redis",)) as source:
            source.redis.config_set("repl-diskless-sync-delay", 0)
            done(source.ctl("import", "--from", "sqlite", make_sqlite(tmp_path / "sync.db", "kosyncsrv", user)))
            if kind == "export":
                done(source.ctl("export", given / "file"))
            elif kind == "sqlite":
                command += ["--from", "sqlite"]
                make_sqlite(given / "file", "kosyncsrv", user)
            elif kind == "tinydb":
                command += ["--from", "tinydb"]
                (given / "file").write_text(json.dumps({"users": {"1": {"username": user, "password": KEY}}, "documents": {}}))
            elif kind == "volume":
                command += ["--from", "reference"]
            else:
                command = ["restore"]
            if kind in ("volume", "dump"):
                source.redis.save()
                shutil.copy(source.dir / "redis" / "dump.rdb", given / ("dump.rdb" if kind == "volume" else "file"))
            elif kind in ("archive", "set"):
                done(source.ctl("backup", given / ("file.tar" if kind == "archive" else "file")))
        name = {"volume": given, "archive": given / "file.tar"}.get(kind, given / "file")
        subprocess.run(["chown", "-R", "12345:12345", given], check=True)
        subprocess.run(["chmod", "-R", "go=", given], check=True)
        only = ["setpriv", "--bounding-set=-all,+dac_read_search"]
        assert subprocess.run([*only, "--inh-caps=-all", "--bounding-set=-all", "ls", given], capture_output=True).returncode != 0
        target.redis.execute_command("CLIENT", "PAUSE", "30000", "WRITE")
        run = subprocess.Popen([*only, binary("koshelf-ctl"), *command, name], env=target.pool_env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        try:
            wait.until(lambda: run.poll() is not None or target.redis.info("clients")["blocked_clients"] > 0, "it to write")
            assert run.poll() is None, run.stderr.read()
            held = capabilities(run.pid)
            target.redis.execute_command("CLIENT", "UNPAUSE")
            assert run.wait(30) == 0, run.stderr.read()
        finally:
            run.kill()
        assert held == [0, 0, 0, 0]
        assert target.redis.exists(f"user:{user}:key")
