"""An endpoint as others write it: checks signatures with the library of Standard Webhooks.

    python receiver.py LOG

Prints its port. Writes a line of JSON for each request into LOG. Paths: /signed checks the signature with
WEBHOOK_SECRET and answers 401 when it is wrong; /moody answers 503 with Retry-After the first time it sees
an id, then 204; /gone answers 410; /token wants `Authorization: Bearer` with LGSP_TOKEN.
"""
import http.server
import json
import os
import sys

from standardwebhooks import Webhook, WebhookVerificationError

log = open(sys.argv[1], "a", encoding="utf-8")
seen = set()


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        status, retry_after = self.judge(body)
        line = {"path": self.path, "status": status, "id": self.headers["webhook-id"], "body": json.loads(body)}
        print(json.dumps(line), file=log, flush=True)
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def judge(self, body):
        message = self.headers["webhook-id"]
        if self.path == "/signed":
            try:
                Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, dict(self.headers))
            except WebhookVerificationError as wrong:
                print(f"refused: {wrong}", file=sys.stderr)
                return 401, None
            return 204, None
        if self.path == "/token":
            wanted = "Bearer " + os.environ["LGSP_TOKEN"]
            return (200 if self.headers["authorization"] == wanted else 403), None
        if self.path == "/moody":
            if message in seen:
                return 204, None
            seen.add(message)
            return 503, "1"
        return 410, None

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print(server.server_address[1], flush=True)
server.serve_forever()
