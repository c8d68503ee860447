"""Build guest images from the distribution's signed packages, as an ordinary user, without namespaces (lesson 00).

mmdebstrap downloads, checks signatures and unpacks; no maintainer script runs. What those scripts would have done and
a guest needs is done here. The result depends on the package versions alone: sorted, one fixed time, all owned by root.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import json
import lzma
import os
import platform
import re
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import CourseError, unknown
from course.live import cpio, folders
from course.live import image_content as content
from course.live.image import FORMAT, SETS, Image, ImageSet, find, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable

# Called with what is being done and the share that is done, 0 to 1.
Report = Callable[[str, float], None]
SUITE = "trixie"
# All times in an image: any fixed one does, so that two builds of the same packages are the same bytes.
# Level 19 takes three times as long for 1 % less.
COMPRESSION_LEVEL = 15
FIXED_TIME = 1_735_689_600
PROGRAMS = {"mmdebstrap": "mmdebstrap", "mksquashfs": "squashfs-tools", "unsquashfs": "squashfs-tools"}


def build(name: str = "base", mirror: str | None = None, report: Report | None = None) -> Image:
    """Build an image set, and the set it stands on if that is not there, and return the image.

    `report` is called with what is being done and the share done, 0 to 1. An interrupted build goes on from the
    packages that it had. A second build at the same time waits, and finds the first one's image.
    Raises CourseError where a program or disk space is missing, the cache is read-only, or packages cannot be had.
    """
    if name not in SETS:
        raise unknown("image set", name, SETS)
    report = report or (lambda _what, _share: None)
    check_programs()
    target = _writable_images()
    started = time.time()
    with folders.lock(target / ".lock"):
        # Another process may have built it while this one waited for the lock.
        manifest = target / name / "manifest.json"
        if not (read_manifest(target / name) and manifest.stat().st_mtime > started):
            _build_set(SETS[name], target, mirror, report)
    report("done", 1.0)
    return find(name)


def check_programs() -> None:
    """Raise CourseError, one sentence with what to do, where images cannot be built."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise CourseError(
            f"Images are built on Linux on x86-64; this is {platform.system()} on {platform.machine()}. Export one on "
            "such a machine with `python -m course image export`, then run `python -m course image import FILE` here."
        )
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        packages = " ".join(sorted({PROGRAMS[program] for program in missing}))
        raise CourseError(
            f"Building an image needs {' and '.join(missing)}, not found on this machine. On Debian or Ubuntu: "
            f"apt install {packages}. Elsewhere: python -m course image import FILE, with a file exported there."
        )


def _writable_images() -> Path:
    target = folders.writable_folder() / "images"
    if folders.is_temporary(target.parent):
        raise CourseError(
            f"No cache folder can be written: {', '.join(map(str, folders.search_folders()))}. "
            "Set COURSE_IMAGES to a folder of yours and try again."
        )
    target.mkdir(exist_ok=True)
    return target


def _build_set(chosen: ImageSet, target: Path, mirror: str | None, report: Report) -> None:
    """Build a set into the folder of images, and before it the set that it stands on if that is missing or damaged."""
    parent = None
    if chosen.parent is not None:
        try:
            parent = find(chosen.parent)
            parent.verify()
        except CourseError:
            _build_set(SETS[chosen.parent], target, mirror, report)
            parent = find(chosen.parent)
    _check_space(target, chosen)
    staging, packages = target / ".build", target.parent / "packages"
    # What an interrupted build has downloaded is of use to this one.
    _rescue_packages(staging / "root", packages)
    _remove_tree(staging)
    try:
        _Build(chosen, parent, mirror, staging, packages, report).run()
        _remove_tree(target / chosen.name)
        (staging / "out").rename(target / chosen.name)
    except OSError as error:
        raise CourseError(f"The image {chosen.name!r} could not be built in {target}: {error}.") from error
    finally:
        _rescue_packages(staging / "root", packages)
        _remove_tree(staging)


def _check_space(target: Path, chosen: ImageSet) -> None:
    # Packages, the unpacked tree and the layer stand beside each other for a moment: about six times the download.
    needed = chosen.megabytes * 6
    free = shutil.disk_usage(target).free // 1_000_000
    if free < needed:
        raise CourseError(
            f"Building the image {chosen.name!r} needs about {needed} MB in {target}; {free} MB are free. "
            "Free some space, or set COURSE_IMAGES to a folder on another disk."
        )


