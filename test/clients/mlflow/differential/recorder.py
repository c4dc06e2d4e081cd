"""A proxy that passes requests on and remembers each with its answer."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

# What belongs to one connection, or is made anew by whoever sends the message on.
HOP_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "content-encoding"}


@dataclass
class Exchange:
    method: str
    path: str
    headers: dict
    body: bytes
    status: int
    answer: bytes
    # The step of the traffic that it belongs to.
    step: str = ""


@dataclass
class Recording:
    exchanges: list = field(default_factory=list)
    step: str = ""


class Recorder:
    def __init__(self, target):
        self.recording = recording = Recording()
        session = requests.Session()
        # The client has threads of its own: what is recorded is the order in which the server answered.
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_HEADERS}
                with turn:
                    answer = session.request(
                        self.command, target + self.path, headers=headers, data=body, allow_redirects=False, timeout=120
                    )
                    recording.exchanges.append(
                        Exchange(self.command, self.path, headers, body, answer.status_code, answer.content, recording.step)
                    )
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in HOP_HEADERS}
                self.send_response(answer.status_code)
                for name, value in kept.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = forward

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
