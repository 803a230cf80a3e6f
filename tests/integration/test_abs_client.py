"""The client of Audiobookshelf (abs_probe) against the simulated one, its faults included."""

import json
import os
import queue
import shutil
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

from support import wait
from support.audiobookshelf import Audiobookshelf
from support.processes import Port

PROBE = Path(os.environ["KOSHELF_BIN_DIR"]).parent / "tests" / "support" / "abs" / "abs_probe"
AUDIO = {"duration": 1800.5, "tracks": [{"index": 1, "startOffset": 0, "duration": 1800.5, "title": "a.mp3"}],
         "chapters": [{"id": 0, "start": 0, "end": 1800.5, "title": "One"}]}
EBOOK = bytes(range(256)) * 64
CFI = "epubcfi(/6/4!/4/2/1:0)"
SECRETS = ("secret", "Bearer")


def probe(*words, env=None):
    done = subprocess.run([PROBE, *map(str, words)], capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], **(env or {})})
    assert done.returncode == 0, f"{words}: {done.returncode} {done.stderr}"
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def server():
    with Audiobookshelf() as running:
        yield running


@pytest.fixture
def books(server):
    server.clear_faults()
    library = server.add_library()
    both = server.add_item(library, title="Both ears", ebook=EBOOK, audio=AUDIO)
    return library, both


@pytest.fixture
def alice(server, request):
    return server.add_user(f"alice-{time.monotonic_ns()}")


@pytest.fixture(params=["client", "loop"])
def call(server, alice, request):
    """Makes a call as alice, waiting for it or in the loop."""
    way = ["--loop"] if request.param == "loop" else []
    return lambda *words, options=(), url=server.url: probe(*way, *options, url, alice.api_key, *words)


