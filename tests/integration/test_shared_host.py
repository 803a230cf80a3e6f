"""docs/shared-hosting.md, command by command, as an account without rights at an Apache that only reads .htaccess."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis

from support import http_client, wait, web_servers
from support.koreader import registered
from support.stack import ROOT, Stack
from support.web_servers import as_nobody

TEXT = (ROOT / "docs" / "shared-hosting.md").read_text()
MODULES = "mpm_prefork authz_core alias dir mime headers rewrite cgi"
SITE = """
AddType text/html .html
AddType text/javascript .js
AddType text/css .css
AddType image/svg+xml .svg
DocumentRoot {home}/public_html
ScriptAlias /cgi-bin/ {home}/public_html/cgi-bin/
<Directory {home}/public_html>
    AllowOverride All
    Require all granted
</Directory>
"""


def commands(heading):
    """The commands below a heading of the text, in order, one block a string."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M)[1]
    return ["\n".join(line[4:] for line in block.splitlines()) for block in re.findall(r"(?:^    .*\n)+", section, re.M)]


class Account:
    """A home directory, and what its owner types."""

    def __init__(self, home, port):
        self.home = home
        self.port = port

    def types(self, command, **env):
        command = command.replace("https://example.org", f"http://127.0.0.1:{self.port}")
        done = subprocess.run(as_nobody(["bash", "-euc", command]), cwd=self.home, capture_output=True, text=True, timeout=120,
                              env={"HOME": str(self.home), "PATH": "/usr/bin:/bin"} | env)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{self.logs()}"
        return done.stdout

    def logs(self):
        return "".join(f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}"
                       for path in (self.home / "koshelf" / "logs").glob("*.log"))

    def redis_pid(self):
        return int((self.home / "koshelf" / "run" / "redis.pid").read_text())

    @property
    def redis(self):
        return redis.Redis(unix_socket_path=str(self.home / "koshelf" / "run" / "redis.sock"), db=3)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dist")
    done = subprocess.run([ROOT / "scripts" / "bundle", directory], check=True, capture_output=True, text=True,
                          env=os.environ | {"KOSHELF_BIN_DIR": os.environ["KOSHELF_BIN_DIR"]})
    return Path(done.stdout.strip())


@pytest.fixture
def account(archive):
    """Someone's home after the archive was uploaded, and the host's Apache in front of it."""
    with Stack(parts=()) as stack:
        home = web_servers.own_directory(stack)
        shutil.copy(archive, home)
        (home / "public_html" / "cgi-bin").mkdir(parents=True)
        (home / "public_html" / "index.html").write_text("the owner's own")
        if os.getuid() == 0:
            for path in (home / archive.name, *(home / "public_html").rglob("*"), home / "public_html"):
                os.chown(path, web_servers.NOBODY.pw_uid, web_servers.NOBODY.pw_gid)
        text = web_servers.apache_configuration(home, stack.http_port, MODULES, SITE.format(home=home))
        (home / "apache.conf").write_text(text.replace("TypesConfig /etc/mime.types", "TypesConfig /dev/null"))
        owner = Account(home, stack.http_port)
        with web_servers.started(stack, home, ["apache2", "-D", "FOREGROUND", "-f", home / "apache.conf"]):
            try:
                yield owner
            finally:
                if (home / "koshelf" / "koshelf").exists():
                    owner.types("~/koshelf/koshelf stop")


def install(account):
    for heading in ("Unpack", "Serve it"):
        for command in commands(heading):
            account.types(command)


@pytest.fixture
def server(account):
    install(account)
    return SimpleNamespace(https_port=account.port, base_path="/kosync")


@pytest.fixture
def reader(server):
    return registered(server, tls=False)


def test_the_text_leads_from_nothing_to_a_reader_that_syncs(account):
    install(account)
    assert json.loads(account.types(*commands("Look"))) == {"state": "ready"}
    server = SimpleNamespace(https_port=account.port, base_path="/kosync")
    reader = registered(server, tls=False)
    assert reader.push("book", 0.5, "/body/p[5]").status == 200
    assert reader.pull("book").json["progress"] == "/body/p[5]"
    first = account.redis_pid()
    for command in commands("Keep it going")[0].splitlines():
        account.types(re.sub(r"^(@reboot|(\S+ ){5})", "", command))
    assert account.redis_pid() == first
    for command in commands("Settings"):
        # A machine whose clock nobody keeps right, as one for tests, is warned of: status 1.
        output = account.types(f"{command} || (($? == 1))" if "doctor" in command else command)
    assert "The workers for devices reach Redis" in output
    assert reader.register().error == (402, 2005)
    for command in commands("Update"):
        account.types(command)
    assert reader.pull("book").json["progress"] == "/body/p[5]"
    assert reader.register().error == (402, 2005)
    for command in commands("From a reference server"):
        account.types(command)
    assert account.redis.exists("koshelf:schema")


def test_koshelf_ctl_doctor_finds_nothing_wrong(account, reader):
    reader.push("book")
    account.types("~/koshelf/koshelf ctl reindex")
    command = next(command for block in commands("Settings") for command in block.splitlines() if "doctor" in command)
    report = json.loads(account.types(f"{command} --json || true"))
    assert [each for each in report["checks"] if each["state"] == "failed"] == []
    assert {"port.url", "pool.device", "pool.admin", "proxy"} <= {each["name"] for each in report["checks"] if each["state"] == "ok"}


