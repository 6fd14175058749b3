namespace I1Xla.Data.Images;

/// <summary>Reads and writes picture files.</summary>
public static class ImageFile
{
    /// <summary>Decodes a picture by what its bytes begin with.</summary>
    /// <exception cref="ImageFormatException">The format is not supported or the bytes are damaged.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> data)
    {
        if (PngDecoder.IsPng(data))
        {
            return PngDecoder.Decode(data);
        }
        if (JpegDecoder.IsJpeg(data))
        {
            return JpegDecoder.Decode(data);
        }
        if (BmpDecoder.IsBmp(data))
        {
            return BmpDecoder.Decode(data);
        }
        string kind = data switch
        {
            [(byte)'G', (byte)'I', (byte)'F', ..] => "a GIF",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a WebP",
            [(byte)'I', (byte)'I', 42, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF",
            [] => "empty",
            _ => "of an unknown kind",
        };
        throw new ImageFormatException($"it is {kind}; PNG, JPEG and BMP can be read");
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="DataFileException">It is missing or cannot be decoded.</exception>
    public static RgbImage Load(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, $"{path} does not exist. Check the path.", e);
        }
        catch (ImageFormatException e)
        {
            throw new DataFileException(path, $"{path} cannot be read as a picture: {e.Message}. Replace the file.", e);
        }
    }

    /// <summary>Writes a PNG file under a temporary name and renames it.</summary>
    public static void SavePng(string path, RgbImage image)
    {
        string temporary = path + "-TEMPORARY";
        File.WriteAllBytes(temporary, PngEncoder.Encode(image));
        File.Move(temporary, path, overwrite: true);
    }
}
