"""koshelf-ctl backup and restore: whole and of one moment while devices push, and back without a half-way state."""

import json
import os
import signal
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest
import redis as redis_py

from support import wait
from support.contents import contents, differences
from support.koreader import Koreader, registered
from support.processes import Port, Process
from support.reference import check_indexed, seed
from support.stack import Stack, binary

NOBODY = 65534
SECRET = "koshelf-api-key-of-somebody"


def done(run):
    assert run.returncode == 0, run.stderr + run.stdout
    return run


def ours(redis):
    """Everything of a server but what its processes keep for themselves."""
    everything = contents(redis, "*")
    return {key: value for key, value in everything.items()
            if redis.ttl(key) == -1 and key != b"koshelf:config:version"}


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        running.wait_until_indexed()
        # By itself Redis waits five seconds for more who want a copy.
        running.redis.config_set("repl-diskless-sync-delay", 0)
        running.state = running.dir / "state"
        for name, text in (("secrets/key", "5" * 64 + "\n"), ("tls/cert.pem", "a certificate"),
                           ("tls/key.pem", "its key")):
            path = running.state / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o600)
        running.paths = {"STATE_DIR": str(running.state), "KOSHELF_SECRET_FILE": str(running.state / "secrets/key")}
        done(running.ctl("config", "set", "AUDIOBOOKSHELF_API_KEY", SECRET, env=running.paths))
        for _ in range(3):
            reader = registered(running)
            for book in range(10):
                reader.push(f"book{book}", 0.1, f"/body/p[{book}]", metadata={"title": "T"})
        running.reader = reader
        yield running


