"""What the DMTF's schemas allow in the elements of OVF that the course writes, and a check of a descriptor by it.

The facts are those of DSP8023 1.1.1 and of the two CIM schemas that it imports; elements that we do not write are left
out, and so are attributes, so both count as errors here. The published files are not part of the course. Its descriptor
and two hundred damaged copies were once put before both: whatever the schemas refuse is refused here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from course.live.takehome_descriptions import OVF, RASD, VMW, VSSD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET


class Rule(NamedTuple):
    """The children of an element, as a pattern over their names, and its attributes: those it needs, those it may."""

    children: str = ""
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _rule(children: str = "", needs: str = "", may: str = "") -> Rule:
    return Rule(children, frozenset(needs.split()), frozenset(may.split()))


PREFIXES = {OVF: "ovf", RASD: "rasd", VSSD: "vssd", VMW: "vmw"}
_SETTINGS = "(rasd:Address )?(rasd:AddressOnParent )?(rasd:AllocationUnits )?rasd:ElementName (rasd:HostResource )*"
_SETTINGS += "rasd:InstanceID (rasd:Parent )?(rasd:ResourceSubType )?(rasd:ResourceType )?(rasd:VirtualQuantity )?"
RULES = {
    "ovf:Envelope": _rule("ovf:References (ovf:DiskSection )*ovf:VirtualSystem "),
    "ovf:References": _rule("(ovf:File )*"),
    "ovf:File": _rule(needs="ovf:id ovf:href", may="ovf:size"),
    "ovf:DiskSection": _rule("ovf:Info (ovf:Disk )*", may="ovf:required"),
    "ovf:Disk": _rule(needs="ovf:diskId ovf:capacity", may="ovf:fileRef ovf:format ovf:capacityAllocationUnits"),
    "ovf:VirtualSystem": _rule(
        "ovf:Info (ovf:Name )?(ovf:OperatingSystemSection |ovf:VirtualHardwareSection )*", needs="ovf:id"
    ),
    "ovf:OperatingSystemSection": _rule("ovf:Info (ovf:Description )?", needs="ovf:id", may="ovf:required"),
    "ovf:VirtualHardwareSection": _rule("ovf:Info (ovf:System )?(ovf:Item )*(vmw:Config )*", may="ovf:required"),
    "ovf:System": _rule("vssd:ElementName vssd:InstanceID (vssd:VirtualSystemIdentifier )?(vssd:VirtualSystemType )?"),
    "ovf:Item": _rule(_SETTINGS, may="ovf:required"),
    # What another vendor adds is taken as it is.
    "vmw:Config": _rule(may="ovf:required vmw:key vmw:value"),
}
_WHOLE = {"rasd:ResourceType", "rasd:VirtualQuantity"}


def faults(descriptor: ET.Element) -> list[str]:
    """Return what the schemas refuse in a descriptor; nothing if it is valid."""
    return [fault for element in descriptor.iter() for fault in _faults(element)]


def _faults(element: ET.Element) -> Iterator[str]:
    name = _name(element.tag)
    rule = RULES.get(name)
    if rule is None:
        yield from _faults_of_words(name, element)
        return
    if (element.text or "").strip():
        yield f"{name} holds text"
    children = "".join(f"{_name(child.tag)} " for child in element)
    if not re.fullmatch(rule.children, children):
        yield f"{name} holds {children}"
    given = {_name(attribute) for attribute in element.attrib}
    for attribute in rule.needs - given:
        yield f"{name} lacks {attribute}"
    for attribute in given - rule.needs - rule.may:
        yield f"{name} has {attribute}"


def _faults_of_words(name: str, element: ET.Element) -> Iterator[str]:
    if name.split(":", maxsplit=1)[0] not in {"rasd", "vssd"} and name not in {
        "ovf:Info",
        "ovf:Name",
        "ovf:Description",
    }:
        yield f"{name} is unknown"
    if len(element):
        yield f"{name} holds elements"
    if name in _WHOLE and not (element.text or "").isdigit():
        yield f"{name} is no number: {element.text}"


def _name(tag: str) -> str:
    space, _brace, name = tag.removeprefix("{").partition("}")
    return f"{PREFIXES.get(space, '?')}:{name}" if name else f"?:{space}"
