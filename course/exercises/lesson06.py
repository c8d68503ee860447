"""Exercises of lesson 06: check digests, predict layers, compute what sharing saves, write an image."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.checks import Exercise, Feedback, Trial, Wrong, right, wrong
from course.errors import CourseError
from course.simulate.sharing import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORT = 12


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _find_the_changed_blob(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    contents = {name: f"{name} of image {chance.randint(100, 999)}".encode() for name in ("config", "first", "second")}
    names = {key: _digest(content) for key, content in contents.items()}
    changed = chance.choice(("first", "second"))
    arrived = {**contents, changed: contents[changed].replace(b"image", b"imagE")}
    manifest = "\n\n".join(f"`{key}`: `{name[: 7 + _SHORT]}`..." for key, name in names.items())
    blobs = "\n\n".join(f"`{key}` = `{content!r}`" for key, content in arrived.items())
    other = "second" if changed == "first" else "first"
    return Exercise(
        id="06.1",
        objective="06.1",
        title="Which blob was changed?",
        prompt=(
            f"A manifest names a config and two layers by their digests:\n\n{manifest}\n\nThis is what arrived, as "
            "Python "
            f"bytes:\n\n{blobs}\n\nOne of the three is not what the manifest names. Compute, and give its name."
        ),
        starter="answer = ...  # 'config', 'first' or 'second'",
        expects="one of 'config', 'first', 'second'",
        check=lambda given: _check_changed(changed, given),
        hints=(
            "`hashlib.sha256(content).hexdigest()` gives what stands behind `sha256:`.",
            "Compare the first digits; it takes no more to see that two digests differ.",
        ),
        solution=f"answer = {changed!r}",
        explanation=(
            f"The digest of what arrived as `{changed}` is `{_digest(arrived[changed])[: 7 + _SHORT]}`, and the "
            "manifest "
            f"names `{names[changed][: 7 + _SHORT]}`. The other two fit. The manifest's own digest still fits too: it "
            "names "
            "what should have come."
        ),
        wrong=(
            Wrong("config", "fits its name"),
            Wrong(other, "fits its name"),
            Wrong("manifest", "was not changed"),
        ),
        variant=_find_the_changed_blob,
    )


def _check_changed(changed: str, given: Any) -> Feedback:
    if given == changed:
        return right("Its name no longer fits its content. An engine computes the same and refuses it.")
    if given == "manifest":
        return wrong("The manifest was not changed: it names what should have arrived. Compare that with what did.")
    if given not in {"config", "first", "second"}:
        raise CourseError("give one of the three names as text")
    return wrong(f"The digest of `{given}` fits its name. Compute all three before you decide.")


@dataclass(frozen=True)
class _Build:
    archive: int
    unpacked: int
    tool: int


def _predict_the_layers(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    build = _Build(chance.randint(10, 40), chance.randint(50, 90), chance.randint(100, 300))
    answer = [build.archive, build.unpacked + build.tool, 0]
    return Exercise(
        id="06.2",
        objective="06.2",
        title="What each step leaves behind",
        prompt=(
            "A build has three steps, and each becomes a layer. Step 1 copies in an archive of "
            f"{build.archive} MB. Step 2 installs a compiler of {build.tool} MB and unpacks the archive to "
            f"{build.unpacked} "
            "MB. Step 3 deletes the archive and the compiler. How large is each layer, in MB, without the few bytes "
            "of marks?"
        ),
        starter="answer = ...  # three sizes in MB",
        expects="a list of three numbers, the sizes of the layers in MB",
        check=lambda sizes: _check_layers(build, sizes),
        hints=(
            "A layer is what a step adds or changes. Can a step change what an earlier layer holds?",
            "Ask of step 3: what does it have to store so that two names are gone from the view?",
        ),
        solution=f"answer = {answer!r}",
        explanation=(
            "The third layer holds two whiteouts and no data. So the image carries "
            f"{sum(answer)} MB, of which {build.archive + build.tool} MB are there for nobody. In one step, or with "
            "an earlier "
            f"stage whose result alone is copied, it would carry {build.unpacked} MB."
        ),
        wrong=(
            Wrong([build.archive, build.unpacked + build.tool, -build.archive - build.tool], "cannot be negative"),
            Wrong([0, build.unpacked, 0], "edited"),
            Wrong([*answer[:2], build.archive + build.tool], "deletes is not copied"),
        ),
        variant=_predict_the_layers,
    )


def _check_layers(build: _Build, sizes: Any) -> Feedback:
    given = [float(size) for size in sizes]
    answer = [build.archive, build.unpacked + build.tool, 0]
    if len(given) != len(answer):
        raise CourseError("give three sizes, one for each step")
    if given == answer:
        return right("Deleting adds: the third layer holds marks, and the first two keep all that they had.")
    if any(size < 0 for size in given):
        return wrong(
            "A layer cannot be negative: it is a file of its own, and it takes nothing from an earlier one.", "X35"
        )
    if given[:2] == [0, build.unpacked]:
        return wrong(
            "This takes the layers for one file system that is edited. The earlier ones are not touched.", "X35"
        )
    if given[2]:
        return wrong("What a step deletes is not copied into its layer. A mark of a few bytes hides the name.")
    return wrong("Go through the steps: what is there after the step that was not there before it?")


def _save_by_sharing(seed: int) -> Exercise:
    chance = random.Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    base, runtime = chance.randint(25, 80), chance.randint(40, 150)
    images: dict[str, Mapping[str, int]] = {
        "shop": {"base": base, "runtime": runtime, "shop": chance.randint(5, 20)},
        "mail": {"base": base, "runtime": runtime, "mail": chance.randint(5, 20)},
        "proxy": {"base": base, "proxy": chance.randint(5, 20)},
    }
    result = stored(images)
    listing = "\n\n".join(
        f"`{name}`: {', '.join(f'{layer} {size} MB' for layer, size in layers.items())}"
        for name, layers in images.items()
    )
    own = sum(layers[name] for name, layers in images.items())
    return Exercise(
        id="06.3",
        objective="06.4",
        title="What sharing saves",
        prompt=(
            "Three images are on one machine. Layers of the same name have the same digest.\n\n"
            f"{listing}\n\nHow much do the layers take on the disk, and how much is saved by storing each once?"
        ),
        starter="answer = ...  # (on the disk, saved), in MB",
        expects="a pair of numbers: what the layers take and what is saved, in MB",
        check=lambda pair: _check_sharing(result.shared, result.saved, own, pair),
        hints=(
            "List the different layers first, without asking who uses them.",
            "What is saved is the difference to three images that each keep copies of their own.",
        ),
        solution=f"answer = ({result.shared}, {result.saved})",
        explanation=(
            f"Apart, the three would take {result.apart} MB. The base is stored once instead of three times and the "
            "runtime "
            f"once instead of twice: {2 * base} + {runtime} = {result.saved} MB saved, {result.shared} MB left."
        ),
        wrong=(
            Wrong((result.apart, 0), "its own copies"),
            Wrong((own, result.apart - own), "still stored once"),
            Wrong((result.saved, result.shared), "the other way round"),
        ),
        variant=_save_by_sharing,
    )


def _check_sharing(shared: int, saved: int, own: int, pair: Any) -> Feedback:
    taken, less = (float(part) for part in pair)
    if (taken, less) == (shared, saved):
        return right(
            "Each digest once. The same holds on the way from the registry: what is here is not fetched again."
        )
    if (taken, less) == (saved, shared):
        return wrong("Both numbers are there, the other way round: first what lies on the disk, then what is saved.")
    if taken == shared + saved:
        return wrong("This lets each image keep its own copies. Equal digests are equal contents, stored once.")
    if taken == own:
        return wrong("The shared layers are still stored once; they are not free. Count each different layer one time.")
    return wrong(
        "List the different digests and add their sizes; then the sum of all three images; then the difference."
    )


_PREFIX = "application/vnd.oci.image."
_SOLUTION = """import hashlib, io, json, tarfile

