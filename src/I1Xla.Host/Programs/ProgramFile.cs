using I1Xla.Pjrt;
using I1Xla.StableHlo.Bytecode;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Passes;
using I1Xla.StableHlo.Text;

namespace I1Xla.Host.Programs;

/// <summary>A StableHLO program in a file: MLIR text, or a portable artifact, which starts with <c>ML\xefR</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Module">What it holds; shardings that an artifact keeps for Shardy are those of the sdy dialect again.</param>
/// <param name="IsArtifact">Whether it is a portable artifact.</param>
public sealed record ProgramFile(string Path, byte[] Bytes, ModuleOp Module, bool IsArtifact)
{
    private static ReadOnlySpan<byte> Magic => [(byte)'M', (byte)'L', 0xEF, (byte)'R'];

    /// <summary>Reads a program.</summary>
    /// <exception cref="UserErrorException">There is no such file.</exception>
    /// <exception cref="ParseException">The text is wrong.</exception>
    /// <exception cref="BytecodeException">The artifact is damaged, or newer than this program.</exception>
    public static ProgramFile Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"There is no program {path}: give a file with StableHLO text (.mlir) or a portable artifact (.mlir.bc).");
        }
        byte[] bytes = File.ReadAllBytes(path);
        bool artifact = IsPortableArtifact(bytes);
        ModuleOp module = artifact ? PortableArtifact.Read(bytes) : MlirParser.ParseModule(bytes, path);
        if (artifact && ShardyImportPass.Applies(module))
        {
            new ShardyImportPass().Run(module);
        }
        return new ProgramFile(path, bytes, module, artifact);
    }

    /// <summary>The program as a plugin takes it.</summary>
    public PjrtProgram ToPjrt() => PjrtProgram.Mlir(Bytes);

    /// <summary>Whether bytes start as a portable artifact does.</summary>
    public static bool IsPortableArtifact(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);
}