class TestCalls:
    @pytest.mark.parametrize("slash", ["", "/", "//"])
    def test_reach_the_server_below_a_path_prefix_too(self, server, call, slash):
        for url in (server.url, server.prefixed_url):
            assert call("status", url=url + slash)["value"] == {"version": "2.36.0", "initialised": True}

    def test_bring_the_user_with_the_token_of_a_feed(self, call, alice):
        me = call("me")["value"]
        assert (me["id"], me["username"], me["token"]) == (alice.id, alice.username, alice.token)

    def test_write_a_position_and_read_it_back(self, server, call, alice, books):
        _, item = books
        assert call("progress", item.id)["value"] is None
        assert call("patch", item.id, 450.25, 1800.5, 0.25, CFI)["value"] is True
        record = call("progress", item.id)["value"]
        assert record["current_time"] == 450.25 and record["duration"] == 1800.5
        assert record["progress"] == pytest.approx(450.25 / 1800.5)
        assert record["ebook_progress"] == 0.25 and record["ebook_location"] == CFI
        assert not record["finished"]
        assert abs(record["last_update"] - time.time() * 1000) < 5000

    def test_keep_the_payload_without_harm(self, server, call, alice, books):
        _, item = books
        for seconds in (10, 20):
            call("patch", item.id, seconds, 1800.5, 0.1, "")
        stored = server.records(alice, item)
        assert len(stored) == 1
        assert stored[0]["extraData"]["libraryItemId"] == item.id
        assert stored[0]["extraData"]["koreader"]["rawProgress"] == "/body/DocFragment[2]"
        assert call("progress", item.id)["value"]["current_time"] == 20

    def test_finish_an_item(self, call, books):
        _, item = books
        call("patch", item.id, 100, 1800.5, 0.1, "")
        call("finish", item.id)
        record = call("progress", item.id)["value"]
        assert record["finished"] and record["current_time"] == 100

    def test_list_progress_only_when_it_changed(self, call, books):
        _, item = books
        call("patch", item.id, 5, 1800.5, 0, "")
        first = call("list")
        assert [each["item"] for each in first["value"]] == [item.id]
        assert first["etag"]
        assert call("list", first["etag"])["value"] is None
        call("patch", item.id, 6, 1800.5, 0, "")
        assert call("list", first["etag"])["value"][0]["current_time"] == 6

    def test_sync_a_session_unless_the_record_is_newer(self, call, books):
        _, item = books
        call("patch", item.id, 5, 1800.5, 0, "")
        now = int(time.time() * 1000)
        id_ = "11111111-2222-4333-8444-555555555555"
        assert call("session", id_, item.id, 77.5, now + 1000)["value"] == "applied"
        assert call("progress", item.id)["value"]["current_time"] == 77.5
        assert call("session", id_, item.id, 11, now - 60000)["value"] == "newer-there"
        assert call("progress", item.id)["value"]["current_time"] == 77.5
        unknown = "99999999-2222-4333-8444-555555555555"
        assert call("session", id_, unknown, 11, now)["value"] == "unknown-item"

    def test_read_items_libraries_and_search(self, call, books):
        library, item = books
        read = call("item", item.id)["value"]
        assert (read["title"], read["duration"], read["media_id"]) == ("Both ears", 1800.5, item.media_id)
        assert (read["tracks"], read["chapters"]) == (1, 1)
        assert read["ebook"]["ino"] == item.ebook_ino and read["ebook"]["size"] == len(EBOOK)
        assert library in [each["id"] for each in call("libraries")["value"]]
        page = call("items", library, 0, 10)["value"]
        assert (page["total"], page["received"]) == (1, 1)
        assert page["items"][0]["id"] == item.id and page["items"][0]["ebook_format"] == "epub"
        assert [each["id"] for each in call("search", library, "both")["value"]] == [item.id]

    def test_read_ranges_of_an_ebook(self, call, books):
        _, item = books
        part = call("bytes", item.id, item.ebook_ino, 32, 35)["value"]
        assert part == {"bytes": " !\"#", "length": 4, "total": len(EBOOK)}
        assert call("bytes", item.id, "", 0, 99)["value"]["length"] == 100
        tail = call("bytes", item.id, "", len(EBOOK) - 10, len(EBOOK) + 100)["value"]
        assert tail["length"] == 10
        assert call("bytes", item.id, "", len(EBOOK) + 5, len(EBOOK) + 10)["value"]["length"] == 0

    def test_log_in(self, server, alice):
        value = probe(server.url, "", "login", alice.username, alice.password)["value"]
        assert value["me"]["id"] == alice.id and value["access_token"] and value["refresh_token"]
        assert probe(server.url, value["access_token"], "me")["value"]["id"] == alice.id
        wrong = probe(server.url, "", "login", alice.username, "wrong")
        assert wrong["error"] == "unauthorized" and wrong["permanent"]

    def test_see_open_sessions_as_an_administrator_only(self, server, call, alice, books):
        _, item = books
        admin = server.add_user(f"admin-{time.monotonic_ns()}", type="admin")
        server.play(alice, item).sync(33)
        sessions = probe(server.url, admin.api_key, "open-sessions")["value"]
        assert {"user": alice.id, "item": item.id, "current_time": 33}.items() <= next(
            each for each in sessions if each["user"] == alice.id).items()
        assert call("open-sessions")["error"] in ("forbidden", "not-found")

    def test_send_the_user_token(self, call, alice):
        assert call("me", options=["--user-token", "forwarded"])["value"]["id"] == alice.id