def interrupted(stack, number, when, *argv, env):
    """The command, ended by a signal once `when()`."""
    command = subprocess.Popen([binary("koshelf-ctl"), *map(str, argv)], env=stack.pool_env | env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    wait.until(lambda: command.poll() is not None or when(), "it to be busy", 30, 0.002)
    command.send_signal(number)
    command.out, command.err = command.communicate(timeout=30)
    return command


@pytest.fixture
def empty():
    with Stack(parts=("redis",)) as other:
        other.state = other.dir / "state"
        other.paths = {"STATE_DIR": str(other.state), "KOSHELF_SECRET_FILE": str(other.state / "secrets/key")}
        yield other


def run_bytes(stack, *arguments, **more):
    return subprocess.run([binary("koshelf-ctl"), *arguments], env=stack.pool_env | stack.paths, capture_output=True,
                          timeout=120, **more)


@pytest.mark.parametrize("form", ["directory", "archive", "pipe"])
def test_a_backup_restores_everything(stack, empty, tmp_path, form):
    before = ours(stack.redis)
    path = tmp_path / ("backup" if form == "directory" else "backup.tar")
    if form == "pipe":
        path.write_bytes(run_bytes(stack, "backup", "-", check=True).stdout)
        restored = run_bytes(empty, "restore", "-", input=path.read_bytes())
        assert restored.returncode == 0, restored.stderr
    else:
        done(stack.ctl("backup", path, env=stack.paths))
        done(empty.ctl("restore", path, env=empty.paths))
    assert differences(before, ours(empty.redis)) == {}
    for name in ("secrets/key", "tls/cert.pem", "tls/key.pem"):
        assert (empty.state / name).read_bytes() == (stack.state / name).read_bytes()
        assert oct((empty.state / name).stat().st_mode & 0o777) == "0o600"
    shown = done(empty.ctl("config", "list", env=empty.paths)).stdout
    assert SECRET[-4:] in shown


def test_its_files_are_for_its_owner_and_have_the_names_of_a_state_directory(stack, tmp_path):
    done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
    names = {str(path.relative_to(tmp_path / "set")): path for path in (tmp_path / "set").rglob("*") if path.is_file()}
    assert set(names) == {"manifest.json", "redis/dump.rdb", "secrets/key", "tls/cert.pem", "tls/key.pem"}
    for path in names.values():
        if path.name != "manifest.json":
            assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct((tmp_path / "set").stat().st_mode & 0o777) == "0o700"
    done(stack.ctl("backup", tmp_path / "one.tar", env=stack.paths))
    assert oct((tmp_path / "one.tar").stat().st_mode & 0o777) == "0o600"
    with tarfile.open(tmp_path / "one.tar") as archive:
        assert sorted(archive.getnames()) == sorted(names)
    manifest = json.loads(names["manifest.json"].read_text())
    assert manifest["version"] == 1 and {each["name"] for each in manifest["files"]} == set(names) - {"manifest.json"}
    assert os.listdir(tmp_path) in (["set", "one.tar"], ["one.tar", "set"])


def test_an_archive_that_somebody_packed_again_will_do(stack, empty, tmp_path):
    done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
    subprocess.run(["tar", "-C", tmp_path / "set", "-cf", tmp_path / "again.tar", "."], check=True)
    done(empty.ctl("restore", tmp_path / "again.tar", env=empty.paths))
    assert empty.redis.exists(f"user:{stack.reader.username}:key")


def test_a_directory_is_restored_by_whatever_way_leads_to_it(stack, empty, tmp_path):
    done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
    (tmp_path / "latest").symlink_to("set")
    if os.getuid() == 0:
        os.lchown(tmp_path / "latest", NOBODY, NOBODY)
    done(empty.ctl("restore", tmp_path / "latest", env=empty.paths))
    assert empty.redis.exists(f"user:{stack.reader.username}:key")


def test_it_is_of_one_moment_while_devices_push(stack, empty, tmp_path):
    readers = [registered(stack) for _ in range(3)]
    stop, acknowledged, errors = threading.Event(), {}, []

    def push_on(reader):
        step = 0
        while not stop.is_set():
            step += 1
            answer = reader.push(f"book{step % 5}", step / 10000, f"/body/p[{step}]")
            if answer.status != 200:
                errors.append(answer)
            acknowledged[reader.username] = step

    threads = [threading.Thread(target=push_on, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        wait.until(lambda: len(acknowledged) == 3 and min(acknowledged.values()) > 5, "some pushes")
        known = dict(acknowledged)
        done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    done(empty.ctl("restore", tmp_path / "set", env=empty.paths))
    for reader in readers:
        steps = set()
        for book in range(5):
            history = empty.redis.xrange(f"user:{reader.username}:history:book{book}")
            current = empty.redis.hgetall(f"user:{reader.username}:document:book{book}")
            assert history[-1][1][b"progress"] == current[b"progress"]
            steps |= {int(entry[b"progress"][8:-1]) for _, entry in history}
        assert steps == set(range(1, max(steps) + 1)) and max(steps) >= known[reader.username]


class TestRestoring:
    @pytest.fixture
    def backup(self, stack, tmp_path):
        done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
        return tmp_path / "set"

    def test_what_is_not_empty_is_left_alone(self, empty, backup):
        empty.redis.set("user:somebody:key", "k")
        before = contents(empty.redis, "*")
        run = empty.ctl("restore", backup, env=empty.paths)
        assert run.returncode == 1 and "--force" in run.stderr
        assert differences(before, contents(empty.redis, "*")) == {}
        assert not empty.state.exists()

    def test_keys_of_other_programs_are_not_taken_away(self, empty, backup):
        empty.redis.set("app:session", "theirs")
        for force in ((), ("--force",)):
            run = empty.ctl("restore", *force, backup, env=empty.paths)
            assert run.returncode == 1 and "other programs" in run.stderr
            assert list(contents(empty.redis, "*")) == [b"app:session"]

    def test_settings_are_read_anew_with_the_key_that_came_along(self, empty, backup):
        done(empty.ctl("restore", backup, env=empty.paths))
        assert int(empty.redis.get("koshelf:config:version")) > 0

    def test_what_was_put_aside_before_stays(self, empty, backup):
        (empty.state / "secrets").mkdir(parents=True)
        for number in range(2):
            (empty.state / "secrets/key").write_text(f"key {number}")
            done(empty.ctl("restore", "--force", backup, env=empty.paths))
        assert (empty.state / "secrets/key.before-restore").read_text() == "key 0"
        assert (empty.state / "secrets/key.before-restore-2").read_text() == "key 1"

    def test_by_force_it_is_replaced(self, stack, empty, backup):
        empty.redis.set("user:somebody:key", "k")
        (empty.state / "secrets").mkdir(parents=True)
        (empty.state / "secrets/key").write_text("another")
        (empty.state / "tls").mkdir()
        (empty.state / "tls/cert.pem").write_text("another")
        run = done(empty.ctl("restore", "--force", backup, env=empty.paths))
        assert differences(ours(stack.redis), ours(empty.redis)) == {}
        assert (empty.state / "secrets/key").read_bytes() == (stack.state / "secrets/key").read_bytes()
        assert (empty.state / "secrets/key.before-restore").read_text() == "another"
        assert (empty.state / "tls/cert.pem.before-restore").read_text() == "another"
        assert "keys were restored" in run.stdout
        assert all(redis_py.Redis(unix_socket_path=str(empty.redis_socket), db=number).dbsize() == 0
                   for number in range(16) if number != 3)

    def test_another_key_of_secrets_is_not_overwritten_unasked(self, empty, backup):
        (empty.state / "secrets").mkdir(parents=True)
        (empty.state / "secrets/key").write_text("another")
        run = empty.ctl("restore", backup, env=empty.paths)
        assert run.returncode == 1 and "secrets/key" in run.stderr
        assert empty.redis.dbsize() == 0 and (empty.state / "secrets/key").read_text() == "another"

    def test_a_certificate_that_is_there_stays(self, empty, backup):
        (empty.state / "tls").mkdir(parents=True)
        (empty.state / "tls/cert.pem").write_text("mine")
        run = done(empty.ctl("restore", backup, env=empty.paths))
        assert "stays as it is" in run.stdout and (empty.state / "tls/cert.pem").read_text() == "mine"

    def test_a_running_server_serves_it_at_once(self, stack, backup, tmp_path):
        with Stack() as running:
            running.wait_until_indexed()
            state = {"STATE_DIR": str(tmp_path / "other"), "KOSHELF_SECRET_FILE": str(tmp_path / "other/secrets/key")}
            device = Koreader(running.https_port, stack.reader.username, stack.reader.key)
            assert device.authorize().status == 401
            done(running.ctl("restore", backup, env=state))
            assert device.pull("book7").json == stack.reader.pull("book7").json
            assert device.push("book7", 0.9, "/body/p[90]").status == 200
            assert running.redis.get("koshelf:schema") == stack.redis.get("koshelf:schema")

    def test_leases_and_locks_of_then_stay_behind(self, stack, empty, tmp_path):
        stack.redis.set("koshelf:lease:test", "somebody", px=600000)
        stack.redis.hset("koshelf:reindex", "cursor", "5")
        try:
            done(stack.ctl("backup", tmp_path / "set", env=stack.paths))
        finally:
            stack.redis.delete("koshelf:lease:test", "koshelf:reindex")
        done(empty.ctl("restore", tmp_path / "set", env=empty.paths))
        assert not empty.redis.exists("koshelf:lease:test") and not empty.redis.exists("koshelf:reindex")

    @pytest.mark.parametrize("damage, words", [
        (lambda path: (path / "redis/dump.rdb").write_bytes(b"REDIS0010"), "not what it was"),
        (lambda path: (path / "secrets/key").unlink(), "is missing"),
        (lambda path: (path / "manifest.json").unlink(), "no backup"),
        (lambda path: (path / "manifest.json").write_text('{"format":"koshelf-backup","version":2}'), "newer"),
        (lambda path: (path / "manifest.json").write_text('{"format":"koshelf-backup","version":1,"files":[]}'),
         "has no redis/dump.rdb")])
    def test_a_damaged_one_is_refused_as_a_whole(self, empty, backup, damage, words):
        damage(backup)
        run = empty.ctl("restore", backup, env=empty.paths)
        assert run.returncode == 1 and words in run.stderr, run.stderr
        assert empty.redis.dbsize() == 0 and not empty.state.exists()

    def test_an_archive_that_is_cut_short_or_reaches_elsewhere_is_refused(self, stack, empty, tmp_path):
        done(stack.ctl("backup", tmp_path / "one.tar", env=stack.paths))
        whole = (tmp_path / "one.tar").read_bytes()
        (tmp_path / "short.tar").write_bytes(whole[:len(whole) // 2])
        with tarfile.open(tmp_path / "evil.tar", "w") as archive:
            member = tarfile.TarInfo("../../etc/passwd")
            archive.addfile(member)
        (tmp_path / "text.tar").write_text("no archive\n" * 100)
        for name, words in (("short.tar", "cut short"), ("evil.tar", "passwd"), ("text.tar", "no archive"),
                            ("absent.tar", "cannot read")):
            run = empty.ctl("restore", tmp_path / name, env=empty.paths)
            assert run.returncode == 1 and words in run.stderr, (name, run.stderr)
        assert empty.redis.dbsize() == 0

    def test_the_dump_of_a_reference_server_will_do_and_is_indexed(self, empty):
        with Stack(parts=("redis",)) as reference:
            seed(reference.redis)
            reference.redis.save()
            run = done(empty.ctl("restore", reference.dir / "redis" / "dump.rdb", env=empty.paths))
        check_indexed(empty.redis)
        assert "indexes were built" in run.stdout

    def test_a_dump_without_a_sync_server_is_refused(self, empty):
        with Stack(parts=("redis",)) as other:
            other.redis.set("unrelated", "1")
            other.redis.save()
            run = empty.ctl("restore", other.dir / "redis" / "dump.rdb", env=empty.paths)
        assert run.returncode == 1 and "nothing of a sync server" in run.stderr

    def test_what_fails_half_way_changes_nothing(self, stack, empty, backup):
        empty.redis.config_set("maxmemory", "1200000")
        try:
            for number in range(2000):
                stack.redis.set(f"user:filler{number}:key", "x" * 500)
            done(stack.ctl("backup", backup.parent / "large", env=stack.paths))
            run = empty.ctl("restore", backup.parent / "large", env=empty.paths)
        finally:
            stack.redis.delete(*(f"user:filler{number}:key" for number in range(2000)))
        assert run.returncode == 1 and "Nothing was changed" in run.stderr
        assert sum(int(part["keys"]) for part in empty.redis.info("keyspace").values()) == 0


def test_a_redis_on_tcp_with_a_password_gives_one_too(stack, tmp_path):
    port = Port()
    server = Process("tcp", ["redis-server", "--port", port.number, "--bind", "127.0.0.1", "--dir", tmp_path, "--save",
                             "", "--requirepass", "pw", "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay",
                             "0", "--user", "weak", "on", ">w", "~*", "+@all", "-sync", "-psync"],
                     tmp_path / "redis.log", {"PATH": "/usr/bin:/bin"})
    try:
        client = redis_py.Redis(port=port.number, password="pw", db=4)
        wait.until(lambda: answers(client), "Redis on TCP", 30)
        client.set("user:ann:key", "k" * 200000)
        done(stack.ctl("backup", tmp_path / "set", env=stack.paths | {
            "REDIS_URL": f"redis://:pw@127.0.0.1:{port.number}/4"}))
        assert json.loads((tmp_path / "set" / "manifest.json").read_text())["database"] == 4
        with Stack(parts=("redis",)) as other:
            done(other.ctl("restore", tmp_path / "set"))
            assert other.redis.get("user:ann:key") == b"k" * 200000
        refused = stack.ctl("backup", tmp_path / "no", env=stack.paths | {
            "REDIS_URL": f"redis://weak:w@127.0.0.1:{port.number}/4"})
        assert refused.returncode == 1 and "NOPERM" in refused.stderr and "weak:w" not in refused.stderr
        assert not (tmp_path / "no").exists() and not (tmp_path / "no.part").exists()
    finally:
        server.kill()
        port.release()


def answers(client):
    try:
        return client.ping()
    except redis_py.ConnectionError:
        return False


def test_a_redis_that_dies_meanwhile_leaves_no_half_backup(tmp_path):
    with Stack(parts=("redis",)) as stack:
        stack.redis.set("user:a:key", "x")
        stack.redis.config_set("repl-diskless-sync-delay", 3)
        run = subprocess.Popen([binary("koshelf-ctl"), "backup", tmp_path / "set"], env=stack.pool_env,
                               stderr=subprocess.PIPE, text=True)
        wait.until(lambda: (tmp_path / "set.part" / "redis" / "dump.rdb").exists(), "the backup to begin")
        stack.kill_redis()
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 1 and "no snapshot" in errors
        assert list(tmp_path.iterdir()) == []


def test_nothing_that_exists_is_overwritten_by_a_directory(stack, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    run = stack.ctl("backup", tmp_path / "full", env=stack.paths)
    assert run.returncode == 1 and "exists already" in run.stderr
    (tmp_path / "empty").mkdir()
    done(stack.ctl("backup", tmp_path / "empty", env=stack.paths))
    assert (tmp_path / "empty" / "manifest.json").exists()


def test_a_key_of_secrets_that_cannot_be_read_is_said(stack, tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)  # which not even root can read
    run = stack.ctl("backup", tmp_path / "set", env=stack.paths | {"KOSHELF_SECRET_FILE": str(loop)})
    assert run.returncode == 1 and "loop" in run.stderr and (tmp_path / "set" / "manifest.json").exists()


@pytest.fixture
def services(tmp_path):
    """A state directory of the services', and a file that they may not read."""
    for directory in (tmp_path, *tmp_path.parents[:2]):
        directory.chmod(0o755)
    (tmp_path / "roots").mkdir()
    for name in ("key", "cert.pem", "key.pem"):
        (tmp_path / "roots" / name).write_text("root's alone")
        (tmp_path / "roots" / name).chmod(0o600)
    state = tmp_path / "state"
    for name in ("secrets/key", "tls/cert.pem", "tls/key.pem"):
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text("the services'")
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", state], check=True)
    return state


def link_file(state, name):
    (state / name).unlink()
    (state / name).symlink_to(state.parent / "roots" / Path(name).name)
    os.lchown(state / name, NOBODY, NOBODY)


def link_directory(state, name):
    directory = (state / name).parent
    directory.rename(state / "away")
    directory.symlink_to(state.parent / "roots")
    os.lchown(directory, NOBODY, NOBODY)


def link_hard(state, name):
    (state / name).unlink()
    os.link(state.parent / "roots" / Path(name).name, state / name)


def no_file(state, name):
    (state / name).unlink()
    os.mkfifo(state / name)


@pytest.mark.skipif(os.getuid() != 0, reason="only root reads what others may not")
@pytest.mark.parametrize("trick", [link_file, link_directory, link_hard, no_file])
@pytest.mark.parametrize("name", ["secrets/key", "tls/key.pem"])
def test_what_the_services_put_there_for_root_to_read_is_left_out(stack, services, tmp_path, trick, name):
    trick(services, name)
    run = stack.ctl("backup", tmp_path / "set", env={"STATE_DIR": str(services), "KOSHELF_SECRET_FILE": str(services / "secrets/key")})
    assert run.returncode == 1 and f"{services / name} " in run.stderr and "not in the backup" in run.stderr, run.stderr
    assert not (tmp_path / "set" / name).exists() and (tmp_path / "set" / "redis/dump.rdb").exists()
    other = "tls/key.pem" if name == "secrets/key" else "secrets/key"
    assert (tmp_path / "set" / other).read_text() == "the services'"


@pytest.mark.skipif(os.getuid() != 0, reason="only root reads what others may not")
def test_links_and_certificates_of_root_are_in_the_backup(stack, services, tmp_path):
    link_file(services, "tls/key.pem")
    os.lchown(services / "tls/key.pem", 0, 0)
    os.chown(services / "tls/cert.pem", 0, 0)
    (tmp_path / "way").symlink_to(services)
    done(stack.ctl("backup", tmp_path / "set",
                   env={"STATE_DIR": str(tmp_path / "way"), "KOSHELF_SECRET_FILE": str(tmp_path / "way/secrets/key")}))
    texts = {name: (tmp_path / "set" / name).read_text() for name in ("secrets/key", "tls/cert.pem", "tls/key.pem")}
    assert texts == {"secrets/key": "the services'", "tls/cert.pem": "the services'", "tls/key.pem": "root's alone"}


@pytest.mark.parametrize("arguments", [["backup"], ["backup", "a", "b"], ["backup", "--x", "a"], ["restore"],
                                       ["restore", "a", "b"], ["restore", "--x", "a"]])
def test_wrong_arguments_are_2(stack, arguments):
    assert stack.ctl(*arguments).returncode == 2


@pytest.mark.parametrize("target", ["koshelf.tar", "koshelf"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_backup_leaves_nothing_behind(stack, tmp_path, target, number):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # Redis waits for others who want a copy: time enough.
    stack.redis.config_set("repl-diskless-sync-delay", 5)
    try:
        run = interrupted(stack, number, lambda: stack.redis.info("replication")["connected_slaves"] == 1, "backup", tmp_path / target,
                          env=stack.paths | {"TMPDIR": str(scratch)})
    finally:
        stack.redis.config_set("repl-diskless-sync-delay", 0)
    assert run.returncode == 1 and "interrupted" in run.err
    assert list(tmp_path.iterdir()) == [scratch] and list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_restore_changes_nothing_and_leaves_nothing_behind(empty, tmp_path, number):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with empty.redis.pipeline(transaction=False) as pipe:
        pipe.set("user:ann:key", "k")
        for book in range(60_000):
            pipe.hset(f"user:ann:document:{book}", mapping={"progress": "x", "timestamp": "1"})
        pipe.execute()
    empty.redis.save()
    dump = Path(empty.redis.config_get("dir")["dir"]) / "dump.rdb"
    empty.redis.flushall()
    spare = redis_py.Redis(unix_socket_path=str(empty.redis_socket), db=15)
    run = interrupted(empty, number, lambda: spare.dbsize() > 0, "restore", dump, env=empty.paths | {"TMPDIR": str(scratch)})
    assert run.returncode == 1 and "interrupted. Nothing was changed" in run.err
    assert spare.dbsize() == 0 and empty.redis.dbsize() == 0
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sent", [0, 700])
def test_a_restore_that_waits_for_its_input_can_be_interrupted(stack, empty, tmp_path, number, sent):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    archive = run_bytes(stack, "backup", "-", check=True).stdout
    command = subprocess.Popen([binary("koshelf-ctl"), "restore", "-"], env=empty.pool_env | empty.paths | {"TMPDIR": str(scratch)},
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        command.stdin.write(archive[:sent])
        command.stdin.flush()
        wait.until(lambda: list(scratch.rglob("manifest.json" if sent else "*")), "it to wait")
        command.send_signal(number)
        assert command.wait(10) == 1
    finally:
        command.kill()
    assert b"interrupted. Nothing was changed" in command.stderr.read()
    assert list(scratch.iterdir()) == [] and empty.redis.dbsize() == 0