class _Build:
    """One build: from packages to the files of a set, in `staging/out`."""

    def __init__(
        self, chosen: ImageSet, parent: Image | None, mirror: str | None, staging: Path, packages: Path, report: Report
    ) -> None:
        self.chosen, self.parent, self.mirror = chosen, parent, mirror
        self.staging, self.packages, self.report = staging, packages, report
        self.root, self.out = staging / "root", staging / "out"

    def run(self) -> None:
        self.out.mkdir(parents=True)
        self.packages.mkdir(parents=True, exist_ok=True)
        package_list = self.fetch()
        self.say("trimming", 0.55)
        release = self.kernel_release()
        if self.has_kernel:
            _copy(self.root / "boot" / f"vmlinuz-{release}", self.out / "vmlinuz")
        for hypervisor in sorted((self.root / "boot").glob("xen-*.gz")):
            _copy(hypervisor, self.out / "xen.gz")
        self.trim()
        self.furnish()
        self.say("choosing kernel modules", 0.6)
        _keep_modules(self.root / "usr/lib/modules" / release)
        self.guest_tool("usr/bin/kmod", "depmod", "-b", self.root, release)
        if self.has_kernel:
            (self.out / "initrd").write_bytes(_initramfs(self.root, release))
        self.say("compiling Python", 0.65)
        self.compile_python()
        self.guest_tool("usr/sbin/ldconfig", "ldconfig", "-X", "-r", self.root)
        _remove_tree(self.root / "var/cache/ldconfig")
        self.say("compressing", 0.75)
        if self.parent is not None:
            self.drop_what_parent_has()
        self.squash()
        self.write_manifest(package_list)

    @property
    def has_kernel(self) -> bool:
        """Whether this set boots a kernel of its own."""
        return any(package.startswith("linux-image") for package in self.chosen.packages)

    def say(self, what: str, share: float) -> None:
        self.report(f"{self.chosen.name}: {what}", share)

    def fetch(self) -> list[dict[str, str]]:
        """Download and unpack the packages; return name, version, file and digest of each."""
        names = set(self.chosen.packages)
        if self.chosen.parent:
            inherited = SETS[self.chosen.parent].packages
            names |= {package for package in inherited if not (self.has_kernel and package.startswith("linux-image"))}
        used, log = self.staging / "used", self.staging / "mmdebstrap.log"
        archives = '"$1/var/cache/apt/archives"'
        linked = "-name '*.deb' -exec ln -f {} "
        offer = rf"mkdir -p {archives}; find {_quote(self.packages)} {linked} {archives} \;"
        note = f'echo "$MMDEBSTRAP_ESSENTIAL" > {_quote(used)}'
        keep = rf"find {archives} {linked} {_quote(self.packages)} \;"
        command = [
            "mmdebstrap", "--variant=extract", "--mode=chrootless", "--format=directory", "--architectures=amd64",
            f"--include={','.join(sorted(names))}", f"--setup-hook={offer}", f"--extract-hook={note}",
            f"--extract-hook={keep}", SUITE, str(self.root), *([self.mirror] if self.mirror else []),
        ]  # fmt: skip
        _discard_damaged(self.packages)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **_FIXED_ENVIRONMENT},
            )
            try:
                while process.poll() is None:
                    self.say("downloading packages", 0.5 * self.downloaded())
                    time.sleep(0.2)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
        if process.returncode != 0:
            raise CourseError(_explain(log.read_text("utf-8", "replace"), self.mirror))
        files = sorted(Path(entry).name for entry in used.read_text("utf-8").split())
        _remember_digests(self.packages)
        digests = _known_digests(self.packages)
        return [_package(file, digests[file]) for file in files]

    def downloaded(self) -> float:
        """Return the share of the expected download that has arrived, at most 1."""
        archives = self.root / "var/cache/apt/archives"
        size = 0
        for file in [*archives.glob("*.deb"), *archives.glob("partial/*")]:
            with contextlib.suppress(OSError):
                size += file.stat().st_size
        return min(1.0, size / (self.chosen.megabytes * 1_000_000))

    def kernel_release(self) -> str:
        """Return the release of the kernel that is in the tree, such as 6.12.0-cloud-amd64."""
        return max(path.name for path in (self.root / "usr/lib/modules").iterdir())

    def trim(self) -> None:
        patterns = content.TRIMMED if self.chosen.parent else (*content.TRIMMED, *content.TRIMMED_BASE)
        for pattern in patterns:
            for path in sorted(self.root.glob(pattern)):
                _remove_tree(path)

    def furnish(self) -> None:
        """Add what the packages' own scripts would have made."""
        for folder in content.FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for folder in ("tmp", "var/tmp"):
            (self.root / folder).chmod(0o1777)
        present = {link: aim for link, aim in content.ALTERNATIVES.items() if (self.root / aim[1:]).exists()}
        for link, aim in {**content.LINKS, **present}.items():
            self.link(link, aim)
        for name, text in content.FILES.items():
            self.write(name, text)
        for path in [self.root / name for name in content.SET_USER_ID if (self.root / name).exists()]:
            path.chmod(0o4755)

    def write(self, name: str, text: str) -> None:
        """Write a file of the guest in place of the one from a package."""
        path = self.root / name
        path.unlink(missing_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o640 if name == "etc/shadow" else 0o644)

    def link(self, name: str, aim: str) -> None:
        """Make a symbolic link unless there is something of that name."""
        path = self.root / name
        if not path.is_symlink() and not path.exists():
            path.symlink_to(aim)

    def guest_tool(self, program: str, called: str, *arguments: str | Path) -> None:
        """Run a program of the image on this machine, through the image's own loader and libraries."""
        loader = self.root / "usr/lib64/ld-linux-x86-64.so.2"
        libraries = self.root / "usr/lib/x86_64-linux-gnu"
        command: list[str | Path] = [loader, "--library-path", libraries, "--argv0", called, self.root / program]
        environment = {**_FIXED_ENVIRONMENT, "PYTHONHOME": str(self.root / "usr"), "PYTHONHASHSEED": "0"}
        outcome = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, env=environment)
        if outcome.returncode != 0:
            said = (outcome.stderr or outcome.stdout).strip()[-300:]
            raise CourseError(f"{called} of the image {self.chosen.name!r} failed: {said}")

    def compile_python(self) -> None:
        """Compile the standard library: an emulated CPU would take seconds over what is imported first.

        What the compiler itself imports it must not compile on the way (-B): that would store the path of this build.
        """
        version = next((self.root / "usr/bin").glob("python3.[0-9]*")).name
        options = ("-B", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
        seen_as = ("-s", self.root, "-p", "/")
        self.guest_tool(f"usr/bin/{version}", version, *options, *seen_as, self.root / "usr/lib" / version)

    def drop_what_parent_has(self) -> None:
        """Leave only what the layer below does not have, or has otherwise."""
        assert self.parent is not None  # noqa: S101 - for the type checker: the caller has looked
        below = self.staging / "below"
        for layer in self.parent.layers:
            _run(["unsquashfs", "-no-progress", "-no-xattrs", "-force", "-dest", below, layer])
        for folder, names, files in os.walk(self.root, topdown=False):
            here = Path(folder)
            there = below / here.relative_to(self.root)
            for name in [*files, *names]:
                if _same(here / name, there / name):
                    (here / name).rmdir() if _is_folder(here / name) else (here / name).unlink()
        _remove_tree(below)

    def squash(self) -> None:
        plain = ("-noappend", "-all-root", "-no-xattrs", "-quiet", "-no-progress")
        fixed = ("-all-time", FIXED_TIME, "-mkfs-time", FIXED_TIME)
        packed = ("-comp", "zstd", "-Xcompression-level", COMPRESSION_LEVEL)
        _run(["mksquashfs", self.root, self.out / "layer.squashfs", *plain, *fixed, *packed])

    def write_manifest(self, package_list: list[dict[str, str]]) -> None:
        files = {path.name: folders.sha256(path) for path in sorted(self.out.iterdir())}
        described = {
            "format": FORMAT,
            "name": self.chosen.name,
            "suite": SUITE,
            "parent": self.parent.digest if self.parent else None,
            "files": files,
            "packages": package_list,
        }
        digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        text = json.dumps({**described, "digest": digest}, indent=1, sort_keys=True) + "\n"
        (self.out / "manifest.json").write_text(text, "utf-8")


_FIXED_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": str(FIXED_TIME),
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
}


