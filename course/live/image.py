"""Guest images: which sets there are, where they lie, and whether their bytes are what was built (lesson 00).

A set is a kernel and one or two squashfs layers made from the distribution's signed packages:

- `base`: Python, crun, util-linux, iproute2, nftables, strace, kmod, procps and the KVM modules;
- `engines`: on top of base, Docker, containerd, runc, Podman, LXC, systemd-nspawn, gVisor's runsc, skopeo, umoci,
  User-mode Linux, VMware's guest tools, and gRPC for Python to speak CRI with;
- `xen`: on top of base, Xen, its tools, and a kernel that can be dom0.

What the distribution does not package is not there: crictl is in no set.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - the dataclass resolves it
from typing import Any

from course.errors import CourseError, unknown
from course.live import folders

FORMAT = 1


@dataclass(frozen=True)
class ImageSet:
    """What goes into a set: package names, the set it is a layer on top of, and a kernel of its own or none.

    `megabytes` is about how much is downloaded, for the progress bar and the check of free space.
    """

    name: str
    packages: tuple[str, ...]
    parent: str | None
    megabytes: int
    what: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SETS: dict[str, ImageSet] = {
    "base": ImageSet(
        "base",
        _words(
            """
            linux-image-cloud-amd64 base-files bash busybox-static coreutils crun dash findutils grep gzip hostname
            iproute2 iputils-ping kmod less libc-bin libcap2-bin login mawk mount ncurses-base ncurses-bin netbase
            nftables pciutils procps psmisc python3 sed strace tar uidmap util-linux xz-utils
            """
        ),
        None,
        75,
        "Linux with Python, crun and the tools to look at namespaces, cgroups and KVM",
    ),
    "engines": ImageSet(
        "engines",
        _words(
            """
            bubblewrap conmon containerd containernetworking-plugins docker-cli docker.io iptables lxc netavark
            open-vm-tools podman python3-grpcio python3-protobuf runc runsc skopeo slirp4netns systemd
            systemd-container umoci user-mode-linux
            """
        ),
        "base",
        170,
        "Docker, containerd, runc, Podman, LXC, systemd-nspawn, gVisor",
    ),
    "xen": ImageSet(
        "xen",
        _words(
            """
            linux-image-amd64 xen-hypervisor-4.20-amd64 xen-utils-4.20 xen-utils-common xenstore-utils
            """
        ),
        "base",
        180,
        "Xen, its tools, and a kernel for dom0",
    ),
}


@dataclass(frozen=True)
class Image:
    """An image on this machine: its files, and the digest that names all of its bytes."""

    name: str
    folder: Path
    manifest: dict[str, Any]
    parent: Image | None = None

    @property
    def layers(self) -> tuple[Path, ...]:
        """The squashfs files, the lowest first."""
        own = (self.folder / "layer.squashfs",)
        return (*self.parent.layers, *own) if self.parent else own

    @property
    def kernel(self) -> Path:
        """The Linux kernel, a bzImage."""
        return own_or_parents(self, "vmlinuz")

    @property
    def initrd(self) -> Path:
        """The initramfs with busybox and the modules that mount the layers; the agent is added at every start."""
        return own_or_parents(self, "initrd")

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest, which holds the digests of all files, the parent's included."""
        return str(self.manifest["digest"])

    @property
    def packages(self) -> dict[str, str]:
        """Package name to version, the parent's included."""
        own = {entry["name"]: entry["version"] for entry in self.manifest["packages"]}
        return {**self.parent.packages, **own} if self.parent else own

    @property
    def size(self) -> int:
        """Bytes of the files of this set alone."""
        return sum((self.folder / name).stat().st_size for name in self.manifest["files"])

    def file(self, name: str) -> Path:
        """Return a further file of the set, such as `xen.gz`; raises CourseError for a name that it does not have."""
        if name not in self.manifest["files"]:
            raise unknown(f"file of the image {self.name!r}", name, self.manifest["files"])
        return self.folder / name

    def verify(self) -> None:
        """Raise CourseError, with the command that mends it, if a file is missing or its digest is wrong."""
        if self.parent:
            self.parent.verify()
        for name, digest in self.manifest["files"].items():
            if not folders.verified(self.folder / name, digest):
                raise CourseError(
                    f"The image {self.name!r} is damaged: {self.folder / name} is missing or does not have the digest "
                    f"in its manifest. Build it again: python -m course image build --set {self.name}"
                )


