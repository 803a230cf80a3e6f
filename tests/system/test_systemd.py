"""`make install` on a booted Debian: activation, restarts, and a stop under load that loses nothing."""

import os
import subprocess
from types import SimpleNamespace

import pytest

from support import http_client, metrics, wait
from support.koreader import registered
from support.load import Load, progress_of
from support.machine import Machine, base_root
from support.stack import ROOT

PACKAGES = ("systemd", "systemd-sysv", "nginx-light", "redis-server", "openssl", "gettext-base", "libfcgi0ldbl",
            "libhiredis0.14", "libcjson1", "libcurl4", "libpugixml1v5", "libzip4", "libsqlite3-0", "logrotate")
SERVER = SimpleNamespace(https_port=7200, base_path="")


@pytest.fixture(scope="module")
def machine():
    with Machine(base_root("debian")) as machine:
        machine.chroot("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES)
        subprocess.run([ROOT / "scripts" / "install.sh", "install"], check=True,
                       env=os.environ | {"DESTDIR": str(machine.root)})
        # What docs/deployment.md says for an installation into a DESTDIR.
        machine.chroot("systemd-sysusers", "/usr/local/lib/sysusers.d/koshelf-sync.conf")
        machine.chroot("chgrp", "koshelf-sync", "/etc/koshelf-sync/koshelf-sync.env")
        machine.chroot("systemctl", "disable", "nginx.service", "redis-server.service")
        machine.chroot("systemctl", "enable", "koshelf-sync.target")
        machine.boot()
        yield machine


@pytest.fixture
def inside(machine):
    machine.run("systemctl", "start", "koshelf-sync.target")
    with machine.network():
        yield machine


def active(machine, unit):
    return machine.run("systemctl", "is-active", unit, check=False).stdout.strip() == "active"


def main_pid(machine, unit):
    return int(machine.run("systemctl", "show", "-P", "MainPID", unit).stdout)


def test_the_first_request_starts_the_pool_that_it_needs(inside):
    inside.run("systemctl", "stop", "koshelf-device.service", "koshelf-admin.service")
    assert not active(inside, "koshelf-device.service")
    assert http_client.request(7200, "GET", "/readyz").json == {"state": "ready"}
    assert active(inside, "koshelf-device.service") and not active(inside, "koshelf-admin.service")
    reader = registered(SERVER)
    assert reader.call("GET", "/admin/status").status == 200
    assert active(inside, "koshelf-admin.service")


def test_a_device_registers_pushes_and_pulls_and_the_page_is_there(inside):
    reader = registered(SERVER)
    assert reader.push("book", 0.5, "/body/p[5]").status == 200
    assert reader.pull("book").json["progress"] == "/body/p[5]"
    assert b"<html" in http_client.request(7200, "GET", "/audiobookshelf").body
    assert http_client.request(17200, "GET", "/healthcheck", tls=False).status == 200


def test_one_answer_tells_of_both_pools_and_of_the_bridge_also_after_they_were_restarted(inside):
    def stored():
        told = metrics.Scrape(http_client.request(17200, "GET", "/metrics", tls=False).body.decode())
        assert {name: told.value("koshelf_running", process=name) for name in ("device", "admin", "bridge")} == {
            "device": 1, "admin": 1, "bridge": 1}
        return told.value("koshelf_pushes_total", outcome="stored")

    registered(SERVER).push("book", 0.5, "/body/p[5]")
    inside.run("systemctl", "start", "koshelf-bridge.service")
    before = stored()
    assert before >= 1
    assert inside.run("stat", "-c", "%U %a", "/run/koshelf-sync/metrics").stdout == "koshelf-sync 700\n"
    inside.run("systemctl", "restart", "koshelf-device.service", "koshelf-admin.service", "koshelf-bridge.service")
    registered(SERVER).push("book", 0.5, "/body/p[5]")
    assert stored() == before + 1


@pytest.mark.parametrize("unit", ["koshelf-redis", "koshelf-device", "koshelf-bridge", "koshelf-nginx"])
def test_what_is_killed_is_back_and_the_others_stayed(inside, unit):
    http_client.request(7200, "GET", "/readyz")
    reader = registered(SERVER)
    assert reader.push("book", 0.5, "/body/p[6]").status == 200
    units = ("koshelf-redis", "koshelf-device", "koshelf-bridge", "koshelf-nginx")
    before = {name: main_pid(inside, name) for name in units}
    inside.run("systemctl", "kill", "--kill-who=main", "--signal=KILL", unit)
    wait.until(lambda: main_pid(inside, unit) not in (0, before[unit]), f"{unit} to be restarted", 20, 0.1)
    wait.until(lambda: answers(reader), "the position to be served again", 20, 0.1)
    assert {name: main_pid(inside, name) for name in units if name != unit} == {
        name: pid for name, pid in before.items() if name != unit}


def ready():
    return http_client.is_ready(7200)


def answers(reader):
    return reader.place("book") == "/body/p[6]"


def test_stops_and_restarts_under_load_lose_nothing_that_was_acknowledged(inside):
    with Load([registered(SERVER) for _ in range(3)]) as load:
        for command in ("stop", "start", "restart"):
            goal = load.count + 30
            wait.until(lambda: command == "start" or load.count >= goal, "pushes to go through", 60)
            inside.run("systemctl", command, "koshelf-sync.target")
        goal = load.count + 30
        wait.until(lambda: load.count >= goal, "pushes to go through again", 60)
    for account in load.accounts:
        stored = account.device.pull(account.document).json["progress"]
        assert stored in [progress_of(step) for step in account.tried if step >= account.acknowledged[-1]]
    assert inside.run("systemctl", "--failed", "--plain", "--no-legend", "list-units", "koshelf*").stdout == ""


def test_the_pools_are_replaced_without_a_refused_request(inside):
    with Load([registered(SERVER) for _ in range(2)]) as load:
        for command in ("restart", "reload"):
            goal = load.count + 30
            wait.until(lambda: load.count >= goal, "pushes to go through", 60)
            inside.run("systemctl", command, "koshelf-device.service")
        goal = load.count + 30
        wait.until(lambda: load.count >= goal, "pushes to go through again", 60)
    assert load.refused == []


def test_an_administrator_reaches_the_services_with_koshelf_ctl(inside):
    inside.run("koshelf-ctl", "config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret")
    assert "a-secret" not in inside.run("koshelf-ctl", "config", "list").stdout
    owner = inside.run("stat", "-c", "%U", "/var/lib/koshelf-sync/secrets/key").stdout
    assert owner == "koshelf-sync\n"
    inside.run("koshelf-ctl", "config", "unset", "AUDIOBOOKSHELF_API_KEY")


def test_a_setting_that_is_taken_out_is_gone_after_a_reload(inside):
    settings = inside.root / "etc" / "koshelf-sync" / "koshelf-sync.env"
    before = settings.read_bytes()
    reader = registered(SERVER)
    # As an editor of Windows leaves it.
    settings.write_bytes(before + b"ENABLE_USER_REGISTRATION=false\r\n  WORKERS=3\r\n; a remark\r\n")
    try:
        inside.run("systemctl", "restart", "koshelf-device.service")
        wait.until(lambda: ready() and reader.register().error == (402, 2005), "the setting to be in force", 20, 0.2)
        master = main_pid(inside, "koshelf-device")
        assert len(inside.run("cat", f"/proc/{master}/task/{master}/children").stdout.split()) == 3
    finally:
        settings.write_bytes(before)
    inside.run("systemctl", "reload", "koshelf-device.service")
    wait.until(lambda: reader.register().error == (402, 2002), "registration to be open again", 20, 0.2)
    inside.run("systemctl", "restart", "koshelf-device.service")


def test_the_certificate_that_is_made_has_the_addresses_of_the_machine(inside):
    here = ["nsenter", "-t", str(inside.leader), "-n", "ip"]
    subprocess.run([*here, "link", "add", "ks0", "type", "veth", "peer", "name", "ks1"], check=True)
    subprocess.run([*here, "address", "add", "192.0.2.7/24", "dev", "ks0"], check=True)
    subprocess.run([*here, "link", "set", "ks0", "up"], check=True)
    try:
        inside.run("systemctl", "stop", "koshelf-nginx.service")
        inside.run("sh", "-c", "rm /var/lib/koshelf-sync/tls/*")
        inside.run("systemctl", "start", "koshelf-nginx.service")
        wait.until(ready, "nginx to be back", 20, 0.2)
        names = inside.run("openssl", "x509", "-in", "/var/lib/koshelf-sync/tls/cert.pem", "-noout", "-ext", "subjectAltName").stdout
        assert "IP Address:192.0.2.7" in names
    finally:
        subprocess.run([*here, "link", "delete", "ks0"], check=True)


def test_with_a_redis_of_ones_own_the_private_one_stays_away(inside):
    settings = inside.root / "etc" / "koshelf-sync" / "koshelf-sync.env"
    before = settings.read_text()
    inside.run("systemctl", "start", "redis-server.service")
    settings.write_text(before + "REDIS_URL=redis://127.0.0.1:6379/3\n")
    try:
        inside.run("systemctl", "restart", "koshelf-sync.target")
        wait.until(ready, "it to be ready")
        assert not active(inside, "koshelf-redis.service")
    finally:
        settings.write_text(before)
        inside.run("systemctl", "restart", "koshelf-sync.target")
    wait.until(ready, "it to be ready again")
    assert active(inside, "koshelf-redis.service")


def test_logs_are_rotated_and_nginx_goes_on_in_the_new_file(inside):
    logs = inside.root / "var" / "log" / "koshelf-sync"
    registered(SERVER)
    inside.run("logrotate", "--force", "/etc/logrotate.d/koshelf-sync")
    assert (logs / "access.log.1").stat().st_size > 0
    wait.until(lambda: registered(SERVER) and (logs / "access.log").stat().st_size > 0, "lines in the new file", 10, 0.2)
