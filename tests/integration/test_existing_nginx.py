"""The two snippets inside an nginx that is somebody else's, below a base path."""

import os
import subprocess

import pytest

from support import http_client, wait
from support.processes import Process
from support.stack import ROOT, Stack

OWNERS = """
{user}
daemon off;
pid "{run}/nginx.pid";
error_log "{logs}/nginx-error.log";
events {{ }}
http {{
    access_log off;
    client_body_temp_path "{run}/body"; fastcgi_temp_path "{run}/fastcgi"; proxy_temp_path "{run}/proxy";
    uwsgi_temp_path "{run}/uwsgi"; scgi_temp_path "{run}/scgi";
    include "{snippets}/koshelf-http.conf";
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate "{tls}/cert.pem";
        ssl_certificate_key "{tls}/key.pem";
        include "{snippets}/koshelf-locations.conf";
        location / {{ return 200 "the owner's own\\n"; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def stack():
    with Stack(parts=("redis", "device", "admin"), base_path="/kosync") as running:
        run, logs, tls = (running.dir / name for name in ("run", "logs", "tls"))
        snippets = running.dir / "snippets"
        snippets.mkdir()
        env = {"PATH": os.environ["PATH"], "KOSHELF_RUN_DIR": str(run), "BASE_PATH": "/kosync",
               "KOSHELF_HTML_DIR": str(ROOT / "html")}
        subprocess.run([ROOT / "scripts" / "make-cert", tls], env=env, check=True, capture_output=True)
        subprocess.run([ROOT / "scripts" / "render-nginx", "--snippets", snippets], env=env, check=True)
        config = run / "owners.conf"
        # As root, nginx's workers would be somebody else, who may not open the pools' sockets.
        user = "user root;" if os.getuid() == 0 else ""
        config.write_text(OWNERS.format(user=user, run=run, logs=logs, tls=tls, snippets=snippets, port=running.https_port))
        running.nginx = Process("nginx", ["nginx", "-c", config, "-e", logs / "nginx-error.log"],
                                logs / "nginx.out", env)
        wait.until(lambda: _listens(running), "the owner's nginx to listen", 20)
        yield running


def _listens(stack):
    try:
        return get(stack, "/").status == 200
    except ConnectionRefusedError:
        return False


def get(stack, path, method="GET", **more):
    return http_client.request(stack.https_port, method, path, **more)


def test_the_protocol_is_served_below_the_base_path(stack):
    assert get(stack, "/kosync/healthcheck").json == {"state": "OK"}
    assert get(stack, "/kosync/users/auth").error == (401, 2001)
    assert get(stack, "/kosync/readyz").json == {"state": "ready"}


def test_the_page_is_served_below_the_base_path(stack):
    assert b"<html" in get(stack, "/kosync/audiobookshelf").body


def test_the_rest_of_the_server_stays_its_owners(stack):
    assert get(stack, "/").body == b"the owner's own\n"
    assert get(stack, "/users/auth").body == b"the owner's own\n"
