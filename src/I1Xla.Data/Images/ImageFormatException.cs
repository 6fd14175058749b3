namespace I1Xla.Data.Images;

/// <summary>Bytes that are not a picture this library reads; the message completes the sentence "the picture cannot be read: …".</summary>
public sealed class ImageFormatException(string message, Exception? inner = null) : FormatException(message, inner);
