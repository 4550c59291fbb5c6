"""Receive Yingda's webhooks and believe only those that are signed: webhook_receiver.py [port]

WEBHOOK_SECRET is what GET /v1/webhook-secret answers. Needs: pip install standardwebhooks
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
SEEN: set[str] = set()  # a real receiver keeps these in its database: a message may arrive twice


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = WEBHOOK.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except WebhookVerificationError as error:
            self.answer(401)
            print(f"refused: {error}", flush=True)
            return
        self.answer(204)
        if self.headers["webhook-id"] not in SEEN:
            SEEN.add(self.headers["webhook-id"])
            handle(message["message"])

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """`handle` says enough."""


def handle(message: dict[str, object]) -> None:
    match message:
        case {"type": "status-update", "status": status, "call": {"id": id}}:
            print(f"call {id} is {status}", flush=True)
        case {"type": "end-of-call-report", "durationSeconds": seconds, "transcript": transcript}:
            print(f"report: {seconds} s\n{transcript}", flush=True)
        case {"type": kind}:
            print(json.dumps(kind), flush=True)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8765), Receiver).serve_forever()