def test_the_page_the_console_s_routes_and_the_owner_s_files(account, server, reader):
    def get(path):
        return http_client.request(account.port, "GET", path, tls=False)

    for path in ("/kosync/", "/kosync/audiobookshelf", "/kosync/audiobookshelf/"):
        assert b"<title>Koshelf" in get(path).body, path
        assert "default-src 'self'" in get(path).header("content-security-policy")
    assert get("/kosync/audiobookshelf/app/main.js").header("content-type").startswith("text/javascript")
    assert reader.call("GET", "/admin/accounts/login").json["username"] == reader.username
    assert get("/kosync/admin/setup").status == 200
    assert get("/").body == b"the owner's own"
    assert get("/kosync/.htaccess").status in (403, 404)
    for path in ("/kosync/nothing", "/kosync/koshelf.cgi", "/kosync/koshelf.cgi/x", "/kosync/users"):
        assert get(path).error == (404, 404), path
    assert get("/kosync/users/auth").error == (401, 2001)


def test_a_document_of_any_name_but_with_a_slash_is_served_again(reader):
    for document in ("..", ".", "a b", "é", "%", "100%25", "?", "*", "#", "+", "a-b.c_d", "x" * 300):
        assert reader.push(document, 0.5, "/body/p[7]").status == 200
        assert reader.pull(document).json.get("document") == document
    reader.push("a/b")
    # By Apache itself, with a page of its own.
    answer = http_client.request(reader.port, "GET", reader.base_path + "/syncs/progress/a%2Fb", reader.headers(), None,
                                 reader.tls)
    assert answer.status == 404


def test_redis_is_back_with_the_next_request_and_there_is_only_one(account, reader):
    assert reader.push("book", 0.5, "/body/p[5]").status == 200
    for number in (9, 15):
        before = account.redis_pid()
        os.kill(before, number)
        wait.until(lambda: not Path(f"/proc/{before}").exists(), "Redis to end")
        started = time.monotonic()
        assert reader.pull("book").json["progress"] == "/body/p[5]"
        assert time.monotonic() - started < 5
        assert account.redis_pid() != before
    account.types("for i in 1 2 3 4 5 6; do ~/koshelf/koshelf start & done; wait")
    assert account.redis.info("server")["process_id"] == account.redis_pid()


def test_the_bridge_is_started_once_and_stopped(account, server):
    account.types("~/koshelf/koshelf start; ~/koshelf/koshelf start")
    pid = int((account.home / "koshelf" / "run" / "bridge.pid").read_text())
    assert "koshelf-bridge" in Path(f"/proc/{pid}/cmdline").read_text()
    account.types("~/koshelf/koshelf start")
    assert int((account.home / "koshelf" / "run" / "bridge.pid").read_text()) == pid
    account.types("~/koshelf/koshelf stop")
    wait.until(lambda: not Path(f"/proc/{pid}").exists(), "what is left of the bridge to be collected")


def test_a_redis_of_the_host_is_used_and_none_started(account, server):
    with Stack(parts=("redis",)) as other:
        other.dir.chmod(0o755)
        for path in (other.dir / "redis", other.redis_socket):
            path.chmod(0o777)
        (account.home / "koshelf" / "koshelf.env").write_text(f"REDIS_URL={other.redis_url}\n")
        reader = registered(server, tls=False)
        assert other.redis.exists(f"user:{reader.username}:key")
        assert not (account.home / "koshelf" / "run" / "redis.pid").exists()


def test_where_cgi_runs_in_cgi_bin_alone(account, server):
    move = re.search(r"`(mv ~/public_html/kosync/koshelf.cgi [^`]*)`", TEXT)[1]
    account.types(move)
    rules = account.home / "public_html" / "kosync" / ".htaccess"
    assert "change `koshelf.cgi` in the last rule of `.htaccess`" in TEXT
    lines = rules.read_text().splitlines()
    last = [number for number, line in enumerate(lines) if line.startswith("RewriteRule")][-1]
    lines[last] = lines[last].replace("koshelf.cgi", "/cgi-bin/koshelf.cgi")
    rules.write_text("\n".join(lines) + "\n")
    (account.home / "koshelf" / "koshelf.env").write_text("KOSHELF_BASE_PATH=/kosync\n")
    reader = registered(server, tls=False)
    assert reader.push("..").status == 200 and reader.pull("..").json["document"] == ".."


def test_nothing_of_the_machine_s_libraries_is_used(account):
    account.types(commands("Unpack")[0])
    for name in ("koshelf-fcgi", "koshelf-bridge", "koshelf-ctl", "redis-server", "redis-cli", "envsubst"):
        account.types(f"~/koshelf/bin/{name} --version")
        loaded = re.findall(r"=> (\S+)", account.types(f"cd ~/koshelf; lib/ld.so --library-path lib --list libexec/{name}"))
        assert len(loaded) > 1 and all(path.startswith("lib/") for path in loaded), loaded


def test_the_archive_has_one_directory_and_no_link_out_of_it(archive):
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert len({name.split("/")[0] for name in names}) == 1
        assert not any(member.issym() or member.islnk() for member in tar)
        assert archive.stat().st_size < 30e6