def _initramfs(root: Path, release: str) -> bytes:
    """Return the archive that mounts the layers: busybox, three modules, and the folders to mount on."""
    modules = root / "usr/lib/modules" / release
    found = {path.stem: path for path in modules.rglob("*.ko")}
    names = ("bin", "dev", "layers", "modules", "proc", "root", "sys", "writable")
    return cpio.archive(
        [
            *(cpio.folder(name) for name in names),
            cpio.Entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1)),
            cpio.program("bin/busybox", (root / "usr/bin/busybox").read_bytes()),
            *(cpio.program(f"modules/{name}.ko", found[name].read_bytes()) for name in content.ROOT_MODULES),
        ]
    )


def _keep_modules(folder: Path) -> None:
    """Delete the kernel modules that no lesson loads, and store the others uncompressed: squashfs packs them better."""
    for packed in sorted(folder.rglob("*.ko.xz")):
        packed.with_suffix("").write_bytes(lzma.decompress(packed.read_bytes()))
        packed.unlink()
    modules = {path.stem.replace("-", "_"): path for path in folder.rglob("*.ko")}
    names = {path: str(path.relative_to(folder)) for path in modules.values()}
    wanted = [
        path
        for path, name in names.items()
        if name.startswith(content.MODULES) and not name.startswith(content.MODULES_LEFT_OUT)
    ]
    kept: set[Path] = set()
    while wanted:
        path = wanted.pop()
        if path not in kept:
            kept.add(path)
            wanted += [modules[name] for name in _needs(path) if name in modules]
    for path in set(modules.values()) - kept:
        path.unlink()
    for path in [*folder.glob("build"), *folder.glob("source")]:
        path.unlink()


