"""A chat's incoming webhook on this machine: what it heard, and what it answers."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Chat:
    """Listens while its `with` lasts; `status` is its answer, `heard` the bodies that came."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.status = 200
        chat = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                chat.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(chat.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._open = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nobody listens any more."""
        if self._open:
            self._open = False
            self._server.shutdown()
            self._server.server_close()
