using I1Xla.Cpu.Kernels;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

public sealed class SignalStackTests
{
    [Test]
    public void ThreadsGetALargerStackOnceAndStillTurnFaultsIntoExceptions()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("Linux only");
        for (int round = 0; round < 20; round++)
        {
            long before = 0, after = 0, again = 0;
            int caught = 0;
            var thread = new Thread(() =>
            {
                before = SignalStack.CurrentBytes();
                SignalStack.Ensure();
                after = SignalStack.CurrentBytes();
                SignalStack.Ensure();
                again = SignalStack.CurrentBytes();
                for (int i = 0; i < 20; i++)
                {
                    try
                    {
                        Length(null!);
                    }
                    catch (NullReferenceException)
                    {
                        caught++;
                    }
                    if (i == 10) GC.Collect();
                }
            });
            thread.Start();
            thread.Join();
            Assert.That(caught, Is.EqualTo(20));
            Assert.That(after, Is.EqualTo(again));
            if (before > 0) Assert.That(after, Is.GreaterThanOrEqualTo(64 << 10).And.GreaterThanOrEqualTo(before));
            else Assert.That(after, Is.Zero);
        }
        // Stacks of threads that have ended are unmapped, and nothing else is.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(() => Length(null!), Throws.InstanceOf<NullReferenceException>());
    }

    // Read through a null reference: a fault, which the runtime's handler takes on the alternate stack.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static int Length(int[] values) => values.Length;
}
