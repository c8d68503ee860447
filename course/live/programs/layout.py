"""Reads an OCI image layout: follow its digests, check each blob against its name, unpack it for a runtime.

`python3 layout.py follow LAYOUT`, `... check LAYOUT`, `... unpack LAYOUT BUNDLE`.
"""

import hashlib
import json
import pathlib
import sys
import tarfile


def read(layout, descriptor):
    return (layout / "blobs" / descriptor["digest"].replace(":", "/")).read_bytes()


def manifest_of(layout):
    index = json.loads((layout / "index.json").read_text())
    return index["manifests"][0], json.loads(read(layout, index["manifests"][0]))


def follow(layout):
    """Print what the index names, and what that names in turn."""
    first, manifest = manifest_of(layout)
    print("index.json")
    for depth, one in [(1, first), (2, manifest["config"]), *((2, layer) for layer in manifest["layers"])]:
        kind = one["mediaType"].split(".image.")[1]
        print(f"{'  ' * depth}{kind:18} {one['digest'][:19]} {one['size']:>9} bytes")


def check(layout):
    """Compute the digest of every blob and compare it with its name; the exit status says whether all fit."""
    fits = True
    for blob in sorted((layout / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size):
        found = hashlib.sha256(blob.read_bytes()).hexdigest()
        fits = fits and found == blob.name
        print(f"name {blob.name[:12]}  content {found[:12]}  {'fits' if found == blob.name else 'DOES NOT FIT'}")
    sys.exit(not fits)


def unpack(layout, bundle):
    """Make a bundle: the layers unpacked over each other, and a config.json for an OCI runtime."""
    _, manifest = manifest_of(layout)
    config = json.loads(read(layout, manifest["config"]))["config"]
    (bundle / "rootfs").mkdir(parents=True)
    for layer in manifest["layers"]:
        (bundle / "layer.tar").write_bytes(read(layout, layer))
        with tarfile.open(bundle / "layer.tar") as archive:
            archive.extractall(bundle / "rootfs", filter="fully_trusted")  # noqa: S202 -- our own layers, in the guest
    process = {"cwd": "/", "user": {"uid": 0, "gid": 0}, "env": config.get("Env", ["PATH=/bin"]), "args": config["Cmd"]}
    spec = {
        "ociVersion": "1.0.0",
        "root": {"path": "rootfs"},
        "process": process,
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "mount", "uts")]},
    }
    (bundle / "config.json").write_text(json.dumps(spec))


def main():
    command, *paths = sys.argv[1:]
    {"follow": follow, "check": check, "unpack": unpack}[command](*map(pathlib.Path, paths))


main()
