"""The Debian package in a booted Debian: installed by apt, upgraded, removed, purged."""

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from support import http_client, reference, wait
from support.koreader import Koreader, credential, registered
from support.machine import Machine, base_root
from support.stack import ROOT

SERVER = SimpleNamespace(https_port=7200, base_path="")
SETTINGS = "etc/koshelf-sync/koshelf-sync.env"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("deb")
    done = subprocess.run([ROOT / "scripts" / "build-deb", directory], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())


def newer(package):
    """The same package under a higher number."""
    tree = package.parent / "newer"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    version = package.name.split("_")[1]
    control.write_text(control.read_text().replace(f"Version: {version}\n", f"Version: {version}+newer\n"))
    target = package.parent / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, target], check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def machine(package):
    with Machine(base_root("debian")) as machine:
        shutil.copy(package, machine.root / "koshelf-sync.deb")
        shutil.copy(newer(package), machine.root / "newer.deb")
        machine.chroot("apt-get", "install", "-y", "--no-install-recommends", "systemd", "systemd-sysv", "logrotate")
        # Once it runs, it has no way out to the mirrors.
        machine.chroot("apt-get", "install", "-y", "--no-install-recommends", "--download-only", "/koshelf-sync.deb")
        machine.boot()
        with machine.network():
            yield machine


def apt(machine, *argv):
    """Without a terminal: who asks something gets no answer."""
    done = machine.run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "--no-install-recommends", *argv, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def active(machine, unit):
    return machine.run("systemctl", "is-active", unit, check=False).stdout.strip() == "active"


def ready():
    return http_client.is_ready(7200)


def test_lintian_finds_no_error(package):
    # This machine has no more than root, which lintian does not like.
    done = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", package], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def check_moving_over(machine):
    """From the Redis of Debian's package, whose directory is for its own user."""
    machine.run("redis-cli", "-n", "3", "set", "user:old:key", credential("password"))
    machine.run("redis-cli", "-n", "3", "hset", "user:old:document:book", *(part for pair in reference.document(7).items()
                                                                           for part in map(str, pair)))
    machine.run("redis-cli", "save")
    assert machine.run("stat", "-c", "%U %a", "/var/lib/redis").stdout == "redis 750\n"
    said = machine.run("koshelf-ctl", "import", "--from", "reference", "/var/lib/redis").stdout
    assert "1 accounts were created" in said
    assert Koreader(7200, "old", credential("password")).place("book") == "/body/p[7]"


def check_backups(machine, reader):
    """As root, with paths that the services' user could neither read nor write."""
    def owner(path):
        return machine.run("stat", "-c", "%U %a", path).stdout

    machine.run("koshelf-ctl", "config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret")
    before = machine.run("koshelf-ctl", "config", "list").stdout
    machine.run("koshelf-ctl", "backup", "/var/backups/koshelf.tar")
    machine.run("koshelf-ctl", "backup", "/root/koshelf")
    machine.run("koshelf-ctl", "export", "/root/all.jsonl")
    assert [owner(path) for path in ("/var/backups/koshelf.tar", "/root/all.jsonl")] == ["root 600\n"] * 2
    assert reader.push("book", 0.9, "/body/p[9]").status == 200
    for backup in ("/var/backups/koshelf.tar", "/root/koshelf"):
        machine.run("rm", "/var/lib/koshelf-sync/secrets/key")
        machine.run("koshelf-ctl", "restore", "--force", backup)
        assert owner("/var/lib/koshelf-sync/secrets/key") == "koshelf-sync 600\n"
    assert reader.place("book") == "/body/p[5]"
    assert machine.run("koshelf-ctl", "config", "list").stdout == before
    machine.run("koshelf-ctl", "config", "unset", "AUDIOBOOKSHELF_API_KEY")
    reader.delete()
    machine.run("koshelf-ctl", "import", "/root/all.jsonl")
    assert reader.place("book") == "/body/p[5]"


def check_doctor(machine):
    """With its own nginx, and with a web server of somebody else's."""
    def checks():
        done = machine.run("koshelf-ctl", "doctor", "--json", check=False)
        return {each["name"]: each["state"] for each in json.loads(done.stdout)["checks"]}

    healthy = checks()
    # There is no way out of this machine, to a clock or anywhere else.
    assert {name for name, state in healthy.items() if state in ("warning", "failed")} <= {"clock", "disk"}, healthy
    assert healthy["port.HTTPS_PORT"] == healthy["sockets"] == healthy["logs"] == "ok"
    machine.run("systemctl", "disable", "--now", "koshelf-nginx.service")
    without = checks()
    assert "port.HTTPS_PORT" not in without and without["port"] == "skipped", without
    assert {name for name, state in without.items() if state == "failed"} == set()
    machine.run("systemctl", "enable", "--now", "koshelf-nginx.service")
    wait.until(ready, "nginx to be back", 60, 0.2)


def test_the_life_of_a_package(machine):
    apt(machine, "install", "/koshelf-sync.deb")
    wait.until(ready, "the server to be ready", 60, 0.2)
    reader = registered(SERVER)
    assert reader.push("book", 0.5, "/body/p[5]").status == 200
    assert machine.run("stat", "-c", "%U:%G %a", "/" + SETTINGS).stdout == "root:koshelf-sync 640\n"
    said = machine.run("koshelf-fcgi", "--version").stdout.split()[1]
    assert machine.run("dpkg-query", "-W", "-f", "${Version}", "koshelf-sync").stdout == said
    machine.run("koshelf-ctl", "config", "list")
    assert machine.run("systemctl", "--failed", "--plain", "--no-legend", "list-units", "koshelf*").stdout == ""
    check_moving_over(machine)
    check_backups(machine, reader)
    check_doctor(machine)

    # An upgrade keeps settings, data, and what somebody has switched off.
    machine.run("systemctl", "disable", "--now", "koshelf-bridge.service")
    settings = machine.root / SETTINGS
    settings.write_text(settings.read_text() + "ENABLE_USER_REGISTRATION=false\n")
    before = machine.run("systemctl", "show", "-P", "MainPID", "koshelf-nginx.service").stdout
    apt(machine, "install", "/newer.deb")
    wait.until(ready, "the server to be ready after the upgrade", 60, 0.2)
    assert machine.run("systemctl", "show", "-P", "MainPID", "koshelf-nginx.service").stdout != before
    assert not active(machine, "koshelf-bridge.service")
    assert reader.place("book") == "/body/p[5]" and reader.register().error == (402, 2005)

    # Removed, it serves nothing and keeps everything.
    apt(machine, "remove", "koshelf-sync")
    assert not ready() and not active(machine, "koshelf-redis.service")
    assert not (machine.root / "usr/bin/koshelf-fcgi").exists()
    assert settings.exists() and (machine.root / "var/lib/koshelf-sync/redis").exists()
    apt(machine, "install", "/newer.deb")
    wait.until(ready, "the server to be ready again", 60, 0.2)
    assert reader.place("book") == "/body/p[5]"

    apt(machine, "purge", "koshelf-sync")
    left = [path for path in ("var/lib/koshelf-sync", "var/log/koshelf-sync", "etc/koshelf-sync", "etc/logrotate.d/koshelf-sync")
            if (machine.root / path).exists()]
    assert left == []
    assert "koshelf" not in machine.run("sh", "-c", "ls /etc/systemd/system/*.wants /var/lib/systemd/deb-systemd-helper-enabled").stdout
    apt(machine, "install", "/koshelf-sync.deb")
    wait.until(ready, "a new server to be ready", 60, 0.2)
    assert reader.authorize().error == (401, 2001)
