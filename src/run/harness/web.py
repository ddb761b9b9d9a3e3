"""A small web server for the names that an example may ask: answers over HTTP and HTTPS, as they were set.

It runs in a process of its own in the example's sandbox. The sockets listen already when it starts.

Limits: HTTP/1.1 without compression, ranges and web sockets.
"""

import io
import os
import shutil
import socket
import ssl
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "verify"
    sys_version = ""
    timeout = 60

    def setup(self):
        # Here, not where connections are accepted: a client that hesitates keeps nobody else waiting.
        if self.server.context is not None:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        if not self.read_body():
            return
        found = find(self.server.answers, self.server.scheme, self.server.port, self.headers.get("Host", ""), self.command, self.path)
        if found is None:
            text = f"no answer is set for {self.command} {self.server.scheme}://{self.headers.get('Host', '')}{self.path}\n"
            found = {"status": 404, "headers": {"Content-Type": "text/plain; charset=utf-8"}, "delay": 0}
            body, size = io.BytesIO(text.encode()), len(text.encode())
        else:
            body, size = open(found["file"], "rb"), os.path.getsize(found["file"])
        with body:
            self.send(found, body, size)

    def send(self, found, body, size):
        time.sleep(found["delay"])
        self.send_response(found["status"])
        bare = found["status"] < 200 or found["status"] in (204, 304)
        for name, value in found["headers"].items():
            self.send_header(name, value)
        if not bare and not any(name.lower() == "content-length" for name in found["headers"]):
            self.send_header("Content-Length", str(size))
        self.end_headers()
        if not bare and self.command != "HEAD":
            shutil.copyfileobj(body, self.wfile)

    def read_body(self):
        """Reads what comes with the request, so that the connection can be used again."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                self.rfile.read(size + 2)
            while self.rfile.readline() not in (b"\r\n", b"\n", b""):
                pass
            return True
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            self.send_error(400)
            return False
        self.rfile.read(int(length))
        return True


class Server(ThreadingHTTPServer):
    """One listening socket."""

    daemon_threads = True

    def __init__(self, listener, scheme, port, context, answers):
        self.scheme, self.port, self.context, self.answers = scheme, port, context, answers
        self.socket = listener
        address = listener.getsockname()[:2]
        super().__init__(address, Handler, bind_and_activate=False)
        self.socket.close()  # the one that the base class made
        self.socket, self.server_name, self.server_port = listener, address[0], address[1]

    def handle_error(self, request, client_address):
        pass  # a client that went away, or one that doesn't trust the certificate: it notices by itself


def find(answers, scheme, port, host, method, target):
    """The answer that fits best: an exact path before a start of one, a long start before a short one, a named method before any."""
    host = host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host.lower()
    if target.startswith(("http://", "https://")):  # as to a proxy
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    best, found = None, None
    for answer in answers:
        asked_port = answer["port"] or {"http": 80, "https": 443}.get(answer["scheme"] or scheme)
        if answer["host"] != host or asked_port != port or answer["scheme"] not in (None, scheme):
            continue
        if answer["method"] not in (None, method) and not (method == "HEAD" and answer["method"] == "GET"):
            continue
        pattern = answer["path"]
        path = target if "?" in pattern else target.split("?", 1)[0]
        if pattern.endswith("*"):
            fits, rank = path.startswith(pattern[:-1]), (0, len(pattern))
        else:
            fits, rank = path == pattern, (1, len(pattern))
        rank += (answer["method"] is not None,)
        if fits and (best is None or rank > best):
            best, found = rank, answer
    return found


def serve(job, ready):
    """Serves until it's killed. `job`: the answers, the listening sockets' descriptors by port, and the certificate's file, which is
    removed once it's read. `ready` is a descriptor that gets a line when all are served."""
    from threading import Thread

    context = None
    if job["certificate"] is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(job["certificate"])
        context.set_alpn_protocols(["http/1.1"])
        os.unlink(job["certificate"])
    answers = [dict(entry["answer"], file=entry["body"]) for entry in job["answers"]]
    threads = []
    for port, descriptor in job["listeners"]:
        secure = port == 443
        listener = socket.socket(fileno=descriptor)
        server = Server(listener, "https" if secure else "http", port, context if secure else None, answers)
        threads.append(Thread(target=server.serve_forever))
    for thread in threads:
        thread.start()
    os.write(ready, b"ready\n")
    os.close(ready)
    for thread in threads:
        thread.join()
