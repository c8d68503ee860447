"""An OCI image written by hand: a folder becomes layer, config, manifest and index, each named by its digest.

`python3 image.py FOLDER NAME OUT.tar [COMMAND...]` writes an OCI image layout in a tar that engines can load.
"""

import hashlib
import io
import json
import sys
import tarfile

PREFIX = "application/vnd.oci.image."


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer(folder, time=0):
    """Return the folder as a tar with one owner and one time, so that the same content gives the same digest."""

    def plain(entry):
        entry.uid = entry.gid = 0
        entry.mtime = time
        entry.uname = entry.gname = ""
        return entry

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(folder, ".", filter=plain)
    return out.getvalue()


def image(layers, command):
    """Return the blobs of an image by digest, and the descriptor of its manifest."""
    blobs = {}

    def store(data, kind):
        name = digest(data)
        blobs[name] = data
        return {"mediaType": PREFIX + kind, "digest": name, "size": len(data)}

    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": command, "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(one) for one in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": PREFIX + "manifest.v1+json",
        "config": store(json.dumps(config).encode(), "config.v1+json"),
        "layers": [store(one, "layer.v1.tar") for one in layers],
    }
    return blobs, store(json.dumps(manifest).encode(), "manifest.v1+json")


def write(path, name, layers, command):
    """Write an image layout as a tar file and return the digest of the manifest."""
    blobs, descriptor = image(layers, command)
    descriptor["annotations"] = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}
    files = {f"blobs/{key.replace(':', '/')}": data for key, data in blobs.items()}
    files["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [descriptor]}).encode()
    with tarfile.open(path, "w") as tar:
        for file, data in sorted(files.items()):
            entry = tarfile.TarInfo(file)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return descriptor["digest"]


def main():
    folder, name, out, *command = sys.argv[1:]
    print(write(out, name, [layer(folder)], command or ["sleep", "1000"]))


if __name__ == "__main__":
    main()
