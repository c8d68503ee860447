"""What a hypervisor is told of a machine: OVF, with digests and disk in one tar file an OVA, and VMX (lesson 06)."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

MEMORY: Final = 1024
OVF: Final = "http://schemas.dmtf.org/ovf/envelope/1"
RASD: Final = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
VSSD: Final = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
VMW: Final = "http://www.vmware.com/schema/ovf"
STREAM_OPTIMIZED: Final = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"
# Kinds of hardware by the numbers of CIM_ResourceAllocationSettingData.
PROCESSOR, RAM, DISK, SATA = 3, 4, 17, 20
LINUX_64: Final = 101


def ovf(name: str, disk: str, disk_bytes: int, capacity: int) -> bytes:
    """Return the OVF descriptor of the machine: `disk` is its file's name, `capacity` the bytes that the guest sees."""
    for prefix, address in (("ovf", OVF), ("rasd", RASD), ("vssd", VSSD), ("vmw", VMW)):
        ET.register_namespace(prefix, address)
    envelope = ET.Element(_tag(OVF, "Envelope"))
    references = _child(envelope, OVF, "References")
    _child(references, OVF, "File", id="file1", href=disk, size=str(disk_bytes))
    disks = _section(envelope, "DiskSection", "The disk of the machine")
    _child(disks, OVF, "Disk", diskId="disk1", fileRef="file1", capacity=str(capacity), format=STREAM_OPTIMIZED)
    system = _child(envelope, OVF, "VirtualSystem", id=name)
    _child(system, OVF, "Info", "A machine of the virtualization course")
    _child(system, OVF, "Name", name)
    guest = _section(system, "OperatingSystemSection", "The guest's operating system", id=str(LINUX_64))
    _child(guest, OVF, "Description", "Debian GNU/Linux, 64 bit")
    _hardware(_section(system, "VirtualHardwareSection", "One processor, memory, a SATA controller and a disk"), name)
    ET.indent(envelope, " ")
    text: str = ET.tostring(envelope, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def write_ova(target: Path, name: str, disk: Path, capacity: int) -> None:
    """Write an OVA: a tar file with the descriptor first, then the digests, then the disk."""
    descriptor = ovf(name, disk.name, disk.stat().st_size, capacity)
    with disk.open("rb") as file:
        disk_digest = hashlib.file_digest(file, "sha256").hexdigest()
    digests = (
        f"SHA256({name}.ovf)= {hashlib.sha256(descriptor).hexdigest()}\nSHA256({disk.name})= {disk_digest}\n"
    ).encode()
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for member, content in ((f"{name}.ovf", descriptor), (f"{name}.mf", digests)):
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        entry = tarfile.TarInfo(disk.name)
        entry.size = disk.stat().st_size
        with disk.open("rb") as file:
            archive.addfile(entry, file)


def vmx(name: str, disk: str) -> str:
    """Return the description of the machine for VMware: EFI, VMware's own disk controller and network card."""
    settings = {
        ".encoding": "UTF-8",
        "config.version": "8",
        "virtualHW.version": "14",
        "displayName": name,
        "guestOS": "debian10-64",
        "firmware": "efi",
        "memsize": str(MEMORY),
        "numvcpus": "1",
        "pciBridge0.present": "TRUE",
        "pciBridge4.present": "TRUE",
        "pciBridge4.virtualDev": "pcieRootPort",
        "pciBridge4.functions": "8",
        "scsi0.present": "TRUE",
        "scsi0.virtualDev": "pvscsi",
        "scsi0:0.present": "TRUE",
        "scsi0:0.fileName": disk,
        "ethernet0.present": "TRUE",
        "ethernet0.virtualDev": "vmxnet3",
        "ethernet0.connectionType": "hostonly",
        "ethernet0.addressType": "generated",
    }
    return "".join(f'{key} = "{value}"\n' for key, value in settings.items())


def _hardware(section: ET.Element, name: str) -> None:
    system = _child(section, OVF, "System")
    for element, text in (
        ("ElementName", "Virtual Hardware Family"),
        ("InstanceID", "0"),
        ("VirtualSystemIdentifier", name),
        ("VirtualSystemType", "vmx-14"),
    ):
        _child(system, VSSD, element, text)
    # The names of each item stand in the order of the alphabet, as the schema has them.
    for item in (
        {"ElementName": "1 processor", "InstanceID": 1, "ResourceType": PROCESSOR, "VirtualQuantity": 1},
        {
            "AllocationUnits": "byte * 2^20",
            "ElementName": f"{MEMORY} MiB of memory",
            "InstanceID": 2,
            "ResourceType": RAM,
            "VirtualQuantity": MEMORY,
        },
        {"Address": 0, "ElementName": "SATA", "InstanceID": 3, "ResourceSubType": "AHCI", "ResourceType": SATA},
        {
            "AddressOnParent": 0,
            "ElementName": "disk",
            "HostResource": "ovf:/disk/disk1",
            "InstanceID": 4,
            "Parent": 3,
            "ResourceType": DISK,
        },
    ):
        hardware = _child(section, OVF, "Item")
        for key, value in item.items():
            _child(hardware, RASD, key, str(value))
    # OVF 1 has no word for firmware; VMware reads this one.
    config = ET.SubElement(section, _tag(VMW, "Config"), {_tag(OVF, "required"): "false"})
    config.set(_tag(VMW, "key"), "firmware")
    config.set(_tag(VMW, "value"), "efi")


def _section(parent: ET.Element, tag: str, info: str, **attributes: str) -> ET.Element:
    section = _child(parent, OVF, tag, **attributes)
    _child(section, OVF, "Info", info)
    return section


def _child(parent: ET.Element, space: str, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(space, tag), {_tag(OVF, key): value for key, value in attributes.items()})
    element.text = text
    return element


def _tag(space: str, name: str) -> str:
    return f"{{{space}}}{name}"
