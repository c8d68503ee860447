"""Refuse every connection that leaves this machine, in each Python that has this folder on its path.

Test only. A block inside pytest would not reach the kernel that runs a lesson, so the kernel loads this by itself.
What was refused is also written to the file in COURSE_TEST_NETWORK_LOG: a lesson may have caught the error.
"""

import ipaddress
import os
import sys
from pathlib import Path

_LOCAL_NAMES = {"", "localhost"}


def _is_local(host):
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _host(event, arguments):
    """Return the host that an event is about; None for a local socket and for every other event."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        return address[0] if isinstance(address, tuple) else None
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        return arguments[0]
    return None


def _refuse(event, arguments):
    host = _host(event, arguments)
    if _is_local(host):
        return
    if log := os.environ.get("COURSE_TEST_NETWORK_LOG"):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")
    raise ConnectionRefusedError(f"A lesson must not use the network: {event} {host}")


sys.addaudithook(_refuse)
