using I1Xla.Data;

namespace I1Xla.Host.Checkpoints;

/// <summary>A file made from another: it has its name only when it is whole, and what was there before stays until then.</summary>
internal static class ConvertedFile
{
    /// <summary>Lets <paramref name="write"/> fill a temporary file beside the target, which then takes the target's name.</summary>
    /// <exception cref="UserErrorException">The target cannot be written; nothing is left beside it.</exception>
    public static void Write(string target, Action<string> write)
    {
        string temporary = target + "-TEMPORARY";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            write(temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is not DataFileException && e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new UserErrorException($"Could not write {target}: {e.Message} Free space there, or give another --out.", e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
