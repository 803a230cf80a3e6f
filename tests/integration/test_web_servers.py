"""The configurations of examples/ in the web servers that they are for: a device, the console, and awkward paths."""

import json
import os
import shutil
import subprocess
import time
from types import SimpleNamespace

import pytest

from support import http_client, wait, web_servers
from support.koreader import encoded, registered
from support.stack import Stack, binary
from support.web_servers import BASE_PATH, EXAMPLES

SERVERS = {"nginx-sub-path": web_servers.nginx, "lighttpd": web_servers.lighttpd, "apache-fcgi": web_servers.apache}


def pools():
    # The web server is somebody else here, and not in our group.
    return Stack(parts=("redis", "device", "admin"), base_path=BASE_PATH, options=("--socket-mode", "0666"))


@pytest.fixture(scope="module", params=SERVERS)
def server(request):
    with pools() as stack, SERVERS[request.param](stack):
        yield SimpleNamespace(https_port=stack.http_port, base_path=BASE_PATH, stack=stack, name=request.param)


@pytest.fixture
def reader(server):
    return registered(server, tls=False)


def get(server, path, method="GET", **more):
    return http_client.request(server.https_port, method, BASE_PATH + path, tls=False, **more)


def test_a_reader_registers_logs_in_pushes_and_pulls(reader):
    assert reader.authorize().json == {"authorized": "OK"}
    assert reader.push("book", 0.5, "/body/p[5]").status == 200
    assert reader.pull("book").json["progress"] == "/body/p[5]"
    assert reader.change_password("new").status == 200
    assert reader.authorize().error == (401, 2001)


@pytest.mark.parametrize("document", ["a/b", "..", ".", "...", "a b", "é", "%", "100%25", "a~", "x.inc", "?", "*", "#", "+",
                                      "a//b", "../x", "a-b.c_d", "'\";", "x" * 300])
def test_a_document_of_any_name_is_served_again(reader, document):
    assert reader.push(document, 0.5, "/body/p[7]").status == 200
    assert reader.pull(document).json.get("document") == document


def test_headers_of_the_device_reach_the_program_and_only_those_count(reader, server):
    assert get(server, "/users/auth").error == (401, 2001)
    headers = [("X-Auth-User", reader.username), ("X-AUTH-KEY", reader.key)]
    assert get(server, "/users/auth", headers=headers).status == 200
    assert get(server, "/users/auth", headers=headers + [("x-auth-key", reader.key)]).error == (401, 2001)
    wrong = headers + [("Accept", "application/vnd.koreader.v2+json")]
    assert get(server, "/users/auth", headers=wrong).error == (412, 102)


def test_names_that_are_not_ascii_can_log_in(server):
    assert registered(server, username="Ännchen " + str(time.time()), tls=False).authorize().status == 200


@pytest.mark.parametrize("path, status", [("/nothing", 404), ("/users", 404), ("/admin/nothing", 404),
                                          ("/syncs/progress/a/b", 404)])
def test_an_unknown_path_is_answered_with_json(server, path, status):
    assert get(server, path).error == (status, status)


def test_another_method_is_answered_with_json_and_the_right_ones(reader):
    answer = reader.call("POST", "/users/auth", b"{}")
    assert answer.error == (405, 405) and answer.header("allow") == "GET, HEAD"


def test_a_body_without_sense_or_limits_is_refused(reader, server):
    assert reader.call("PUT", "/syncs/progress", b"{").error == (400, 103)
    # By lighttpd itself, with a page of its own.
    assert get(server, "/syncs/progress", "PUT", headers=reader.headers(), body=b" " * 70000).status == 413


def test_identifiers_in_the_query_arrive(reader):
    reader.push("book", 0.5, "x", identifiers=[{"type": "md5", "value": "book"}, {"type": "f", "value": "v"}])
    assert reader.pull("z", ids="md5:z,f:v").json["document"] == "book"


def test_the_console_is_there_with_its_files_and_its_policy(server):
    for path in ("/", "/index.html", "/audiobookshelf", "/audiobookshelf/"):
        page = get(server, path)
        assert (page.status, page.header("content-type").split(";")[0]) == (200, "text/html"), path
        assert b"<title>Koshelf" in page.body
        assert "default-src 'self'" in page.header("content-security-policy")
    for path, kind in {"/app/main.js": "javascript", "/audiobookshelf/app/main.js": "javascript",
                       "/styles/page.css": "text/css", "/styles/icon.svg": "image/svg+xml"}.items():
        answer = get(server, path)
        assert answer.status == 200 and kind in answer.header("content-type"), path
    assert get(server, "/app/../../../etc/passwd").status in (400, 404)


def test_the_console_s_routes_are_served_by_the_admin_pool(reader, server):
    assert get(server, "/admin/setup").status == 200
    assert reader.call("GET", "/admin/accounts/login").json["username"] == reader.username
    reader.push("a/b", 0.5, "/body/p[7]")
    assert reader.call("GET", "/admin/library/" + encoded("a/b")).json["document"]["document"] == "a/b"
    assert reader.call("GET", "/admin/status").status == 200


