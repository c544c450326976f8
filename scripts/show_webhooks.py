"""Print every webhook that is posted to a port of loopback: `python3 scripts/show_webhooks.py 8901`."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Show(BaseHTTPRequestHandler):
    """Answers 204 and prints the event."""

    def do_POST(self) -> None:
        """Take one event."""
        event = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(204)
        self.end_headers()
        data = event["data"]
        sys.stdout.write(f"{event['type']}  {data.get('company', '')}  {self.headers['webhook-id']}\n")
        for side in ("old", "new"):
            if data.get(side):
                sys.stdout.write(f"  {side}: {data[side]['text']}\n")
        sys.stdout.flush()

    def log_message(self, *_: object) -> None:
        """Nothing but events is printed."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Show).serve_forever()
