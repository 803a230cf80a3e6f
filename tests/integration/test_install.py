"""`make install` into a prefix: what it brings, whether systemd likes it, and that `make uninstall` takes it back."""

import json
import os
import re
import subprocess

import pytest

from support.stack import ROOT, Stack, binary

EXPOSURE = "20"  # tenths
SERVICES = ("koshelf-device", "koshelf-admin", "koshelf-bridge", "koshelf-redis", "koshelf-nginx")


def install(action, **env):
    subprocess.run([ROOT / "scripts" / "install.sh", action], check=True, capture_output=True, text=True,
                   env=os.environ | {"KOSHELF_BIN_DIR": str(binary("koshelf-fcgi").parent)} | env)


def files(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    directory = tmp_path_factory.mktemp("prefix")
    install("install", PREFIX=str(directory), SYSCONFDIR=str(directory / "etc"))
    return directory


def test_each_service_is_exposed_less_than_two(prefix):
    for service in SERVICES:
        unit = f"./{service}.service"
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", unit],
                              cwd=prefix / "lib" / "systemd" / "system", capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_systemd_finds_nothing_wrong_with_the_units(prefix):
    units = prefix / "lib" / "systemd" / "system"
    names = sorted(f"./{path.name}" for path in units.iterdir())
    assert len(names) == 8
    done = subprocess.run(["systemd-analyze", "--recursive-errors=no", "verify", *names], cwd=units,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_mark_of_a_template_is_left(prefix):
    for name in files(prefix):
        if name.startswith(("lib/systemd", "bin/koshelf-ctl")):
            assert not re.search("@[a-z_]+@", (prefix / name).read_text()), name


def test_another_linux_names_its_group_and_its_programs(tmp_path):
    paths = {"PREFIX": str(tmp_path), "SYSCONFDIR": str(tmp_path / "etc")}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        install("install", WEB_GROUP="no-such-group", **paths)
    assert "no group 'no-such-group'" in refused.value.stderr and "make install WEB_GROUP=" in refused.value.stderr
    assert files(tmp_path) == set()
    install("install", WEB_GROUP="daemon", NGINX="/usr/bin/nginx", REDIS_SERVER="/usr/bin/valkey-server", **paths)
    units = tmp_path / "lib" / "systemd" / "system"
    assert "SocketGroup=daemon\n" in (units / "koshelf-admin.socket").read_text()
    assert "ExecStart=/usr/bin/nginx -c" in (units / "koshelf-nginx.service").read_text()
    assert "ExecStart=/usr/bin/valkey-server /run" in (units / "koshelf-redis.service").read_text()


def test_the_installed_programs_run(prefix):
    for name in ("bin/koshelf-fcgi", "bin/koshelf-bridge", "lib/koshelf-sync/koshelf-ctl"):
        done = subprocess.run([prefix / name, "--version"], capture_output=True, text=True)
        assert (done.returncode, done.stdout.split()[0]) == (0, name.rsplit("/", 1)[1])


def test_what_prometheus_and_grafana_are_given_is_there(prefix):
    for name in ("prometheus/koshelf-alerts.yml", "prometheus/prometheus.yml", "grafana/koshelf.json"):
        assert (prefix / "share" / "koshelf-sync" / name).read_bytes() == (ROOT / "packaging" / name).read_bytes()


def test_koshelf_ctl_takes_the_settings_of_the_services(tmp_path):
    install("install", PREFIX=str(tmp_path), SYSCONFDIR=str(tmp_path / "etc"))
    with Stack(parts=("redis",)) as stack:
        (tmp_path / "etc" / "koshelf-sync" / "koshelf-sync.env").write_text(
            f"# settings\n\n  REDIS_URL=\"{stack.redis_url}\"  \nKOSHELF_SECRET_FILE='{tmp_path / 'a key'}'\n"
            "AUDIOBOOKSHELF_USER_MAP='{\"ann\": \"her key\"}'\n")
        done = subprocess.run([tmp_path / "bin" / "koshelf-ctl", "config", "list"], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"]})
        assert done.returncode == 0, done.stderr
        assert "AUDIOBOOKSHELF_USER_MAP" in done.stdout and "her key" not in done.stdout
        own = subprocess.run([tmp_path / "bin" / "koshelf-ctl", "outbox"], capture_output=True, text=True,
                             env={"PATH": os.environ["PATH"], "REDIS_URL": "unix:///nowhere.sock"})
        assert own.returncode != 0


@pytest.mark.parametrize("addresses, names, said", [("192.0.2.7 2001:db8::7 ", "", False), ("", "", True), ("", "sync.example", False)])
def test_the_certificate_has_the_addresses_of_the_machine_or_it_is_said(tmp_path, addresses, names, said):
    (tmp_path / "hostname").write_text(f'#!/bin/sh\nif [ "$1" = -I ]; then printf "{addresses}"; else echo box; fi\n')
    (tmp_path / "hostname").chmod(0o755)
    done = subprocess.run([ROOT / "scripts" / "make-cert", tmp_path / "tls"], check=True, capture_output=True, text=True,
                          env={"PATH": f"{tmp_path}:/usr/bin:/bin", "KOSHELF_HOSTNAMES": names})
    assert ("found no address" in done.stderr) == said
    text = subprocess.run(["openssl", "x509", "-in", tmp_path / "tls" / "cert.pem", "-noout", "-ext", "subjectAltName"], check=True,
                          capture_output=True, text=True).stdout
    assert "DNS:box" in text and ("IP Address:192.0.2.7" in text) == bool(addresses)


@pytest.mark.parametrize("row", map(json.loads, (ROOT / "tests" / "data" / "env_file.jsonl").read_text().splitlines()),
                         ids=lambda row: ascii(row["line"]))
def test_scripts_read_settings_as_the_programs_do(tmp_path, row):
    (tmp_path / "settings").write_bytes(row["line"].encode() + b"\n")
    script = 'source "$0"; read_env_file "$1"; env -0'
    done = subprocess.run(["bash", "-euc", script, ROOT / "scripts" / "lib" / "env_file.bash", tmp_path / "settings"], env={"PATH": "/usr/bin:/bin"},
                          check=True, capture_output=True, text=True)
    found = dict(pair.split("=", 1) for pair in done.stdout.split("\0") if pair)
    wanted = {row["name"]: row["value"]} if row["name"] else {}
    assert {name: value for name, value in found.items() if name not in ("PATH", "PWD", "SHLVL", "_", "OLDPWD")} == wanted


@pytest.mark.skipif(os.getuid() != 0, reason="only root has rights to give up")
@pytest.mark.parametrize("command, user, reads", [("backup", 0, True), ("export", 0, True), ("import", 65534, True),
                                                  ("restore", 65534, True), ("config", 65534, False), ("doctor", 65534, False),
                                                  ("import --from sqlite", 65534, True),
                                                  ("import --from kosync-dotnet", 65534, False),
                                                  ("import --from=kosync-dotnet", 65534, False)])
def test_koshelf_ctl_gives_up_what_it_does_not_need(tmp_path, command, user, reads):
    (tmp_path / "secret").write_text("readable")
    (tmp_path / "secret").chmod(0o600)
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nid -u; shift $(($# - 1)); cat "$1"\n')
    program.chmod(0o755)
    for directory in (tmp_path, *tmp_path.parents[:2]):
        directory.chmod(0o755)
    script = ('source "$0"; run_as=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs); exec_ctl "$@"')
    done = subprocess.run(["bash", "-euc", script, ROOT / "scripts" / "lib" / "ctl_rights.bash", program, *command.split(),
                           tmp_path / "secret"], capture_output=True, text=True)
    assert done.stdout == f"{user}\n" + ("readable" if reads else ""), done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root has a directory that is closed to others")
@pytest.mark.parametrize("mode, kept", [(0o700, False), (0o777, True)])
def test_koshelf_ctl_makes_its_copies_where_the_services_may_write(tmp_path, mode, kept):
    for directory in (tmp_path, *tmp_path.parents[:2]):
        directory.chmod(0o755)
    place = tmp_path / "tmp"
    place.mkdir()
    place.chmod(mode)
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "${TMPDIR-none}"\n')
    program.chmod(0o755)
    script = 'source "$0"; run_as=(setpriv --reuid=65534 --regid=65534 --clear-groups); exec_ctl "$@"'
    done = subprocess.run(["bash", "-euc", script, ROOT / "scripts" / "lib" / "ctl_rights.bash", program, "import"],
                          env={"PATH": os.environ["PATH"], "TMPDIR": str(place)}, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == (str(place) if kept else "none")


def test_every_setting_that_a_script_reads_is_documented():
    scripts = [path for path in (ROOT / "scripts").rglob("*") if path.is_file()]
    scripts += [ROOT / "packaging" / "koshelf-ctl.in", ROOT / "examples" / "shared-host" / "koshelf",
                ROOT / "examples" / "spawn-fcgi" / "koshelf-pools"]
    read = {name for path in scripts for name in re.findall(r"\$\{(KOSHELF_[A-Z_]+):?[-=]", path.read_text())}
    text = (ROOT / "README.md").read_text() + (ROOT / "docs" / "deployment.md").read_text()
    rows = {name for row in re.findall(r"^\| (`KOSHELF_.*?) \|", text, re.M) for name in re.findall("KOSHELF_[A-Z_]+", row)}
    example = {"KOSHELF_GROUP"}  # of one example, which says it itself
    assert len(read) > 15 and read - rows - example == {"KOSHELF_TEST_HOOKS"}


def test_uninstall_takes_everything_back_but_changed_settings(tmp_path):
    install("install", DESTDIR=str(tmp_path))
    settings = "etc/koshelf-sync/koshelf-sync.env"
    assert {"usr/local/bin/koshelf-fcgi", settings} <= files(tmp_path)
    install("uninstall", DESTDIR=str(tmp_path))
    assert files(tmp_path) == set()
    install("install", DESTDIR=str(tmp_path))
    (tmp_path / settings).write_text("HTTPS_PORT=443\n")
    install("install", DESTDIR=str(tmp_path))
    assert (tmp_path / settings).read_text() == "HTTPS_PORT=443\n"
    install("uninstall", DESTDIR=str(tmp_path))
    assert files(tmp_path) == {settings}