def test_metrics_are_served_by_the_admin_pool_to_this_machine_and_to_no_proxy(reader, server):
    reader.push("book")
    told = get(server, "/metrics")
    assert told.status == 200 and b'koshelf_requests_total{process="device",method="PUT"' in told.body
    assert get(server, "/metrics", headers=[("X-Forwarded-For", "127.0.0.1")]).error == (403, 403)


def test_the_base_path_leads_to_the_page_and_the_rest_of_the_server_is_its_owners(server):
    answer = get(server, "")
    assert answer.status in (301, 302, 308) and answer.header("location").endswith("/kosync/")
    assert http_client.request(server.https_port, "GET", "/users/auth", tls=False).status == 404


def test_koshelf_ctl_doctor_finds_nothing_wrong_with_it(server):
    stack = server.stack
    stack.wait_until_indexed()
    env = {"HTTPS_PORT": "off", "HTTP_PORT": "off", "STATE_DIR": str(stack.dir), "KOSHELF_SOCKET_DIR": str(stack.dir / "run")}
    url = f"http://127.0.0.1:{stack.http_port}{BASE_PATH}"
    report = json.loads(stack.ctl("doctor", "--json", "--url", url, env=env).stdout)
    states = {each["name"]: each["state"] for each in report["checks"]}
    assert [each for each in report["checks"] if each["state"] == "failed"] == []
    assert {states[name] for name in ("port.url", "pool.device", "pool.admin", "proxy", "sockets")} == {"ok"}


def test_while_a_pool_is_away_the_error_is_json_or_at_least_an_error(server):
    server.stack.device.stop()
    try:
        answer = get(server, "/users/auth")
        assert answer.status in (502, 503)
        if server.name != "lighttpd":
            assert answer.error[0] == answer.status
    finally:
        server.stack.start_pool("device")
    wait.until(lambda: get(server, "/healthcheck").status == 200, "it to be back", 20, 0.2)


@pytest.mark.skipif(os.getuid() != 0, reason="its instructions are for root")
def test_the_pools_of_spawn_fcgi_start_serve_reload_and_stop_as_its_readme_says(tmp_path):
    example = EXAMPLES / "spawn-fcgi"
    lines = [line.strip().split("     #")[0] for line in (example / "README.md").read_text().splitlines() if line.startswith("    ")]
    with Stack(parts=("redis",), base_path=BASE_PATH) as stack:
        # The server's own account has to reach Redis and the program.
        stack.redis_socket.chmod(0o666)
        for directory in (stack.dir, stack.dir / "run", tmp_path, *tmp_path.parents[:2]):
            directory.chmod(0o755)
        run = stack.dir / "run" / "pools"
        env = {"PATH": f"{tmp_path}/sbin:{os.environ['PATH']}", "RUN_DIR": str(run), "LOG": str(tmp_path / "pools.log"),
               "SETTINGS": str(tmp_path / "etc" / "koshelf-sync.env"), "SECRETS": str(tmp_path / "lib" / "secrets"),
               "PROGRAM": str(binary("koshelf-fcgi")), "KOSHELF_USER": "nobody", "WORKERS": "2", "ADMIN_WORKERS": "1"}

        def types(line):
            line = line.replace("/etc/koshelf-sync", f"{tmp_path}/etc").replace("/usr/local/sbin", f"{tmp_path}/sbin")
            subprocess.run(["bash", "-euc", line], cwd=example, env=env, check=True, capture_output=True, timeout=30)

        (tmp_path / "sbin").mkdir()
        types(lines[0])
        settings = tmp_path / "etc" / "koshelf-sync.env"
        settings.write_text(web_servers.configured("spawn-fcgi/koshelf-sync.env", {
            "redis://127.0.0.1:6379/3": stack.redis_url, "/var/lib/koshelf-sync/secrets": tmp_path / "lib" / "secrets",
            "/run/koshelf-sync/metrics": run / "metrics"}))
        types(lines[1])
        types(lines[2])
        try:
            with web_servers.nginx(stack, run):
                server = SimpleNamespace(https_port=stack.http_port, base_path=BASE_PATH)
                reader = registered(server, tls=False)
                assert reader.push("a/b").status == 200 and reader.pull("a/b").json["document"] == "a/b"
                assert reader.call("GET", "/admin/status").status == 200
                metrics = http_client.request(stack.http_port, "GET", f"{BASE_PATH}/metrics", tls=False).body
                assert b'koshelf_running{process="device"} 1' in metrics and b'koshelf_running{process="admin"} 1' in metrics
                assert owner_of_process(int((run / "device.pid").read_text())) == web_servers.NOBODY.pw_uid
                settings.write_text(settings.read_text() + "ENABLE_USER_REGISTRATION=false\n")
                os.kill(int((run / "device.pid").read_text()), 1)
                wait.until(lambda: reader.register().status == 402 and reader.register().json["code"] == 2005,
                           "the setting to be in force", 20, 0.1)
                # The machine is restarted.
                types("koshelf-pools stop")
                assert not (run / "device.sock").exists() and not (run / "admin.pid").exists()
                shutil.rmtree(run)
                types(next(line for line in lines if line.startswith("@reboot")).removeprefix("@reboot "))
                assert reader.pull("a/b").json["document"] == "a/b"
        finally:
            types("koshelf-pools stop")


def owner_of_process(pid):
    return os.stat(f"/proc/{pid}").st_uid
