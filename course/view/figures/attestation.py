"""How a tenant finds out that a confidential machine is what it should be, before it is told a secret (lesson 09)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Attestation: first proof, then the secret",
    width=860,
    height=360,
    regions=(Region("host", 14, 14, 560, 330, "the provider's computer"),),
    boxes=(
        Box("guest", 34, 50, 240, 74, "confidential machine", "its memory is encrypted", "guest_kernel"),
        Box("hypervisor", 314, 50, 240, 74, "hypervisor and host", "not trusted: starts, stops, carries", "hypervisor"),
        Box("processor", 34, 240, 520, 84, "processor", "keeps the keys, measures, signs", "hardware"),
        Box("tenant", 640, 50, 196, 74, "tenant's key service", "elsewhere, trusted by the tenant", "application"),
        Box("maker", 640, 240, 196, 84, "processor's maker", "vouches for the signing key", "hardware"),
    ),
    arrows=(
        Arrow("load", "hypervisor", "processor", "load it"),
        Arrow("ask", "guest", "processor", "report, please", bend=-60),
        Arrow("report", "processor", "guest", "signed report", bend=60),
        Arrow("send", "hypervisor", "tenant", "report"),
        Arrow("vouch", "maker", "tenant", "certificate"),
        Arrow("out", "guest", "hypervisor"),
    ),
    steps=(
        Step(
            "Load and measure",
            "The host loads the machine. The processor computes a hash of what was loaded: the measurement.",
            ("load", "processor"),
            {"processor": "measurement: a hash of what was loaded"},
        ),
        Step(
            "Close it",
            "From here on, the machine's memory is encrypted with a key that only the processor has. The host sees noise.",
            ("guest", "processor"),
        ),
        Step(
            "Ask for a report",
            "The machine asks the processor for a report: the measurement, and a number that the tenant chose, signed.",
            ("ask", "report"),
            {"guest": "has a signed report"},
        ),
        Step(
            "Check it elsewhere",
            "The host carries the report and cannot change it. The tenant compares the measurement, and the signature with the maker's certificate.",
            ("out", "send", "vouch", "tenant"),
        ),
        Step(
            "Then the secret",
            "Only now the tenant's service sends the key of the disk, encrypted for this machine. Before, there was nothing to steal.",
            ("tenant", "guest"),
            {"guest": "opens its disk", "tenant": "sent the key"},
        ),
        Step(
            "What stays open",
            "The host can refuse to run it, watch when and how much it works, and feed it bad input. A flaw inside stays a flaw.",
            ("hypervisor", "guest"),
        ),
    ),
)