class TestErrors:
    def test_have_names(self, server, call, alice, books):
        _, item = books
        unknown = "99999999-2222-4333-8444-555555555555"
        assert call("item", unknown)["error"] == "not-found"
        assert call("patch", unknown, 1, 2, 0, "")["error"] == "not-found"
        server.set_key_active(alice, False)
        answer = call("me")
        assert answer["error"] == "unauthorized" and answer["permanent"]

    @pytest.mark.parametrize("kind,options,error", [
        ("status", {"status": 500}, "server-error"),
        ("status", {"status": 502, "body": "<html>Bearer secret"}, "server-error"),
        ("status", {"status": 418}, "unexpected"),
        ("not_json", {}, "unexpected"),
        ("not_json", {"body": "{}"}, "unexpected"),
        ("garbage", {}, "unexpected"),
        ("truncate", {}, "unreachable"),
        ("drop", {}, "unreachable"),
        ("hang", {}, "timeout"),
        ("half_open", {}, "timeout"),
        ("trickle", {"ms": 50}, "timeout"),
        ("delay", {"ms": 5000}, "timeout"),
        ("flood", {"bytes": 100 * 1024 * 1024}, "too-large"),
        ("redirect", {"location": "http://127.0.0.2:1/api/me"}, "unexpected"),
    ])
    def test_of_a_bad_server_are_found_in_time(self, server, call, books, kind, options, error):
        with server.fault(kind, **options):
            begin = time.monotonic()
            answer = call("me", options=["--timeout", 5000 if kind == "flood" else 700])
            took = time.monotonic() - begin
        assert answer["error"] == error, answer
        assert not any(secret in json.dumps(answer) for secret in SECRETS)
        assert not answer["permanent"]
        assert took < (8 if kind == "flood" else 4)

    def test_tell_how_long_to_wait(self, server, call, books):
        with server.fault("status", status=429, headers={"Retry-After": "600"}):
            answer = call("me")
        assert answer["error"] == "rate-limited" and answer["retry_after_ms"] == 600000

    def test_do_not_repeat_a_patch(self, server, call, alice, books):
        _, item = books
        server.clear_requests()
        with server.fault("lose_answer", method="PATCH"):
            assert call("patch", item.id, 9, 1800.5, 0, "")["error"] == "unreachable"
        assert len(server.requests("PATCH", user=alice)) == 1
        assert server.progress(alice, item)["currentTime"] == 9

    def test_follow_redirects_within_the_server(self, server, call, alice):
        with server.fault("redirect", path="^/api/me$", count=1, location="/audiobookshelf/api/me"):
            assert call("me")["value"]["id"] == alice.id

    def test_say_that_there_is_no_server(self, call):
        with_port = Port()
        try:
            answer = call("me", url=f"http://127.0.0.1:{with_port.number}")
        finally:
            with_port.release()
        assert answer["error"] in ("unreachable", "timeout")
        assert call("me", url="http://koshelf.invalid")["error"] in ("unreachable", "timeout")

    def test_of_an_old_server_lead_to_the_whole_user(self, server, call):
        server.set_options(progressList=False)
        try:
            assert call("list")["error"] == "not-found"
            assert call("me")["value"]["progress"] == []
        finally:
            server.set_options(progressList=True)


