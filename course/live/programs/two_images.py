"""Two images on one base, in one OCI layout: `python3 two_images.py BASE LAYOUT`."""

import json
import pathlib
import sys
import tempfile

import image


def main():
    base, layout = image.layer(sys.argv[1]), pathlib.Path(sys.argv[2])
    (layout / "blobs" / "sha256").mkdir(parents=True)
    manifests = []
    for name in ("one", "two"):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "own").write_text(name * 9000)
            blobs, descriptor = image.image([base, image.layer(folder)], ["cat", "/own"])
        for digest, data in blobs.items():
            (layout / "blobs" / digest.replace(":", "/")).write_bytes(data)
        manifests.append({**descriptor, "annotations": {"org.opencontainers.image.ref.name": name}})
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))


main()
