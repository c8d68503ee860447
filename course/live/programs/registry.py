"""An image registry of a page: answers the four requests of a pull from a folder, and writes down what it was asked.

`python3 registry.py LAYOUT PORT LOG` serves the images of an OCI layout, each under its name with the tag `1`.
"""

import http.server
import json
import pathlib
import sys

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Registry(http.server.BaseHTTPRequestHandler):
    """GET /v2/, /v2/NAME/manifests/TAG, /v2/NAME/manifests/DIGEST, /v2/NAME/blobs/DIGEST."""

    protocol_version = "HTTP/1.1"
    layout = log = None

    def do_GET(self):
        self.answer(body=True)

    def do_HEAD(self):
        self.answer(body=False)

    def answer(self, body):
        parts = self.path.strip("/").split("/")
        if parts == ["v2"]:
            self.send(200, b"{}", "application/json", body)
            return
        kind, reference = parts[-2], parts[-1]
        data = self.blob(self.digest_of(parts[1], reference))
        if data is None:
            self.send(404, b"{}", "application/json", body)
            return
        with open(self.log, "a") as log:
            print(self.command, kind, reference[:19], len(data), "bytes", file=log)
        self.send(200, data, MANIFEST if kind == "manifests" else "application/octet-stream", body)

    def digest_of(self, name, reference):
        if reference.startswith("sha256:"):
            return reference
        index = json.loads((self.layout / "index.json").read_text())
        names = {one["annotations"]["org.opencontainers.image.ref.name"]: one["digest"] for one in index["manifests"]}
        return names.get(name, "")

    def blob(self, digest):
        path = self.layout / "blobs" / digest.replace(":", "/")
        return path.read_bytes() if digest and path.is_file() else None

    def send(self, status, data, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing on the terminal: the requests are in the log."""


def main():
    layout, port, log = sys.argv[1:]
    Registry.layout, Registry.log = pathlib.Path(layout), log
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Registry).serve_forever()


main()
