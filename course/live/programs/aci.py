"""An App Container Image (ACI), the format of rkt: built, checked, and run by the mechanism of rkt's stage 1.

`python3 aci.py build FOLDER NAME OUT.aci COMMAND...` packs a root file system with a manifest.
`python3 aci.py check FILE.aci` says what is wrong with an image, or prints its manifest and its image ID.
`python3 aci.py run FILE.aci` unpacks it and becomes systemd-nspawn, as `rkt run` becomes its stage 1.
The rules are those of spec/aci.md and spec/types.md of the App Container specification.
"""

import hashlib
import io
import json
import os
import re
import sys
import tarfile
import tempfile

NAME = re.compile(r"[a-z0-9]+([-._~/][a-z0-9]+)*")


def build(folder, name, target, *command):
    manifest = {
        "acKind": "ImageManifest",
        "acVersion": "0.8.11",
        "name": name,
        "labels": [{"name": "os", "value": "linux"}, {"name": "arch", "value": "amd64"}],
        "app": {
            "exec": list(command),
            "user": "0",
            "group": "0",
            "environment": [{"name": "PATH", "value": "/bin"}],
        },
    }
    content = json.dumps(manifest, indent=1).encode()
    with tarfile.open(target, "w") as archive:
        entry = tarfile.TarInfo("manifest")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        archive.add(folder, "rootfs")
    print("\n".join(sorted({name.partition("/")[0] for name in names(target)})))


def names(path):
    """Return the names of all entries of an archive."""
    with tarfile.open(path) as archive:
        return archive.getnames()


def mistakes(path):
    """Yield a sentence for each rule that an image breaks."""
    if not path.endswith(".aci"):
        yield "its name must end with .aci"
    entries = names(path)
    if len(set(entries)) != len(entries):
        yield "it has two entries of one name"
    for other in sorted({name.partition("/")[0] for name in entries} - {"manifest", "rootfs"}):
        yield f"{other} stands beside manifest and rootfs, where nothing else may be"
    if "manifest" not in entries or "rootfs" not in entries:
        yield "it must hold a file manifest and a folder rootfs"
    else:
        yield from mistakes_in_manifest(read_manifest(path))


def mistakes_in_manifest(manifest):
    if manifest.get("acKind") != "ImageManifest":
        yield "acKind must be ImageManifest"
    if not re.fullmatch(r"\d+\.\d+\.\d+(-\S+)?", manifest.get("acVersion", "")):
        yield "acVersion must be a semantic version"
    if not NAME.fullmatch(manifest.get("name", "")):
        yield "name must be made of lower-case letters and digits, with - . _ ~ / between them"
    app = manifest.get("app", {})
    if app and not str(next(iter(app.get("exec", [])), "")).startswith("/"):
        yield "the program in app.exec must be an absolute path"
    if app and not (app.get("user") and app.get("group")):
        yield "app must name a user and a group"


def read_manifest(path):
    with tarfile.open(path) as archive:
        return json.load(archive.extractfile("manifest"))


def image_id(path):
    """Return what names an image: the digest of its tar file, before any compression."""
    with open(path, "rb") as file:
        return "sha512-" + hashlib.file_digest(file, "sha512").hexdigest()


def check(path):
    wrong = list(mistakes(path))
    if wrong:
        sys.exit(f"{path} is no valid ACI: " + "; ".join(wrong) + ".")
    for key, value in read_manifest(path).items():
        print(f"{key}: {json.dumps(value)}")
    print(image_id(path)[:32] + "...")


def run(path):
    wrong = list(mistakes(path))
    if wrong:
        sys.exit(f"{path} is no valid ACI: " + "; ".join(wrong) + ".")
    app = read_manifest(path)["app"]
    pod = tempfile.mkdtemp(prefix="pod-", dir="/rw")
    with tarfile.open(path) as archive:
        archive.extractall(pod, filter="tar")
    environment = [f"--setenv={one['name']}={one['value']}" for one in app["environment"]]
    options = ["--quiet", "--register=no", "--keep-unit", "--pipe", "--machine=rkt", f"--directory={pod}/rootfs"]
    # This program ends here and systemd-nspawn goes on in the same process: nothing of ours supervises it.
    os.execvp("systemd-nspawn", ["systemd-nspawn", *options, *environment, *app["exec"]])


if __name__ == "__main__":
    {"build": build, "check": check, "run": run}[sys.argv[1]](*sys.argv[2:])