def blob(content, kind):
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    files["blobs/" + digest.replace(":", "/")] = content
    return {"mediaType": "application/vnd.oci.image." + kind, "digest": digest, "size": len(content)}

files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}
words = b"hello from a layer\\n"
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as tar:
    entry = tarfile.TarInfo("hello")
    entry.size = len(words)
    tar.addfile(entry, io.BytesIO(words))
layer = archive.getvalue()
config = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["cat", "/hello"]},
          "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}
manifest = {"schemaVersion": 2, "config": blob(json.dumps(config).encode(), "config.v1+json"),
            "layers": [blob(layer, "layer.v1.tar")]}
index = {"schemaVersion": 2, "manifests": [blob(json.dumps(manifest).encode(), "manifest.v1+json")]}
files["index.json"] = json.dumps(index).encode()
answer = files"""


def _solved() -> dict[str, bytes]:
    names: dict[str, Any] = {}
    exec(_SOLUTION, names)  # noqa: S102 - the worked solution above
    files: dict[str, bytes] = names["answer"]
    return files


def _with_broken_layer() -> dict[str, bytes]:
    files = _solved()
    layer = max(files, key=lambda path: len(files[path]))
    return {**files, layer: files[layer][:-1] + b"x"}


def _with_tag_for_a_digest() -> dict[str, bytes]:
    files = _solved()
    index = json.loads(files["index.json"])
    index["manifests"][0]["digest"] = "latest"
    return {**files, "index.json": json.dumps(index).encode()}


def _without_the_blob_of_the_config() -> dict[str, bytes]:
    files = _solved()
    return {path: content for path, content in files.items() if b"diff_ids" not in content}


def _write_an_image() -> Exercise:
    return Exercise(
        id="06.4",
        objective="06.5",
        title="An image by hand",
        prompt=(
            "Write a minimal OCI image layout as a dictionary from path to bytes: `oci-layout`, `index.json`, and "
            "under `blobs/sha256/` a manifest, a config and one layer, a tar archive with a file `hello` of yours. "
            "Every reference is a descriptor with `mediaType`, `digest` and `size`; the config needs `architecture`, "
            "`os`, a `Cmd` such as `cat`, `/hello` in its `config`, and `rootfs` with the `diff_ids`, the digests of "
            "the uncompressed layers.\n\nThen let it run: `.run(answer)` checks your image in a fresh machine, unpacks "
            "it over a base that brings the programs of busybox, and starts your command with crun."
        ),
        starter="answer = ...  # {'oci-layout': b'...', 'index.json': b'...', 'blobs/sha256/...': b'...'}",
        expects="a dictionary from path to bytes",
        check=_check_image,
        hints=(
            "Begin with the layer: its digest is the name of its file, and stands in config and manifest.",
            "Write a function that stores a content under its digest and returns the descriptor; call it three times.",
        ),
        solution=_SOLUTION,
        explanation=(
            "The order is forced: layer, config, manifest, index, since each names the one before by its digest. "
            "With `.run(answer)` the machine does what an engine does: it checks the names, unpacks, and starts."
        ),
        wrong=(
            Wrong(_with_broken_layer(), "does not fit its name"),
            Wrong(_with_tag_for_a_digest(), "a tag"),
            Wrong(_without_the_blob_of_the_config(), "no file"),
        ),
        trial=_start_the_image,
    )


def _check_image(files: Any) -> Feedback:
    if not isinstance(files, dict) or not all(isinstance(content, bytes) for content in files.values()):
        raise CourseError("give a dictionary from path to bytes")
    for path in ("oci-layout", "index.json"):
        if path not in files:
            return wrong(f"The file `{path}` is missing: a reader begins with it.")
    try:
        return _check_graph(files)
    except _Broken as broken:
        return wrong(str(broken))
    except json.JSONDecodeError as error:
        return wrong(f"A document is no JSON: {error}.")


class _Broken(Exception):  # noqa: N818 - says what is broken in the layout, caught above
    pass


def _check_graph(files: dict[str, bytes]) -> Feedback:
    index = json.loads(files["index.json"])
    manifest = json.loads(_blob(files, index["manifests"][0], "manifest.v1+json"))
    config = json.loads(_blob(files, manifest["config"], "config.v1+json"))
    layers = [_blob(files, layer, "layer.v1.tar") for layer in manifest["layers"]]
    for field in ("architecture", "os", "rootfs"):
        if field not in config:
            return wrong(
                f"The config has no `{field}`. It says for which machine the files are and what they are made of."
            )
    command = config.get("config", {}).get("Cmd")
    if not isinstance(command, list) or not command:
        return wrong("The config has no `Cmd` in its `config`: a list of words, the command that is to be started.")
    for layer in layers:
        if not _is_archive(layer):
            return wrong("A layer is a tar archive, and this one is none. `tarfile` writes one into an `io.BytesIO`.")
    if config["rootfs"].get("diff_ids") != [_digest(layer) for layer in layers]:
        return wrong(
            "The `diff_ids` of the config are the digests of the layers as uncompressed archives, in their order."
        )
    return right("Every name fits its content, from the index down to the layer. An engine would load this.")


def _is_archive(layer: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
            return bool(archive.getmembers())
    except tarfile.TarError:
        return False


_WRITE = (
    "import json, pathlib\n"
    "for name, content in json.load(open('/root/image.json')).items():\n"
    "    path = pathlib.Path('/rw/layout', name)\n"
    "    path.parent.mkdir(parents=True, exist_ok=True)\n"
    "    path.write_bytes(bytes.fromhex(content))\n"
)
_BASE = (
    "python3 /root/write.py && mkdir -p /rw/base/bin /rw/base/dev /rw/base/proc && cp /bin/busybox /rw/base/bin && "
    "for name in sh cat echo ls id uname; do ln -s busybox /rw/base/bin/$name; done"
)
_START = (
    "cd /rw && python3 /root/layout.py check layout && python3 /root/layout.py unpack layout bundle && "
    "cp -a base/. bundle/rootfs && crun run --bundle bundle mine"
)


def _start_the_image(files: Any) -> Trial:
    told = _check_image(files)
    if not told.passed:
        raise CourseError(f"This image would not be loaded. {told.message}")
    content = json.dumps({path: data.hex() for path, data in files.items()})
    return Trial({"image.json": content, "write.py": _WRITE}, ("layout",), _START, _BASE)


def _blob(files: dict[str, bytes], descriptor: dict[str, Any], kind: str) -> bytes:
    digest = str(descriptor["digest"])
    if not digest.startswith("sha256:"):
        raise _Broken(f"`{digest}` is no digest; a tag, or another name, can be moved. Write sha256: and the hash.")
    path = "blobs/" + digest.replace(":", "/")
    if path not in files:
        raise _Broken(f"There is no file `{path[:30]}...`, though a descriptor names it.")
    if _digest(files[path]) != digest:
        raise _Broken(f"The content of `{path[:30]}...` does not fit its name. Compute the name from the final bytes.")
    if descriptor.get("size") != len(files[path]):
        raise _Broken(f"The descriptor of `{path[:30]}...` gives another size than the file has.")
    if descriptor.get("mediaType") != _PREFIX + kind:
        raise _Broken(f"The descriptor of `{path[:30]}...` needs the media type `{_PREFIX + kind}`.")
    return files[path]


EXERCISES = (_find_the_changed_blob(0), _predict_the_layers(0), _save_by_sharing(0), _write_an_image())
