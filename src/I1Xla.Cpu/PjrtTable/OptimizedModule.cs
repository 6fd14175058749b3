namespace I1Xla.Cpu.PjrtTable;

/// <summary>A program that the compiler turned into an executable for one device.</summary>
internal sealed unsafe class OptimizedModule(CpuExecutable executable) : CompiledModule
{
    public override long TemporaryBytes => executable.TemporaryBytes;

    public override int DonorOf(int result, int device) => executable.ResultAliases[result];

    public override void Run(nint[][] arguments, nint[][] results, HostTransfers? hostTransfers)
    {
        for (int d = 0; d < arguments.Length; d++)
        {
            fixed (nint* parameters = arguments[d])
            fixed (nint* into = results[d])
            {
                nint none = 0;
                executable.Run((byte**)(parameters is null ? &none : parameters), (byte**)(into is null ? &none : into), hostTransfers: hostTransfers, device: d);
            }
        }
    }
}
