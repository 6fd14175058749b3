#!/bin/bash
# Runs tests of I1Xla.Cpu.Tests on an emulated processor with AVX-512 and AMX. See README.md.
set -euo pipefail
usage="usage: BOCHS=<source tree of Bochs, built> KERNEL=<unpacked Debian kernel> [ISA=avx512bf16] $0 +PREFIX... [PATTERN...] [!PATTERN...]"
: "${BOCHS:?$usage}" "${KERNEL:?$usage}"
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../I1Xla.Cpu.Tests
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
dotnet build -c Release "$tests" -v q --nologo >&2
dotnet build -c Release "$here/Runner" -v q --nologo >&2

# The first file system: modules for the disk, and a switch to the second.
modules=$(echo "$KERNEL"/lib/modules/*/kernel)
names="crc64 crct10dif_common crct10dif_generic crc-t10dif crc64_rocksoft_generic crc64-rocksoft t10-pi crc32c_generic crc16 libcrc32c mbcache jbd2 ext4 scsi_common scsi_mod libata ata_piix sd_mod"
mkdir -p "$work"/{first/{bin,modules,proc,sys,dev,new},iso,root/{bin,proc,sys,dev,tmp,etc,lib64,usr/lib/x86_64-linux-gnu,usr/share/dotnet/shared}}
cp "$(command -v busybox)" "$work/first/bin/busybox"
for name in $names; do find "$modules" -name "$name.ko*" -exec cp {} "$work/first/modules/" \;; done
cat > "$work/first/init" <<END
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in $names; do insmod /modules/\$m.ko*; done
while [ ! -b /dev/sda ]; do sleep 1; done
mount -t ext4 -o noatime /dev/sda /new
for d in dev proc sys; do mount --move /\$d /new/\$d; done
exec switch_root /new /bin/busybox sh /start
END
chmod +x "$work/first/init"
(cd "$work/first" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/iso/initrd"
cp "$KERNEL"/boot/vmlinuz-* "$work/iso/vmlinuz"
cp "${ISOLINUX:-/usr/lib/ISOLINUX/isolinux.bin}" "${LDLINUX:-/usr/lib/syslinux/modules/bios/ldlinux.c32}" "$work/iso/"
# With nosmp, lpj, no_timer_check and clocksource among these the kernel stopped early.
cat > "$work/iso/isolinux.cfg" <<'END'
default linux
timeout 1
label linux
kernel /vmlinuz
append initrd=/initrd console=ttyS0,115200 mitigations=off audit=0 random.trust_cpu=on nokaslr apparmor=0 clearcpuid=pku,fsrm,erms tsc=reliable quiet
END
xorriso -as mkisofs -quiet -o "$work/boot.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$work/iso" 2> "$work/iso.log"

# The second: .NET and the tests.
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
root=$work/root
ln -s usr/lib "$root/lib"
cp "$work/first/bin/busybox" "$root/bin/"
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
for library in c m pthread dl rt stdc++ gcc_s; do cp -L /lib/x86_64-linux-gnu/lib$library.so.[0-9] "$root/usr/lib/x86_64-linux-gnu/"; done
cp -a "$dotnet/dotnet" "$dotnet/host" "$root/usr/share/dotnet/"
cp -a "$dotnet/shared/Microsoft.NETCore.App" "$root/usr/share/dotnet/shared/"
rm -f "$root"/usr/share/dotnet/shared/*/*/libcoreclrtraceprovider.so
cp -r "$tests/bin/Release/net10.0" "$root/tests"
cp "$here"/Runner/bin/Release/net10.0/Runner.{dll,runtimeconfig.json} "$root/tests/"
cat > "$root/start" <<END
/bin/busybox --install -s /bin
mount -t tmpfs tmpfs /tmp
export PATH=/bin HOME=/tmp DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0 I1XLA_CPU_ISA=${ISA:-}
cd /tests; /usr/share/dotnet/dotnet Runner.dll I1Xla.Cpu.Tests.dll$(printf " '%s'" "$@") < /dev/null
sync; poweroff -f
END
truncate -s 500M "$work/root.img"
mke2fs -q -F -t ext4 -O '^metadata_csum,^64bit' -d "$root" "$work/root.img"
rm -rf "$root" "$work/first" "$work/iso"

cat > "$work/bochsrc" <<END
display_library: nogui
cpu: model=sapphire_rapids, count=1, ips=100000000, ignore_bad_msrs=1
memory: guest=4096, host=4096
romimage: file=$BOCHS/bios/BIOS-bochs-latest
vgaromimage: file=$BOCHS/bios/VGABIOS-lgpl/VGABIOS-lgpl-latest.bin
ata0-master: type=disk, mode=flat, path="$work/root.img"
ata1: enabled=1
ata1-master: type=cdrom, path="$work/boot.iso", status=inserted
boot: cdrom
clock: sync=none, time0=utc
com1: enabled=1, mode=file, dev="$work/serial"
log: $work/log
panic: action=fatal
END
touch "$work/serial"
"$BOCHS/bochs" -q -f "$work/bochsrc" > "$work/out" 2>&1 < /dev/null & emulator=$!
tail -f --pid=$emulator "$work/serial" | tee "$work/seen"
grep -q '^TOTAL passed [1-9][0-9]* failed 0' "$work/seen" || { tail -5 "$work/out" "$work/log" >&2; exit 1; }