class Feeds:
    """abs_probe with feeds open; its lines as they come."""

    def __init__(self, url, token, count=1, options=()):
        self.process = subprocess.Popen([PROBE, *options, url, token, "feeds", str(count)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def next(self, *events, timeout=20):
        """The next line of one of these events; others are passed over."""
        end = time.monotonic() + timeout
        while True:
            line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            if line["event"] in events:
                return line

    def usage(self):
        self.process.stdin.write("u")
        self.process.stdin.flush()
        return self.next("usage")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


class TestFeed:
    @pytest.fixture
    def feed(self, server, alice):
        server.clear_faults()
        with Feeds(server.prefixed_url, alice.token) as feeds:
            feeds.next("ready")
            server.wait_for_feed(alice)
            yield feeds

    def test_hears_of_writes_and_of_players(self, server, alice, books, feed):
        _, item = books
        server.patch_progress(alice, item, currentTime=111, duration=1800.5, progress=0.06)
        me = feed.next("user")["me"]
        assert me["id"] == alice.id and me["progress"][0]["current_time"] == 111
        player = server.play(alice, item)
        player.sync(222)
        moved = feed.next("progress")
        assert moved["record"]["item"] == item.id and moved["record"]["current_time"] == 222
        assert moved["session"] == player.id
        player.close()
        assert feed.next("closed")["session"] == player.id

    def test_loses_no_event_of_a_burst(self, server, alice, books, feed):
        _, item = books
        for n in range(1, 51):
            server.patch_progress(alice, item, currentTime=n)
        heard = [feed.next("user")["me"]["progress"][0]["current_time"] for _ in range(50)]
        assert heard[-1] == 50 and heard == sorted(heard)

    def test_hears_within_a_moment(self, server, alice, books, feed):
        _, item = books
        times = []
        for n in range(20):
            begin = time.monotonic()
            server.patch_progress(alice, item, currentTime=n + 1)
            feed.next("user")
            times.append(time.monotonic() - begin)
        print(f"PATCH to event, median of 20: {sorted(times)[10] * 1000:.1f} ms")
        assert sorted(times)[10] < 0.2

    def test_takes_odd_events_without_harm(self, server, alice, books, feed):
        for name, value in [("user_updated", None), ("user_updated", {"id": 5}), ("user_updated", [1]),
                            ("user_item_progress_updated", {"data": "x"}), ("user_session_closed", 5), ("x" * 5000, {})]:
            server.emit(alice, name, value)
        _, item = books
        server.patch_progress(alice, item, currentTime=7)
        assert feed.next("user", "lost")["event"] == "user"

    @pytest.mark.parametrize("end,kinds", [("drop_sockets", {"closed"}), ("interrupt", {"closed"}),
                                           ("stop", {"unreachable"}), ("kill", {"unreachable"}),
                                           ("restart", {"unreachable", "closed"})])
    def test_says_that_it_is_lost(self, server, alice, feed, end, kinds):
        getattr(server, end)()
        try:
            assert feed.next("lost")["kind"] in kinds
        finally:
            if not server.alive():
                server.start()

    def test_closes_in_order(self, server, alice, feed):
        feed.close()
        wait.until(lambda: not any(each["user"] == alice.username for each in server.sockets()), "the feed to end", 5)
        assert server.requests("POST", "socket.io")[-1].body == "1"

    @pytest.mark.parametrize("token", ["garbage", "api_key"])
    def test_is_refused_without_a_right_token(self, server, alice, token):
        server.clear_faults()
        with Feeds(server.url, getattr(alice, token, token)) as feeds:
            assert feeds.next("lost")["kind"] == "refused"

    def test_opens_with_an_access_token(self, server, alice):
        with Feeds(server.url, server.access_token(alice)) as feeds:
            assert feeds.next("ready", "lost")["event"] == "ready"

    @pytest.mark.parametrize("kind,options,why", [
        ("status", {"status": 404}, "protocol"), ("status", {"status": 502}, "unreachable"),
        ("not_json", {}, "protocol"), ("drop", {}, "unreachable"), ("garbage", {}, "protocol")])
    def test_names_what_is_wrong_at_the_door(self, server, alice, kind, options, why):
        with server.fault(kind, path="socket.io", **options), Feeds(server.url, alice.token) as feeds:
            assert feeds.next("lost", "ready") .get("kind") == why


def test_a_feed_answers_pings_and_lives():
    with Audiobookshelf({"pingIntervalMs": 300, "pingTimeoutMs": 300}) as quick:
        user = quick.add_user("alice")
        with Feeds(quick.url, user.token) as feeds:
            feeds.next("ready")
            for _ in range(8):
                assert feeds.next("alive", "lost")["event"] == "alive"
            assert len(quick.requests("POST", "socket.io")) >= 8


def test_three_hundred_feeds_cost_little():
    with Audiobookshelf() as crowded:
        user = crowded.add_user("alice")
        with Feeds(crowded.url, user.token, 300) as feeds:
            feeds.next("ready", timeout=60)
            wait.until(lambda: sum(each["polling"] for each in crowded.sockets()) == 300, "all to poll", 60)
            before = feeds.usage()
            time.sleep(5)
            after = feeds.usage()
            print(f"300 feeds: {after['kib'] / 1024:.1f} MiB, "
                  f"{(after['cpu_ms'] - before['cpu_ms']) / 50:.2f} % of a core while nothing happens")
            assert after["kib"] < 64 * 1024 * _memory_factor()


def _memory_factor():
    return 10 if "asan" in os.environ["KOSHELF_BIN_DIR"] else 1


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority of our own and a certificate of it for 127.0.0.1."""
    directory = tmp_path_factory.mktemp("tls")
    run = lambda *words: subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=directory)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key",
        "-out", "ca.pem")
    run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "request.pem")
    (directory / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    run("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "san", "-out", "cert.pem")
    return directory


@pytest.fixture(scope="module")
def proxy(server, certificates):
    """nginx with HTTP/2 before the server: its port."""
    port = Port()
    config = certificates / "nginx.conf"
    config.write_text(f"""
        daemon off; pid {certificates}/nginx.pid; error_log {certificates}/error.log;
        worker_processes 1; worker_rlimit_nofile 4096;
        events {{ worker_connections 4000; }}
        http {{
          access_log {certificates}/access.log combined;
          log_format protocol '$server_protocol $connection';
          access_log {certificates}/protocols.log protocol;
          client_body_temp_path {certificates}/b; proxy_temp_path {certificates}/p; fastcgi_temp_path {certificates}/f;
          uwsgi_temp_path {certificates}/u; scgi_temp_path {certificates}/s;
          server {{
            listen 127.0.0.1:{port.number} ssl http2;
            ssl_certificate {certificates}/cert.pem; ssl_certificate_key {certificates}/key.pem;
            gzip on; gzip_proxied any; gzip_types application/json; gzip_min_length 1;
            location / {{ proxy_pass http://127.0.0.1:{server.port}; proxy_http_version 1.1; proxy_buffering off; }}
          }}
        }}""")
    nginx = subprocess.Popen([shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-e", certificates / "error.log",
                              "-c", config])
    wait.until(lambda: _speaks_tls(port.number), "nginx to listen", 10)
    yield port.number
    nginx.terminate()
    nginx.wait()
    port.release()


def _speaks_tls(port):
    try:
        ssl.get_server_certificate(("127.0.0.1", port))
        return True
    except OSError:
        return False


class TestTls:
    def test_trusts_the_authority_it_is_told_and_no_other(self, call, alice, proxy, certificates):
        url = f"https://127.0.0.1:{proxy}"
        assert call("me", url=url, options=["--ca", certificates / "ca.pem"])["value"]["id"] == alice.id
        assert call("me", url=url)["error"] == "tls"
        assert call("me", url=url, options=["--insecure"])["value"]["id"] == alice.id
        missing = call("me", url=url, options=["--ca", "/nonexistent"])
        assert missing["error"] == "tls" and "nonexistent" not in missing["detail"]

    def test_refuses_a_certificate_of_another_host(self, call, proxy, certificates):
        answer = call("me", url=f"https://localhost:{proxy}", options=["--ca", certificates / "ca.pem"])
        assert answer["error"] == "tls"

    def test_speaks_http_2_where_it_is_offered(self, call, books, alice, proxy, certificates):
        url, options = f"https://127.0.0.1:{proxy}", ["--ca", certificates / "ca.pem"]
        _, item = books
        assert call("patch", item.id, 5, 1800.5, 0.25, CFI, url=url, options=options)["value"] is True
        assert call("progress", item.id, url=url, options=options)["value"]["current_time"] == 5
        assert "HTTP/2.0" in (certificates / "protocols.log").read_text()

    def test_lets_many_feeds_share_a_few_http_2_connections(self, server, alice, books, proxy, certificates):
        _, item = books
        url, options = f"https://127.0.0.1:{proxy}", ["--ca", certificates / "ca.pem"]
        with Feeds(url, alice.token, 300, options) as feeds:
            feeds.next("ready", timeout=30)
            wait.until(lambda: sum(each["polling"] for each in server.sockets()) >= 300, "all to poll", 20)
            before = feeds.usage()
            time.sleep(3)
            after = feeds.usage()
            assert after["cpu_ms"] - before["cpu_ms"] < 150
            server.patch_progress(alice, item, currentTime=3)
            assert [feeds.next("user", "lost")["event"] for _ in range(300)] == ["user"] * 300
            print(f"300 feeds by HTTP/2: {after['kib'] / 1024:.1f} MiB")

    def test_ignores_proxies_of_the_environment(self, server, alice):
        env = {"http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"}
        assert probe(server.url, alice.api_key, "me", env=env)["value"]["id"] == alice.id
        assert probe("--proxy", "http://127.0.0.1:1", server.url, alice.api_key, "me")["error"] == "unreachable"
