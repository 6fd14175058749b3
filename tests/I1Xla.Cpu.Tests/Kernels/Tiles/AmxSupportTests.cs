using System.Runtime.Intrinsics.X86;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

public sealed unsafe class AmxSupportTests
{
    private const int Leaf7 = (1 << 24) | (1 << 22);

    private sealed class Machine
    {
        public int Most = 0x1E, Features = Leaf7, TileBytes = (1024 << 16) | 8192, Rows = 16, MultiplierK = 16;
        public ulong Xcr0 = 0x600E7;
        public int? Error = 0;
        public string? Wrong;
        public int Requests, Checks;

        public AmxDecision Decide() => AmxSupport.Decide(Cpuid, () => Xcr0, Error is null ? null : () => { Requests++; return Error.Value; }, () => { Checks++; return Wrong; });

        private (int, int, int, int) Cpuid(int leaf, int subleaf) => (leaf, subleaf) switch
        {
            (0, _) => (Most, 0, 0, 0),
            (7, 0) => (1, 0, 0, Features),
            (0x1D, 0) => (1, 0, 0, 0),
            (0x1D, 1) => (TileBytes, (8 << 16) | 64, Rows, 0),
            (0x1E, 0) => (0, (64 << 8) | MultiplierK, 0, 0),
            _ => default,
        };
    }

    [Test]
    public void SapphireRapidsHasTiles() => Assert.That(new Machine().Decide(), Is.EqualTo(new AmxDecision(true, null)));

    [Test]
    public void AMachineWithoutThemIsNotAsked()
    {
        foreach (var machine in new[] { new Machine { Features = 1 << 24 }, new Machine { Features = 1 << 22 }, new Machine { Features = 0 }, new Machine { Most = 6 } })
        {
            Assert.That(machine.Decide(), Is.EqualTo(default(AmxDecision)));
            Assert.That(machine.Requests + machine.Checks, Is.Zero);
        }
    }

    [Test]
    public void EveryObstacleIsNamed()
    {
        foreach ((Machine machine, string part, int requests) in new[]
        {
            (new Machine { Xcr0 = 0xE7 }, "XCR0", 0),
            (new Machine { Xcr0 = 0x200E7 }, "XCR0", 0),
            (new Machine { Most = 0x1C }, "palette", 0),
            (new Machine { Rows = 8 }, "another size", 0),
            (new Machine { TileBytes = (512 << 16) | 8192 }, "another size", 0),
            (new Machine { MultiplierK = 8 }, "another size", 0),
            (new Machine { Error = null }, "Linux only", 0),
            (new Machine { Error = 95 }, "errno 95", 1),
            (new Machine { Error = 28 }, "signal stack", 1),
            (new Machine { Wrong = "differs" }, "differs", 1),
        })
        {
            AmxDecision decision = machine.Decide();
            Assert.That(decision.IsUsable, Is.False);
            Assert.That(decision.Obstacle, Does.Contain(part));
            Assert.That(machine.Requests, Is.EqualTo(requests));
            Assert.That(machine.Checks, Is.EqualTo(machine.Wrong is null ? 0 : 1));
        }
    }

    [Test]
    public void TheSystemAnswersForThisMachine()
    {
        // AVX state is saved wherever the kernels run; a processor without tiles is refused them with an errno.
        if (!Avx.IsSupported || !OperatingSystem.IsLinux()) Assert.Ignore("x86-64 Linux only");
        ulong states = AmxSupport.ReadXcr0();
        Assert.That(states & 7, Is.EqualTo(7));
        bool hasTiles = (X86Base.CpuId(7, 0).Edx & (1 << 24)) != 0;
        if (!hasTiles) Assert.That(AmxSupport.RequestTileData(), Is.GreaterThan(0));
        Assert.That(CpuIsa.WithoutTiles is null || hasTiles);
    }

    [Test]
    public void WhatKeepsThemOffIsSaidOnceOfProgramsWithProductsOfBf16()
    {
        var report = new CompilationReport(null, "the system does not");
        Assert.That(report.Lines, Is.Empty);
        report.ProductOfBf16();
        report.ProductOfBf16();
        Assert.That(report.Lines, Is.EqualTo(new[] { "products of bf16 run without the tiles of AMX: the system does not" }));
        var without = new CompilationReport(null, null);
        without.ProductOfBf16();
        Assert.That(without.Lines, Is.Empty);
    }

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void TheCheckBeforeUsePassesOnInterpretedTiles(IsaLevel _)
    {
        using var tiles = new InterpretedTiles();
        Assert.That(TileCheck.Run(), Is.Null);
        Assert.That(tiles.Calls, Is.GreaterThan(10));
    }

    [TestCaseSource(typeof(InterpretedTiles), nameof(InterpretedTiles.Levels))]
    public void TheCheckBeforeUseNoticesAWrongElement(IsaLevel _)
    {
        using var tiles = new InterpretedTiles();
        TileKernelCall right = TileKernels.Substitute!;
        // The last column of every strip that is not a whole tile wide comes out one too large.
        TileKernels.Substitute = (code, args) =>
        {
            float* c = (float*)args->C;
            right(code, args);
            if (args->BStride == 64) c[0] += 1;
        };
        Assert.That(TileCheck.Run(), Does.Contain("differs from that of AVX-512"));
    }
}
