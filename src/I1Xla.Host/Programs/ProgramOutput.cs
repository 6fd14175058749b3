using I1Xla.Pjrt;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Programs;

/// <summary>The forms in which a module is written.</summary>
public enum ProgramForm
{
    /// <summary>MLIR text as <c>stablehlo-opt</c> prints it.</summary>
    Text,

    /// <summary>MLIR text, every operation in the generic form.</summary>
    Generic,

    /// <summary>A portable artifact.</summary>
    Artifact,
}

/// <summary>Writes modules.</summary>
public static class ProgramOutput
{
    /// <summary>A module's bytes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">Text or artifact.</param>
    /// <param name="target">The oldest StableHLO version that must read an artifact; null is the current one.</param>
    /// <exception cref="PortableArtifactException">The version cannot express the module.</exception>
    public static byte[] Emit(ModuleOp module, ProgramForm form, StableHloVersion? target = null) => form switch
    {
        ProgramForm.Artifact => PortableArtifact.Write(module, target ?? StableHloVersion.Current),
        ProgramForm.Generic => MlirPrinter.PrintUtf8(module, new PrintOptions { Generic = true }),
        _ => MlirPrinter.PrintUtf8(module),
    };

    /// <summary>
    /// A module as a plugin takes it: an artifact of the newest version that both know, or text where the plugin names no version. CHLO operations,
    /// which artifacts do not hold, are written in StableHLO first; the caller's module stays as it is. Operations of the reference interpreter's own
    /// go as text, for a plugin that knows them.
    /// </summary>
    public static PjrtProgram ForPlugin(ModuleOp module, PjrtPlugin plugin)
    {
        bool hasChlo = false, isTest = false;
        module.Op.Walk(op =>
        {
            hasChlo |= op.Name.Dialect == "chlo";
            isTest |= op.Name.Dialect is "interpreter" or "check";
        });
        if (hasChlo)
        {
            module = new ModuleOp(module.Op.Clone([]));
            new ChloLegalizePass().Run(module);
        }
        if (isTest || plugin.StableHloCurrent is not { } v)
        {
            return PjrtProgram.Mlir(MlirPrinter.PrintUtf8(module));
        }
        var theirs = new StableHloVersion(v.Major, v.Minor, v.Patch);
        return PjrtProgram.Mlir(PortableArtifact.Write(module, theirs < StableHloVersion.Current ? theirs : StableHloVersion.Current));
    }

    /// <summary>Reads a version such as <c>1.13.3</c>.</summary>
    /// <exception cref="UserErrorException">It is none, or one that artifacts cannot be written for.</exception>
    public static StableHloVersion ParseTarget(string text) =>
        StableHloVersion.TryParse(text, out StableHloVersion version) && version >= StableHloVersion.Minimum && version <= StableHloVersion.Current
            ? version
            : throw new UserErrorException($"'{text}' is no StableHLO version that artifacts are written for: give one from {StableHloVersion.Minimum} to {StableHloVersion.Current}.");

    /// <summary>Writes bytes to a file, whole or not at all, or to standard output.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="path">The file; null is standard output.</param>
    public static void Write(byte[] bytes, string? path)
    {
        if (path is null)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(bytes);
            return;
        }
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
        string temporary = path + ".tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
