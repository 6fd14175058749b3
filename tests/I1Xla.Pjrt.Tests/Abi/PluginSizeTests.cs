using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Pjrt.Tests.Abi;

/// <summary>
/// Real plugins refuse args structs that are too small and say what they expect: never more than what the table gives for their
/// version, and mostly exactly that.
/// </summary>
public unsafe partial class PluginSizeTests
{
    [Test]
    public void TheXlaCpuPluginExpectsWhatTheTableSays() => Check(Plugins.Cpu, atLeast: 105);

    [Test]
    public void LibtpuExpectsWhatTheTableSays() => Check(Plugins.Tpu, atLeast: 120);

    private static void Check(PjrtPlugin plugin, int atLeast)
    {
        int exact = 0;
        Assert.Multiple(() =>
        {
            for (int i = 0; i < PjrtFunctions.Count; i++)
            {
                var function = (PjrtFunction)i;
                // These look at their arguments before the size, or return no error.
                if (!plugin.Api.Has(function) || !PjrtFunctions.ReturnsError(function) || function is PjrtFunction.Client_CreateViewOfDeviceBuffer or PjrtFunction.ExecuteContext_Create or PjrtFunction.LoadedExecutable_Fingerprint or PjrtFunction.Plugin_Initialize)
                {
                    continue;
                }
                byte* args = (byte*)NativeMemory.AllocZeroed(512);
                *(nuint*)args = 8;
                PJRT_Error* error = ((delegate* unmanaged<void*, PJRT_Error*>)plugin.Api.Address(function))(args);
                NativeMemory.Free(args);
                Assert.That(error is not null, PjrtFunctions.Name(function));
                Match match = ExpectedPattern().Match(plugin.Api.TakeError(error, null).PluginMessage);
                if (match.Success)
                {
                    nuint expected = nuint.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                    nuint table = PjrtFunctions.ArgsSize(function, plugin.Api.Minor);
                    Assert.That(expected, Is.LessThanOrEqualTo(table), PjrtFunctions.Name(function));
                    exact += expected == table ? 1 : 0;
                }
            }
        });
        Assert.That(exact, Is.GreaterThanOrEqualTo(atLeast));
    }

    [GeneratedRegex(@"expected (\d+), got 8")]
    private static partial Regex ExpectedPattern();
}
