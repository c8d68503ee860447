"""What is left out of a guest image, what stays, and what is added: plain tables, read by `image_build`."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Left out of every image: what no lesson opens. Patterns are relative to the root of the image.
TRIMMED = _words(
    """
    usr/share/doc usr/share/doc-base usr/share/man usr/share/info usr/share/locale usr/share/lintian usr/share/bug
    usr/share/bash-completion usr/share/zsh usr/share/fish usr/share/perl5 usr/share/icons usr/share/common-licenses
    usr/share/initramfs-tools usr/share/polkit-1 usr/share/pixmaps usr/share/gcc usr/share/applications
    usr/share/mime usr/share/fonts usr/share/consolefonts usr/share/consoletrans usr/share/keymaps usr/share/i18n
    usr/share/zoneinfo/right usr/share/zoneinfo/posix usr/share/gdb usr/share/debconf
    usr/libexec/podman/podman-testing usr/bin/containerd-shim usr/bin/containerd-shim-runc-v1
    usr/lib/systemd/systemd-networkd usr/share/perl usr/share/python3/runtime.d usr/include usr/games usr/src
    usr/local usr/lib/klibc usr/lib/uml/modules usr/lib/udev/hwdb.d usr/lib/udev/hwdb.bin usr/lib/locale/*
    usr/lib/x86_64-linux-gnu/gconv usr/lib/x86_64-linux-gnu/perl* usr/lib/x86_64-linux-gnu/*.a
    usr/lib/x86_64-linux-gnu/security usr/bin/perl* usr/bin/localedef usr/bin/busctl usr/lib/debug
    usr/lib/python3.*/test usr/lib/python3.*/idlelib usr/lib/python3.*/turtle* usr/lib/python3.*/ensurepip
    usr/lib/python3.*/pydoc_data usr/lib/python3.*/lib2to3 usr/lib/python3.*/tkinter usr/lib/python3.*/config-*
    usr/lib/python3.*/lib-dynload/_test* usr/lib/python3.*/lib-dynload/_codecs_[chjkt]*
    usr/lib/python3.*/lib-dynload/xx* usr/lib/python3.*/lib-dynload/_xx* etc/rc?.d etc/cron* etc/logrotate.d
    etc/init.d etc/initramfs-tools etc/kernel etc/apt etc/resolv.conf etc/hostname var/cache var/lib/apt
    var/lib/dpkg var/log/* boot tmp run
    """
)
# Left out of base, where nothing needs systemd; the engines set has it back for systemd-nspawn and machinectl.
TRIMMED_BASE = _words(
    """
    usr/lib/systemd usr/lib/x86_64-linux-gnu/systemd usr/lib/udev usr/bin/systemd* usr/bin/udevadm
    usr/bin/networkctl etc/systemd
    """
)

# Kernel modules that stay, by folder or name; whatever they depend on stays too.
MODULES = _words(
    """
    kernel/arch/x86/kvm kernel/arch/x86/crypto/aesni kernel/block kernel/crypto kernel/drivers/ata/ahci
    kernel/drivers/ata/ata_piix kernel/drivers/block/loop kernel/drivers/block/nbd kernel/drivers/block/virtio_blk
    kernel/drivers/block/zram kernel/drivers/block/xen kernel/drivers/cdrom kernel/drivers/char/hw_random
    kernel/drivers/char/nvram kernel/drivers/md/dm- kernel/drivers/misc/pvpanic kernel/drivers/net/bonding
    kernel/drivers/net/dummy kernel/drivers/net/ethernet/intel/e1000/ kernel/drivers/net/ifb
    kernel/drivers/net/ipvlan kernel/drivers/net/macv kernel/drivers/net/tap kernel/drivers/net/tun
    kernel/drivers/net/net_failover kernel/drivers/net/veth kernel/drivers/net/virtio_net kernel/drivers/net/vmxnet3
    kernel/drivers/net/vrf kernel/drivers/net/vxlan kernel/drivers/net/vsock kernel/drivers/net/wireguard
    kernel/drivers/net/xen kernel/drivers/scsi/scsi_mod kernel/drivers/scsi/sd_mod kernel/drivers/scsi/sr_mod
    kernel/drivers/scsi/virtio_scsi kernel/drivers/scsi/vmw_pvscsi kernel/drivers/vhost kernel/drivers/virtio
    kernel/drivers/xen kernel/fs/9p kernel/fs/binfmt_misc kernel/fs/fuse kernel/fs/isofs kernel/fs/overlayfs
    kernel/fs/squashfs kernel/fs/vfat kernel/fs/fat kernel/lib kernel/net/802 kernel/net/8021q kernel/net/9p
    kernel/net/bridge kernel/net/core kernel/net/ipv4 kernel/net/ipv6 kernel/net/llc kernel/net/netfilter
    kernel/net/sched kernel/net/unix kernel/net/vmw_vsock kernel/net/xfrm kernel/virt
    """
)
# Of those folders, what is large and shown by no lesson.
MODULES_LEFT_OUT = _words(
    """
    kernel/lib/test_ kernel/drivers/md/dm-vdo kernel/drivers/vhost/vhost_scsi kernel/net/9p/9pnet_rdma
    kernel/drivers/xen/xen-scsiback kernel/net/sched/cls_flow
    """
)
# The modules without which the root file system cannot be mounted go into the initramfs.
ROOT_MODULES = ("virtio_mmio", "virtio_blk", "squashfs", "overlay")

ACCOUNTS = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
learner:x:1000:1000:learner:/home/learner:/bin/bash
systemd-network:x:998:998::/:/usr/sbin/nologin
systemd-resolve:x:997:997::/:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUPS = """root:x:0:
daemon:x:1:
tty:x:5:
disk:x:6:
kmem:x:15:
utmp:x:43:
systemd-journal:x:996:
messagebus:x:101:
docker:x:999:
kvm:x:995:
learner:x:1000:
systemd-network:x:998:
systemd-resolve:x:997:
nogroup:x:65534:
"""
# The level is in the prompt: three machines deep, a name alone is not enough.
PROFILE = r"""export PATH=/usr/sbin:/usr/bin:/sbin:/bin
PS1='L1 \u \w \$ '
[ -t 0 ] && [ "$(stty size)" = "0 0" ] && stty cols 100 rows 30
:
"""
FILES = {
    "etc/passwd": ACCOUNTS,
    "etc/group": GROUPS,
    "etc/shadow": "root:*:20000::::::\nlearner:*:20000::::::\nnobody:*:20000::::::\n",
    "etc/subuid": "learner:100000:65536\n",
    "etc/subgid": "learner:100000:65536\n",
    "etc/hostname": "L1\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 L1\n",
    "etc/resolv.conf": "",
    "etc/machine-id": "",
    "etc/profile": PROFILE,
    "root/.bashrc": r"PS1='L1 \u \w \$ '" + "\n",
}
FOLDERS = _words(
    """
    proc sys dev run tmp mnt rw root home/learner var/tmp var/log var/cache var/lib/docker var/lib/containerd
    var/lib/containers etc/containers
    """
)
LINKS = {
    "bin": "usr/bin",
    "sbin": "usr/sbin",
    "lib": "usr/lib",
    "lib64": "usr/lib64",
    "var/run": "/run",
    "var/lock": "/run/lock",
    "usr/bin/sh": "dash",
    "usr/bin/awk": "mawk",
    "usr/bin/which": "which.debianutils",
    "etc/mtab": "/proc/self/mounts",
}
# What update-alternatives would have made: link, then the program if the image has it.
ALTERNATIVES = {
    f"usr/sbin/{family}tables{verb}": "/usr/sbin/xtables-nft-multi"
    for family in ("ip", "ip6")
    for verb in ("", "-save", "-restore")
}
# Programs that ordinary users of the guest run with root's rights; an unpacking user cannot keep that bit itself.
SET_USER_ID = _words(
    """
    usr/bin/su usr/bin/mount usr/bin/umount usr/bin/newuidmap usr/bin/newgidmap
    """
)