def _needs(module: Path) -> list[str]:
    """Return the names of the modules that a kernel module says it depends on, in its .modinfo section."""
    match = re.search(rb"\0depends=([^\0]*)\0", module.read_bytes())
    names = match.group(1).decode().split(",") if match else []
    return [name.replace("-", "_") for name in names if name]


def _package(file: str, digest: str) -> dict[str, str]:
    name, version, _architecture = file.removesuffix(".deb").split("_")
    return {"name": name, "version": version.replace("%3a", ":"), "file": file, "sha256": digest}


def _rescue_packages(root: Path, packages: Path) -> None:
    """Keep what an interrupted build had downloaded: apt had checked each against the signed list."""
    archives = root / "var/cache/apt/archives"
    if not archives.is_dir():
        return
    with contextlib.suppress(OSError):
        packages.mkdir(parents=True, exist_ok=True)
        for file in archives.glob("*.deb"):
            if not (packages / file.name).exists():
                file.rename(packages / file.name)
        _remember_digests(packages)


def _remember_digests(packages: Path) -> None:
    known = _known_digests(packages)
    digests = {file.name: known.get(file.name) or folders.sha256(file) for file in sorted(packages.glob("*.deb"))}
    (packages / "digests.json").write_text(json.dumps(digests, indent=1), "utf-8")


def _known_digests(packages: Path) -> dict[str, str]:
    try:
        known = json.loads((packages / "digests.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _discard_damaged(packages: Path) -> None:
    """Delete cached packages that changed since apt checked them: apt looks only at the size of those."""
    known = _known_digests(packages)
    for file in packages.glob("*.deb"):
        if known.get(file.name) != folders.sha256(file):
            file.unlink()


def _explain(log: str, mirror: str | None) -> str:
    """Return one sentence on why mmdebstrap failed, from its log."""
    errors = [line.removeprefix("E: ") for line in log.splitlines() if line.startswith(("E: ", "Err:", "W: "))]
    detail = " ".join(dict.fromkeys(errors))[:300] or log.strip()[-300:]
    if "No space left" in log:
        return (
            f"The disk was full while packages were unpacked. Free some space and try again. mmdebstrap said: {detail}"
        )
    where = f" from {mirror}" if mirror else ""
    return (
        f"The packages could not be had{where}. Check the network, or name a mirror of the distribution with "
        f"--mirror URL; what was downloaded is kept. mmdebstrap said: {detail}"
    )


def _same(first: Path, second: Path) -> bool:
    """Return whether two paths are the same in type, mode and content; a folder must be empty to count."""
    try:
        one, two = first.lstat(), second.lstat()
    except OSError:
        return False
    if one.st_mode != two.st_mode:
        return False
    if stat.S_ISLNK(one.st_mode):
        return first.readlink() == second.readlink()
    if stat.S_ISDIR(one.st_mode):
        return not any(first.iterdir())
    return filecmp.cmp(first, second, shallow=False)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _quote(path: Path) -> str:
    return shlex.quote(str(path))


def _run(command: Iterable[object]) -> None:
    arguments = [str(part) for part in command]
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    outcome = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    if outcome.returncode != 0:
        raise CourseError(f"{arguments[0]} failed: {(outcome.stderr or outcome.stdout).strip()[-300:]}")


def _remove_tree(path: Path) -> None:
    """Delete a file or a tree; folders that its packages made read-only are opened first."""
    if path.is_symlink() or path.is_file():
        path.unlink()
        return
    if not path.exists():
        return
    for folder in [path, *(item for item in path.rglob("*") if _is_folder(item))]:
        folder.chmod(0o755)
    shutil.rmtree(path)
