using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>What the table needs of a compiled program: shapes, memory, and a way to run it.</summary>
internal abstract class CompiledModule
{
    /// <summary>What one device is given.</summary>
    public required TensorType[] Parameters { get; init; }

    /// <summary>What one device produces.</summary>
    public required TensorType[] Results { get; init; }

    /// <summary>Bytes of temporary memory of one run.</summary>
    public virtual long TemporaryBytes => 0;

    /// <summary>Bytes of machine code.</summary>
    public virtual long CodeBytes => 0;

    /// <summary>The parameter whose memory on the same device a result may be given, -1 for none.</summary>
    public virtual int DonorOf(int result, int device) => -1;

    /// <summary>The device whose argument is read for a device, which has the same values.</summary>
    public virtual int ReadFrom(int parameter, int device) => device;

    /// <summary>The first device whose result is also that of a device: both are one array, which is written once.</summary>
    public virtual int FirstWith(int result, int device) => device;

    /// <summary>
    /// Runs on one device, or on all at once: first index the logical device (replica · partitions + partition), second the parameter or result.
    /// Arrays are dense and row-major; of results that are one array, each has its address. Returns when the results are written.
    /// </summary>
    public abstract void Run(nint[][] arguments, nint[][] results, HostTransfers? hostTransfers);
}
