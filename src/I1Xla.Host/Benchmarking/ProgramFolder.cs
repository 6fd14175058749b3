using I1Xla.Host.Programs;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Benchmarking;

/// <summary>Programs to compare from a folder: every <c>*.mlir</c> (text or portable artifact) and <c>*.mlir.bc</c>, with arguments from the <c>.npz</c> of the same name where there is one.</summary>
public static class ProgramFolder
{
    private static readonly string[] Endings = [".mlir", ".mlir.bc"];

    /// <summary>Lists the programs, by name.</summary>
    /// <exception cref="UserErrorException">There is no such folder, or no program in it.</exception>
    public static IReadOnlyList<BenchmarkProgram> Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"There is no folder {folder}: --programs takes a folder with StableHLO programs (*.mlir, *.mlir.bc).");
        }
        string[] files = [.. Endings.SelectMany(e => Directory.GetFiles(folder, "*" + e)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? [.. files.Select(Program)] : throw new UserErrorException($"{folder} holds no *.mlir or *.mlir.bc programs.");
    }

    /// <summary>The program of one file.</summary>
    public static BenchmarkProgram Program(string file) => new(NameOf(file), () =>
    {
        ProgramFile program = ProgramFile.Load(file);
        FuncOp main = program.Module.FindFunction("main") ?? throw new UserErrorException($"{file} has no function @main, which is the one a plugin runs.");
        if (ShardedRunner.PartitionsOf(program.Module) > 1)
        {
            throw new UserErrorException($"{file} is partitioned over several devices; only programs of one device are compared.");
        }
        string arrays = Path.Combine(Path.GetDirectoryName(file)!, NameOf(file) + ".npz");
        return new LoadedProgram(program.Module, program.Bytes, seed => File.Exists(arrays)
            ? ProgramArrays.Read(arrays, "in", main.Type.Inputs)
            : [.. main.Type.Inputs.Select((type, i) => RandomArguments.Make(
                type as TensorType ?? throw new UserErrorException($"{file} takes {type} as argument {i}; only tensors can be given."), seed + i))]);
    });

    private static string NameOf(string file) => Path.GetFileName(file)[..^Endings.FirstOrDefault(file.EndsWith, Path.GetExtension(file)).Length];
}
