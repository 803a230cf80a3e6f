"""Servers of other programs, made of a handler of http.server."""

import contextlib
import http.server
import threading


@contextlib.contextmanager
def serving(handler):
    """The port on which it answers, without a word on standard error."""
    quiet = type("Quiet", (handler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
