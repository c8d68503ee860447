"""Four images of real files in one OCI layout, with each layer stored once: `python3 real_layers.py BASE LAYOUT`.

Prints a line for each layer of each image: image, part, digest, bytes. `shop_again` is made of the files of `shop`,
packed a day later.
"""

import functools
import json
import pathlib
import shutil
import sys
import sysconfig
import tempfile

import image

LIBRARY = pathlib.Path(sysconfig.get_path("stdlib"))
PARTS = {
    "base": [pathlib.Path(sys.argv[1])],
    "runtime": [LIBRARY / "asyncio"],
    "shop": [LIBRARY / "http", LIBRARY / "json"],
    "mail": [LIBRARY / "email"],
    "probe": [pathlib.Path("/usr/bin/strace")],
}
IMAGES = {
    "probe": ("base", "probe"),
    "shop": ("base", "runtime", "shop"),
    "mail": ("base", "runtime", "mail"),
    "shop_again": ("base", "runtime", "shop"),
}
DAY = 24 * 60 * 60


def copy(source, target):
    if source.is_dir():
        # The names of busybox are links: followed, each would become a copy of it.
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy(source, target)


@functools.cache
def pack(part, time):
    with tempfile.TemporaryDirectory(dir="/rw") as folder:
        for source in PARTS[part]:
            copy(source, pathlib.Path(folder, source.name))
        return image.layer(folder, time)


def main():
    layout = pathlib.Path(sys.argv[2])
    (layout / "blobs" / "sha256").mkdir(parents=True)
    manifests = []
    for name, parts in IMAGES.items():
        layers = [pack(part, DAY if name == "shop_again" else 0) for part in parts]
        blobs, descriptor = image.image(layers, ["sh"])
        for digest, data in blobs.items():
            (layout / "blobs" / digest.replace(":", "/")).write_bytes(data)
        for part, one in zip(parts, json.loads(blobs[descriptor["digest"]])["layers"], strict=True):
            print(f"{name:10} {part:8} {one['digest'][:19]} {one['size']:>9}")
        manifests.append({**descriptor, "annotations": {"org.opencontainers.image.ref.name": name}})
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))


main()
