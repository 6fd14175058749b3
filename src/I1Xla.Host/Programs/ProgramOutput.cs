using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Programs;

/// <summary>The forms in which a module is written.</summary>
public enum ProgramForm
{
    /// <summary>MLIR text as <c>stablehlo-opt</c> prints it.</summary>
    Text,

    /// <summary>MLIR text, every operation in the generic form.</summary>
    Generic,
}

/// <summary>Writes modules.</summary>
public static class ProgramOutput
{
    /// <summary>A module's bytes.</summary>
    public static byte[] Emit(ModuleOp module, ProgramForm form) =>
        MlirPrinter.PrintUtf8(module, form == ProgramForm.Generic ? new PrintOptions { Generic = true } : null);

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
