"""A program at the other end of a network cable: a tap interface, as QEMU opens one for each guest (lesson 03).

Run as root. The kernel of this machine sends a packet into `tap0`; this program, in QEMU's place, reads the frame.
"""

import fcntl
import os
import socket
import struct
import subprocess

TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
HOST, GUEST = "192.0.2.1", "192.0.2.2"


def open_tap(name):
    """Return the program's end of a new interface: what the kernel sends into it can be read here."""
    subprocess.run(["modprobe", "tun"], check=True)
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return end


def next_arp(end):
    """Return the next frame that asks for somebody's hardware address; others are of no interest here."""
    while True:
        frame = os.read(end, 2048)
        if frame[12:14] == b"\x08\x06":
            return frame


end = open_tap("tap0")
subprocess.run(["ip", "address", "add", f"{HOST}/24", "dev", "tap0"], check=True)
subprocess.run(["ip", "link", "set", "tap0", "up"], check=True)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(f"a process sends a datagram to {GUEST}")
sender.sendto(b"hello", (GUEST, 9))

frame = next_arp(end)
print(f"this program reads a frame of {len(frame)} bytes from file descriptor {end}")
print(f"  to       {frame[0:6].hex(':')}, that is everybody")
print(f"  from     {frame[6:12].hex(':')}, which is tap0")
print(f"  content  who has {socket.inet_ntoa(frame[38:42])}? tell {socket.inet_ntoa(frame[28:32])}")
