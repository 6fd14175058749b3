namespace I1Xla.Pjrt;

/// <summary>Whether this machine has TPU chips.</summary>
internal static class TpuHardware
{
    /// <summary>True when the kernel shows TPU devices (<c>/dev/accel*</c>, or VFIO groups on newer hosts).</summary>
    public static bool IsPresent => OperatingSystem.IsLinux() &&
        (Directory.EnumerateFiles("/dev", "accel*").Any() || (Directory.Exists("/dev/vfio") && Directory.EnumerateFiles("/dev/vfio").Any(f => char.IsAsciiDigit(Path.GetFileName(f)[0]))));
}
