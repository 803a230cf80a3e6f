"""The web servers of examples/, with the files that are there: only their paths and ports are other ones."""

import contextlib
import os
import pwd
import shutil
import subprocess

from support import wait
from support.http_client import request
from support.processes import Process
from support.stack import ROOT

EXAMPLES = ROOT / "examples"
BASE_PATH = "/kosync"
NOBODY = pwd.getpwnam("nobody")
_APACHE_MODULES = "mpm_event authz_core alias dir mime headers proxy proxy_fcgi"


def as_nobody(argv):
    """The command for an account without rights, as far as we can give ours up."""
    if os.getuid() != 0:
        return list(argv)
    return ["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", "--", *argv]


def configured(example, changes):
    """The text of an example with other paths; each must be there to be changed."""
    text = (EXAMPLES / example).read_text()
    for old, new in changes.items():
        assert old in text, f"{example} has no {old}"
        text = text.replace(old, str(new))
    return text


def own_directory(stack):
    """A directory for the web server's files, with the console in it, that nobody may enter and write to."""
    directory = stack.dir / "web"
    directory.mkdir()
    shutil.copytree(ROOT / "html", directory / "html")
    stack.dir.chmod(0o755)
    (stack.dir / "run").chmod(0o755)
    if os.getuid() == 0:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    return directory


@contextlib.contextmanager
def started(stack, directory, argv):
    """Runs a web server on stack.http_port until the end of a `with`."""
    process = Process("web", as_nobody(map(str, argv)), stack.dir / "logs" / "web.log", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        wait.until(lambda: _answers(process, stack.http_port), "the web server to answer", 20)
        yield process
    except BaseException as failure:
        for log in directory.glob("*.log"):
            failure.add_note(log.read_text(errors="replace")[-3000:])
        raise
    finally:
        process.stop()


def _answers(process, port):
    assert process.alive(), "the web server ended"
    with contextlib.suppress(ConnectionRefusedError):
        return request(port, "GET", "/", tls=False).status
    return False


def lighttpd(stack):
    """With Debian's own configuration around the example."""
    directory = own_directory(stack)
    sockets = stack.dir / "run"
    (directory / "koshelf.conf").write_text(configured("lighttpd/koshelf.conf", {
        "/run/koshelf-sync": sockets, "/usr/share/koshelf-sync/html": directory / "html"}))
    with open("/etc/lighttpd/lighttpd.conf") as file:
        text = file.read()
    for old, new in {'"/var/www/html"': f'"{directory}"', "/var/cache/lighttpd/uploads": directory,
                     "/var/log/lighttpd/error.log": directory / "error.log", "/run/lighttpd.pid": directory / "pid",
                     "server.port                 = 80": f"server.port = {stack.http_port}\nserver.bind = \"127.0.0.1\"",
                     "/etc/lighttpd/conf-enabled/*.conf": directory / "koshelf.conf",
                     'include_shell "/usr/share/lighttpd/use-ipv6.pl " + server.port': "",
                     'server.username             = "www-data"': "", 'server.groupname            = "www-data"': ""}.items():
        assert old in text, old
        text = text.replace(old, str(new))
    (directory / "lighttpd.conf").write_text(text)
    return started(stack, directory, ["lighttpd", "-D", "-f", directory / "lighttpd.conf"])


def apache_configuration(directory, port, modules, body):
    """A whole configuration around `body`."""
    load = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules.split())
    return (f"ServerRoot {directory}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {directory}/pid\n"
            f"ErrorLog {directory}/error.log\nTypesConfig /etc/mime.types\n{load}{body}")


def apache(stack):
    directory = own_directory(stack)
    example = configured("apache-fcgi/koshelf.conf", {
        "/run/koshelf-sync": stack.dir / "run", "/usr/share/koshelf-sync/html": directory / "html"})
    (directory / "types").write_text("text/html html\ntext/css css\ntext/javascript js\nimage/svg+xml svg\n")
    text = apache_configuration(directory, stack.http_port, _APACHE_MODULES, example)
    (directory / "apache.conf").write_text(text.replace("/etc/mime.types", str(directory / "types")))
    return started(stack, directory, ["apache2", "-D", "FOREGROUND", "-f", directory / "apache.conf"])


def nginx(stack, sockets=None):
    directory = own_directory(stack)
    env = {"PATH": os.environ["PATH"], "KOSHELF_SOCKET_DIR": str(sockets or stack.dir / "run"), "BASE_PATH": BASE_PATH,
           "KOSHELF_HTML_DIR": str(directory / "html")}
    subprocess.run([ROOT / "scripts" / "render-nginx", "--snippets", directory / "koshelf"], env=env, check=True)
    subprocess.run([ROOT / "scripts" / "make-cert", directory / "tls"], env=env, check=True, capture_output=True)
    for path in (directory / "tls", *(directory / "tls").iterdir()):
        if os.getuid() == 0:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    site = configured("nginx-sub-path/koshelf.conf", {
        "/etc/nginx/koshelf/": f"{directory}/koshelf/", "443 ssl http2": f"127.0.0.1:{stack.http_port}",
        "/etc/ssl/example.org.pem": directory / "tls" / "cert.pem",
        "/etc/ssl/private/example.org.key": directory / "tls" / "key.pem", "/var/www/html": directory})
    temporary = "".join(f"{name}_temp_path {directory}/{name};" for name in
                        ("client_body", "fastcgi", "proxy", "uwsgi", "scgi"))
    (directory / "nginx.conf").write_text(
        f"daemon off; pid {directory}/pid; events {{}} http {{ include /etc/nginx/mime.types; access_log off; {temporary}\n"
        f"{site} }}")
    return started(stack, directory, ["nginx", "-c", directory / "nginx.conf", "-e", directory / "error.log"])
