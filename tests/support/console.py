"""A browser with the credentials of an account: what the console asks of the admin routes."""

from dataclasses import dataclass
from urllib.parse import quote

from support.koreader import Koreader, credential, fresh


@dataclass(frozen=True)
class Console:
    device: Koreader

    @property
    def username(self):
        return self.device.username

    def call(self, method, path, body=None):
        headers = [("Accept", "application/json"), ("x-auth-user", self.username.encode()),
                   ("x-auth-key", self.device.key)]
        return self.device.call(method, path, body, headers=headers, read_timeout=15)

    def done(self, method, path, body=None):
        """The JSON of an answer that must be 200."""
        answer = self.call(method, path, body)
        assert answer.status == 200, answer
        return answer.json

    def get(self, path):
        return self.done("GET", path)

    def all(self, path, name, limit=50, cursor=""):
        """Every entry of a list (from that cursor on), page by page."""
        entries, sign = [], "&" if "?" in path else "?"
        while cursor is not None:
            page = self.get(f"{path}{sign}limit={limit}&cursor={quote(cursor, safe='')}")
            entries += page[name]
            cursor = page["next"]
        return entries

    def documents(self, query=""):
        return self.get("/admin/library" + query)["documents"]

    def document(self, document):
        return self.get(self.path(document))

    @staticmethod
    def path(document, rest=""):
        return f"/admin/library/{quote(document, safe='')}{rest}"


def newcomer(stack, prefix="stranger"):
    """The console of an account that was just created on `stack`."""
    device = Koreader(stack.https_port, fresh(prefix), credential("p"))
    answer = device.register()
    assert answer.status == 201, answer
    return Console(device)


def merge(console, document, into):
    return console.call("POST", f"/admin/library/{quote(document, safe='')}/merge", {"into": into})


def merged(console, document, into):
    answer = merge(console, document, into)
    assert answer.status == 200, answer
    return answer.json


def undo(console, document):
    return console.call("DELETE", f"/admin/library/{quote(document, safe='')}/merge?undo=true")


def undone(console, document):
    answer = undo(console, document)
    assert answer.status == 200, answer
    return answer.json


def unmerged(console, document, member=None):
    body = {"document": member} if member else None
    answer = console.call("DELETE", f"/admin/library/{quote(document, safe='')}/merge", body)
    assert answer.status == 200, answer
    return answer.json
