"""Demonstration 10: root in a user namespace is root over what that namespace owns (lesson 05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

USER = "setpriv --reuid 1000 --regid 1000 --clear-groups"


def run(stage: Stage) -> None:
    """Become root without being root, and try what root may."""
    stage.quietly("echo secret > /etc/shadow; chmod 600 /etc/shadow")
    stage.show("An ordinary user", f"{USER} id", "User 1000, no further groups.")
    stage.show(
        "The same user, in a user namespace of its own",
        f"{USER} unshare -Ur sh -c 'id; grep CapEff /proc/self/status; cat /proc/self/uid_map'",
        "User 0 with every capability; the map says that this 0 is the 1000 outside.",
        level="L2",
    )
    for title, command in (
        ("Reading a file of the real root", "cat /etc/shadow"),
        ("Making a device node", "mknod /tmp/disk b 254 0"),
        ("Changing the machine's name", "hostname other"),
    ):
        stage.show(
            title,
            f"{USER} unshare -Ur {command}",
            "Refused: the object belongs to a namespace in which this process is user 1000.",
            level="L2",
            expect=None,
        )
    stage.show(
        "Changing a name of its own",
        f"{USER} unshare -Ur --uts sh -c 'hostname other; hostname'",
        "Allowed: this UTS namespace belongs to its own user namespace.",
        level="L2",
    )


EXHIBIT = Exhibit(
    name="relative_root",
    title="Root is relative",
    shows="An ordinary user who becomes root in a user namespace, and what that root may and may not do.",
    question="Root in a user namespace reads /etc/shadow of the machine. Does it get it?",
    reading="No. A capability counts in the user namespace that owns the object, and /etc/shadow belongs to the first one.",
    run=run,
)
