using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using I1Xla.Pjrt.Abi;
using I1Xla.Testing;
using I1Xla.Tools.PjrtAbi;

namespace I1Xla.Pjrt.Tests.Abi;

/// <summary>The structs lie in memory as C lays them out.</summary>
public class LayoutTests
{
    private const int HeaderMinor = 81;

    [Test]
    public void CSharpOffsetsAreTheFactsOffsets()
    {
        Assert.Multiple(() =>
        {
            foreach (AbiStruct type in AbiFacts.Table.Structs)
            {
                Type managed = typeof(PJRT_Api).Assembly.GetType("I1Xla.Pjrt.Abi." + type.Name, throwOnError: true)!;
                IReadOnlyList<int> offsets = AbiFacts.Layout.Offsets(type);
                for (int i = 0; i < type.Fields.Count; i++)
                {
                    FieldInfo field = managed.GetField(AbiWriter.Pascal(type.Fields[i].Name))!;
                    Assert.That(OffsetOf(managed, field), Is.EqualTo(offsets[i]), $"{type.Name}.{field.Name}");
                }
            }
        });
    }

    [Test]
    public unsafe void TheFunctionTableHasNoGaps()
    {
        Assert.Multiple(() =>
        {
            Assert.That(sizeof(PJRT_Api), Is.EqualTo(40 + (138 * 8)));
            for (int i = 0; i < PjrtFunctions.Count; i++)
            {
                FieldInfo field = typeof(PJRT_Api).GetField(((PjrtFunction)i).ToString())!;
                Assert.That(OffsetOf(typeof(PJRT_Api), field), Is.EqualTo(PjrtFunctions.TableOffset + (8 * i)), field.Name);
            }
        });
    }

    [Test]
    public void FactsAgreeWithTheCCompilerOnTheHeaderOf0_81()
    {
        string header = SharedAssets.Shared("plugins", "pjrt_c_api-0.81.h");
        if (!CanRun("gcc"))
        {
            Assert.Ignore("gcc is absent: this test compares with what a C compiler says.");
        }
        string headerText = File.ReadAllText(header);
        var expected = new List<string>();
        var program = new StringBuilder($"#include <stdio.h>\n#include \"{header}\"\nint main(void) {{\n");
        foreach (AbiStruct type in AbiFacts.Table.Structs.Where(t => headerText.Contains($"struct {t.Name} {{", StringComparison.Ordinal)))
        {
            IReadOnlyList<int> offsets = AbiFacts.Layout.Offsets(type);
            for (int i = 0; i < type.Fields.Count; i++)
            {
                AbiField field = type.Fields[i];
                if (field.Since <= HeaderMinor)
                {
                    string cName = field.Union is { } union ? union[0].Name : field.Name;
                    program.Append($"printf(\"{type.Name} {field.Name} %zu\\n\", offsetof({type.Name}, {cName}));\n");
                    expected.Add($"{type.Name} {field.Name} {offsets[i]}");
                }
            }
            if (type.Sized)
            {
                program.Append($"printf(\"{type.Name} size %zu\\n\", (size_t){type.Name}_STRUCT_SIZE);\n");
                expected.Add($"{type.Name} size {AbiFacts.Layout.StructSize(type, HeaderMinor)}");
            }
        }
        int slot = 0;
        foreach (AbiFunction function in AbiFacts.Table.Api.Where(f => f.Since <= HeaderMinor))
        {
            program.Append($"printf(\"PJRT_Api {function.Name} %zu\\n\", offsetof(PJRT_Api, {function.Name}));\n");
            expected.Add($"PJRT_Api {function.Name} {40 + (8 * slot++)}");
        }
        program.Append("return 0; }\n");
        Assert.That(expected, Has.Count.GreaterThan(700), "the header's structs were found");
        Assert.That(RunC(program.ToString()), Is.EqualTo(expected));
    }

    [Test]
    public void EnumValuesAgreeWithTheCCompiler()
    {
        string header = SharedAssets.Shared("plugins", "pjrt_c_api-0.81.h");
        if (!CanRun("gcc"))
        {
            Assert.Ignore("gcc is absent: this test compares with what a C compiler says.");
        }
        (string C, int Value)[] some =
        [
            ("PJRT_Error_Code_UNAUTHENTICATED", (int)PjrtErrorCode.Unauthenticated),
            ("PJRT_Error_Code_RESOURCE_EXHAUSTED", (int)PjrtErrorCode.ResourceExhausted),
            ("PJRT_NamedValue_kBool", (int)PjrtNamedValueType.Bool),
            ("PJRT_Buffer_Type_BF16", (int)PjrtElementType.BF16),
            ("PJRT_Buffer_Type_F4E2M1FN", (int)PjrtElementType.F4E2M1FN),
            ("PJRT_Buffer_Type_TOKEN", (int)PjrtElementType.Token),
            ("PJRT_HostBufferSemantics_kMutableZeroCopy", (int)PjrtHostBufferSemantics.MutableZeroCopy),
            ("PJRT_Buffer_MemoryLayout_Type_Strides", (int)PjrtMemoryLayoutType.Strides),
            ("PJRT_Extension_Type_HostAllocator", (int)PjrtExtensionType.HostAllocator),
            ("PJRT_ProcessState_kError", (int)PjrtProcessState.Error),
        ];
        string program = $"#include <stdio.h>\n#include \"{header}\"\nint main(void) {{\n" +
            string.Concat(some.Select(s => $"printf(\"{s.C} %d\\n\", (int){s.C});\n")) + "return 0; }\n";
        Assert.That(RunC(program), Is.EqualTo(some.Select(s => $"{s.C} {s.Value.ToString(CultureInfo.InvariantCulture)}")));
    }

    private static List<string> RunC(string program)
    {
        string folder = Directory.CreateTempSubdirectory("i1xla-abi-").FullName;
        try
        {
            string source = Path.Combine(folder, "abi.c");
            string binary = Path.Combine(folder, "abi");
            File.WriteAllText(source, program);
            Run("gcc", "-o", binary, source);
            return [.. Run(binary).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool CanRun(string program)
    {
        try
        {
            Run(program, "--version");
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    // Marshal.OffsetOf answers for marshalled structs (a bool is 4 bytes there); the machine's own layout is asked in IL.
    private static int OffsetOf(Type type, FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(int), [], typeof(LayoutTests).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        LocalBuilder local = il.DeclareLocal(type);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }
}
