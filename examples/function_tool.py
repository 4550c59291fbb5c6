"""A server whose function the assistant calls in mid-conversation: function_tool.py [port]

The assistant's tool: {"type": "function", "function": {"name": "opening_hours", …}, "server": {"url": …}}
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOURS = {"saturday": "On Saturday we are open from ten to four.", "sunday": "On Sunday we are closed."}


def opening_hours(day: str = "today") -> str:
    return HOURS.get(day, "We are open from nine to six.")


FUNCTIONS = {"opening_hours": opening_hours}


def run(call: dict) -> dict:
    """The answer to one tool call; what went wrong is told to the model, which can ask again."""
    try:
        result = FUNCTIONS[call["name"]](**call["arguments"])
    except (KeyError, TypeError) as error:
        return {"toolCallId": call["id"], "error": f"This cannot be called so: {error}"}
    return {"toolCallId": call["id"], "result": result}


class Tools(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        answer = json.dumps({"results": [run(call) for call in message["toolCallList"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8766), Tools).serve_forever()
