using System.Globalization;
using System.Text;
using I1Xla.Data.Images;

namespace I1Xla.Cli.Tests;

/// <summary>Runs of one small configuration at several resolutions through <c>i1xla train</c>, in a folder of their own.</summary>
internal sealed class TinyRuns : IDisposable
{
    /// <summary>Makes the folder and writes the configuration into it.</summary>
    public TinyRuns(string configuration)
    {
        Folder = Directory.CreateTempSubdirectory("i1xla-runs-").FullName;
        File.WriteAllText(Config, configuration);
    }

    /// <summary>Where everything lies.</summary>
    public string Folder { get; }

    /// <summary>The configuration's file.</summary>
    public string Config => In("tiny.yaml");

    /// <summary>The path of a name in the folder.</summary>
    public string In(string name) => Path.Combine(Folder, name);

    /// <summary>The checkpoint of a run.</summary>
    public string Checkpoint(string stage) => Path.Combine(Folder, stage, "checkpoint.npz");

    /// <summary>Trains until step <paramref name="total"/> at a resolution, and gives what was said.</summary>
    public async Task<string> Train(string stage, int size, int total, string? resume = null)
    {
        string data = In($"data{size}");
        if (!Directory.Exists(data))
        {
            Assert.That((await CommandLine.Run("data", "images", Pictures(), "--captions", In("captions.csv"), "--out", data, "--size", $"{size}")).Code, Is.Zero);
        }
        (int code, _, string error) = await CommandLine.Run(["train", "--config", Config, "--workdir", In(stage), $"input.data=[{{data_dir: {data}}}]", $"image_size={size}", $"total_steps={total}",
            .. resume is null ? Array.Empty<string>() : [$"resume={resume}"]]);
        Assert.That(code, Is.Zero, error);
        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // Eight small pictures with the same words at every resolution.
    private string Pictures()
    {
        string folder = Directory.CreateDirectory(In("pictures")).FullName;
        var random = new Random(2);
        var captions = new StringBuilder();
        for (int i = 0; i < 8; i++)
        {
            byte[] pixels = new byte[16 * 16 * 3];
            random.NextBytes(pixels);
            ImageFile.SavePng(Path.Combine(folder, $"{i}.png"), new RgbImage(16, 16, 3, pixels));
            captions.Append(CultureInfo.InvariantCulture, $"{i}.png,picture {(i % 2 == 0 ? "one" : "two")}\n");
        }
        File.WriteAllText(In("captions.csv"), captions.ToString());
        return folder;
    }
}