def own_or_parents(image: Image, name: str) -> Path:
    """Return a file of an image, or of the image it stands on where it has none of that name."""
    if name in image.manifest["files"] or image.parent is None:
        return image.folder / name
    return own_or_parents(image.parent, name)


def find(name: str) -> Image:
    """Return the image of a set from the first search folder that has it.

    Raises CourseError if there is no such set, or if it is not on this machine, and says how to get it.
    """
    if name not in SETS:
        raise unknown("image set", name, SETS)
    stale = ""
    for folder in folders.search_folders():
        manifest = read_manifest(folder / "images" / name)
        if manifest is None:
            continue
        parent_name = SETS[name].parent
        parent = find(parent_name) if parent_name else None
        if parent is None or manifest["parent"] == parent.digest:
            return Image(name, folder / "images" / name, manifest, parent)
        stale = f" It was made on top of another build of {parent_name!r} than the one that is here."
    if stale:
        raise CourseError(f"The image {name!r} does not fit.{stale} Run: python -m course image build --set {name}")
    raise CourseError(
        f"The image {name!r} is not on this machine. Run: python -m course image build --set {name} "
        "(on a system without mmdebstrap: python -m course image import FILE, with a file exported elsewhere)."
    )


def images() -> list[Image]:
    """Return the images on this machine, in the order of SETS."""
    found = []
    for name in SETS:
        try:
            found.append(find(name))
        except CourseError:
            continue
    return found


def export(name: str, target: Path) -> Path:
    """Write a set, with the set it stands on, as one tar file and return its path; raises CourseError if it is damaged.

    The squashfs layers are compressed already, so the tar is not.
    """
    image = find(name)
    image.verify()
    with tarfile.open(target, "w") as archive:
        for part in [image.parent, image] if image.parent else [image]:
            for file in [*sorted(part.manifest["files"]), "manifest.json"]:
                archive.add(part.folder / file, f"{part.name}/{file}")
    return target


def import_archive(source: Path) -> list[Image]:
    """Unpack a file that `export` wrote, check every digest, and return the images in it.

    Raises CourseError for a file that is no exported image, or that was damaged on its way; then nothing is changed.
    """
    target = folders.writable_folder() / "images"
    target.mkdir(parents=True, exist_ok=True)
    staging = target / ".import"
    with folders.lock(target / ".lock"):
        shutil.rmtree(staging, ignore_errors=True)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(staging, filter="data")
        except (OSError, tarfile.TarError) as error:
            shutil.rmtree(staging, ignore_errors=True)
            raise CourseError(
                f"{source} cannot be read as an exported image ({error}). "
                "Give a file that `python -m course image export` wrote."
            ) from None
        names = [name for name in SETS if (staging / name).is_dir()]
        try:
            _check_staged(source, staging, names)
            for name in names:
                shutil.rmtree(target / name, ignore_errors=True)
                (staging / name).rename(target / name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return [find(name) for name in names]


def _check_staged(source: Path, staging: Path, names: list[str]) -> None:
    for name in names:
        manifest = read_manifest(staging / name)
        if manifest is None:
            raise CourseError(f"{source} has no manifest for {name!r}, or one of another version of the course.")
        for file, digest in manifest["files"].items():
            if not folders.verified(staging / name / file, digest):
                raise CourseError(f"{source} is damaged: {name}/{file} does not have the digest in its manifest.")
    if not names:
        raise CourseError(f"{source} holds no image set. Known sets: {', '.join(SETS)}.")


def remove(name: str) -> int:
    """Delete a set and return the bytes freed; raises CourseError if it is not there or may not be deleted."""
    image = find(name)
    size = image.size
    try:
        shutil.rmtree(image.folder)
    except OSError as error:
        raise CourseError(f"The image {name!r} in {image.folder} cannot be deleted: {error.strerror}.") from None
    return size


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest in a folder; None if there is none, or if it is damaged or of another format."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("format") == FORMAT else None
