"""The machine to take home: a disk that firmware finds its way into, and descriptions that say what is in it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from course.cli import main
from course.errors import CourseError
from course.live import takehome, takehome_descriptions, takehome_disk
from tests.live import ovf_schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from course.live.image import Image

SPACES = {"ovf": takehome_descriptions.OVF, "rasd": takehome_descriptions.RASD, "vmw": takehome_descriptions.VMW}
OVF = f"{{{takehome_descriptions.OVF}}}"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, base_image: Image) -> Path:
    assert base_image.layers
    return takehome.write_raw_disk(tmp_path_factory.mktemp("raw") / "disk.raw")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, base_image: Image) -> Path:
    assert base_image.layers
    folder = tmp_path_factory.mktemp("home")
    assert main(["export", "all", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def unpacked(exported: Path) -> Path:
    target = exported / "unpacked"
    with tarfile.open(exported / f"{takehome.NAME}.ova") as archive:
        archive.extractall(target, filter="data")
    return target


def descriptor(unpacked: Path) -> ET.Element:
    return ET.parse(unpacked / f"{takehome.NAME}.ovf").getroot()


def information(disk: Path) -> dict[str, object]:
    said = subprocess.run(["qemu-img", "info", "--output=json", str(disk)], capture_output=True, text=True, check=True)
    return dict(json.loads(said.stdout))


def test_the_partition_table_can_be_read_from_both_ends(raw: Path) -> None:
    efi, root = takehome_disk.read_table(raw)
    assert (efi.kind, root.kind) == (takehome_disk.EFI_SYSTEM, takehome_disk.LINUX_DATA)
    assert root.name == "course-root"
    assert efi.start + efi.size <= root.start
    assert root.start + root.size <= raw.stat().st_size - takehome_disk.TABLE_SECTORS * takehome_disk.SECTOR
    assert raw.read_bytes()[510:512] == b"\x55\xaa"


@pytest.mark.parametrize("place", [takehome_disk.SECTOR + 40, 2 * takehome_disk.SECTOR + 20, -40])
def test_a_damaged_table_is_noticed(raw: Path, tmp_path: Path, place: int) -> None:
    damaged = bytearray(raw.read_bytes())
    # Of the copy at the end, the header is the last sector.
    damaged[place if place > 0 else len(damaged) - takehome_disk.SECTOR - place] ^= 1
    target = tmp_path / "damaged.raw"
    target.write_bytes(damaged)
    with pytest.raises(CourseError, match="no partition table that is whole"):
        takehome_disk.read_table(target)


def test_firmware_finds_a_loader_a_kernel_and_what_to_do_with_it(raw: Path, base_image: Image) -> None:
    efi = takehome_disk.read_table(raw)[0]

    def read(name: str) -> bytes:
        return subprocess.run(
            ["mtype", "-i", f"{raw}@@{efi.start}", f"::{name}"], capture_output=True, check=True
        ).stdout

    assert read("EFI/BOOT/BOOTX64.EFI") == takehome.LOADER.read_bytes()
    assert read("vmlinuz") == base_image.kernel.read_bytes()
    entry = read("loader/entries/course.conf").decode()
    assert "linux /vmlinuz\ninitrd /initrd\n" in entry
    assert takehome.KERNEL_WORDS in entry


def test_the_root_partition_is_the_images_own_layer(raw: Path, base_image: Image) -> None:
    root = takehome_disk.read_table(raw)[1]
    layer = base_image.layers[0].read_bytes()
    assert raw.read_bytes()[root.start : root.start + len(layer)] == layer


def test_every_format_holds_the_same_disk(raw: Path, exported: Path, unpacked: Path) -> None:
    disks = (*exported.glob("*.vdi"), *exported.glob("*.vmdk"), *unpacked.glob("*.vmdk"))
    assert len(disks) == 3
    for disk in disks:
        subprocess.run(["qemu-img", "compare", "-f", "raw", str(raw), str(disk)], capture_output=True, check=True)


def test_an_appliance_begins_with_its_description(exported: Path, unpacked: Path) -> None:
    with tarfile.open(exported / f"{takehome.NAME}.ova") as archive:
        names = archive.getnames()
    assert [name.rpartition(".")[2] for name in names] == ["ovf", "mf", "vmdk"]
    details = information(unpacked / names[2])["format-specific"]
    assert isinstance(details, dict)
    assert details["data"]["create-type"] == "streamOptimized"


def test_the_digests_of_an_appliance_are_those_of_its_files(unpacked: Path) -> None:
    lines = (unpacked / f"{takehome.NAME}.mf").read_text().splitlines()
    assert len(lines) == 2
    for line in lines:
        name, _equals, digest = line.removeprefix("SHA256(").partition(")= ")
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == digest


def test_the_description_names_the_disk_that_is_there(unpacked: Path) -> None:
    envelope = descriptor(unpacked)
    file = envelope.find("ovf:References/ovf:File", SPACES)
    disk = envelope.find("ovf:DiskSection/ovf:Disk", SPACES)
    assert file is not None
    assert disk is not None
    stored = unpacked / file.attrib[f"{OVF}href"]
    assert file.attrib[f"{OVF}size"] == str(stored.stat().st_size)
    assert disk.attrib[f"{OVF}fileRef"] == file.attrib[f"{OVF}id"]
    assert disk.attrib[f"{OVF}capacity"] == str(information(stored)["virtual-size"])
    hosts = [element.text for element in envelope.iterfind(".//rasd:HostResource", SPACES)]
    assert hosts == [f"ovf:/disk/{disk.attrib[f'{OVF}diskId']}"]


def test_the_description_is_valid_by_the_standards_schemas(unpacked: Path) -> None:
    envelope = descriptor(unpacked)
    assert ovf_schema.faults(envelope) == []
    items = envelope.findall(".//ovf:Item", SPACES)
    numbers = {item.findtext("rasd:InstanceID", namespaces=SPACES) for item in items}
    assert len(numbers) == len(items)
    assert {item.findtext("rasd:Parent", namespaces=SPACES) for item in items} - {None} <= numbers


@pytest.mark.parametrize(
    ("path", "damage", "told"),
    [
        ("ovf:References/ovf:File", lambda file: file.attrib.pop(f"{OVF}href"), "ovf:File lacks ovf:href"),
        ("ovf:DiskSection", lambda section: section.remove(section[0]), "ovf:DiskSection holds ovf:Disk"),
        (".//ovf:Item", lambda item: item.append(item[0]), "ovf:Item holds"),
        (".//rasd:VirtualQuantity", lambda quantity: setattr(quantity, "text", "one"), "is no number: one"),
        (".//ovf:Name", lambda name: setattr(name, "tag", f"{OVF}Title"), "ovf:VirtualSystem holds"),
    ],
)
def test_a_damaged_description_is_refused(path: str, damage: Callable[[ET.Element], object], told: str) -> None:
    envelope = ET.fromstring(takehome_descriptions.ovf("course", "disk.vmdk", 1, 2))
    found = envelope.find(path, SPACES)
    assert found is not None
    damage(found)
    assert any(told in fault for fault in ovf_schema.faults(envelope))


def test_vmware_is_told_of_efi_in_both_descriptions(exported: Path, unpacked: Path) -> None:
    config = descriptor(unpacked).find(".//vmw:Config", SPACES)
    assert config is not None
    assert config.attrib[f"{{{SPACES['vmw']}}}value"] == "efi"
    settings = dict(line.split(" = ") for line in (exported / f"{takehome.NAME}.vmx").read_text().splitlines())
    assert settings["firmware"] == '"efi"'
    assert (exported / settings["scsi0:0.fileName"].strip('"')).is_file()


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="ova, vdi, vmx, all"):
        takehome.export("vhd", tmp_path)


@pytest.mark.parametrize(("missing", "package"), [("mformat", "mtools"), ("qemu-img", "qemu-utils")])
def test_a_missing_program_is_named_with_its_package(
    missing: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_image: Image
) -> None:
    assert base_image.layers
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else found(name))
    with pytest.raises(CourseError, match=f"{missing}.*apt install {package}"):
        takehome.export("vdi", tmp_path)


def test_a_missing_loader_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_image: Image
) -> None:
    assert base_image.layers
    monkeypatch.setattr(takehome, "LOADER", tmp_path / "systemd-bootx64.efi")
    with pytest.raises(CourseError, match="apt install systemd-boot-efi"):
        takehome.export("vdi", tmp_path)


if shutil.which("VBoxManage"):

    def test_virtualbox_would_import_the_appliance(exported: Path) -> None:
        appliance = exported / f"{takehome.NAME}.ova"
        said = subprocess.run(
            ["VBoxManage", "import", str(appliance), "--dry-run"], capture_output=True, text=True, check=True
        )
        assert takehome.NAME in said.stdout
