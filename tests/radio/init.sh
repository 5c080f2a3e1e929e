#!/bin/busybox sh
# The first process of the guest: its root is the prepared system, read-only beneath what this run writes into memory.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$$module" || echo "no module $$module"; done
mkdir -p /lower /upper /root
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose system /lower
mount -t tmpfs -o size=1g tmpfs /upper
mkdir /upper/changed /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/changed,workdir=/upper/work overlay /root
mkdir -p /root/src
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose project /root/src
for kind in proc sysfs devtmpfs; do
    case $$kind in sysfs) at=sys ;; devtmpfs) at=dev ;; *) at=proc ;; esac
    mount -t $$kind $$kind /root/$$at
done
mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts devpts /root/dev/pts
for memory in dev/shm run tmp; do mount -t tmpfs tmpfs /root/$$memory; done
chmod 1777 /root/tmp
ip link set lo up
export PYTHONPATH=/opt/radio:/src PYTHONDONTWRITEBYTECODE=1 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8
chroot /root /usr/bin/python3 -u -m tests.radio.guest $arguments
poweroff -f
