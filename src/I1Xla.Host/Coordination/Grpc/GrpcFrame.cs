using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace I1Xla.Host.Coordination.Grpc;

/// <summary>
/// What gRPC puts around a message on HTTP/2 (doc/PROTOCOL-HTTP2.md of grpc/grpc): five bytes (compressed or not, length),
/// percent-encoded status texts, timeouts with a unit.
/// </summary>
internal static class GrpcFrame
{
    public const string ContentType = "application/grpc";

    /// <summary>The largest message that is read, in bytes (topologies of large slices are some megabytes).</summary>
    public const int MaxMessage = 64 << 20;

    private const int Header = 5;

    /// <summary>A message with its five bytes.</summary>
    public static byte[] Write(IMessage message)
    {
        int size = message.CalculateSize();
        var frame = new byte[Header + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        message.WriteTo(frame.AsSpan(Header));
        return frame;
    }

    /// <summary>Reads the one message of a unary call.</summary>
    /// <exception cref="GrpcException">It is compressed, too large, cut short or not of its type.</exception>
    public static async Task<T> ReadAsync<T>(Stream stream, MessageParser<T> parser, CancellationToken cancellation) where T : IMessage<T>
    {
        var header = new byte[Header];
        await ReadExactlyAsync(stream, header, cancellation).ConfigureAwait(false);
        if (header[0] != 0)
        {
            throw new GrpcException(GrpcStatus.Unimplemented, "The message is compressed, and no encoding was agreed on.");
        }
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (size > MaxMessage)
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, $"The message has {size} bytes, more than the {MaxMessage} that are accepted.");
        }
        var body = new byte[size];
        await ReadExactlyAsync(stream, body, cancellation).ConfigureAwait(false);
        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcException(GrpcStatus.Internal, $"The message is not a {typeof(T).Name}: {e.Message}", e);
        }
    }

    /// <summary>A status text as a header value: bytes outside printable ASCII and <c>%</c> as <c>%XX</c>.</summary>
    public static string EncodeText(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }
        return encoded.ToString();
    }

    /// <summary>Undoes <see cref="EncodeText"/>.</summary>
    public static string DecodeText(string text) => Uri.UnescapeDataString(text);

    /// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit.</summary>
    public static string EncodeTimeout(TimeSpan timeout)
    {
        long milliseconds = Math.Max(0, (long)Math.Ceiling(timeout.TotalMilliseconds));
        return milliseconds < 100_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(milliseconds / 1000, 99_999_999)}S");
    }

    /// <summary>Reads a <c>grpc-timeout</c> header; null when it is absent or none.</summary>
    public static TimeSpan? DecodeTimeout(string? header)
    {
        if (header is not { Length: >= 2 } || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long n) || n > 99_999_999)
        {
            return null;
        }
        return header[^1] switch
        {
            'H' => TimeSpan.FromHours(n),
            'M' => TimeSpan.FromMinutes(n),
            'S' => TimeSpan.FromSeconds(n),
            'm' => TimeSpan.FromMilliseconds(n),
            'u' => TimeSpan.FromMicroseconds(n),
            'n' => TimeSpan.FromTicks(n / 100),
            _ => null,
        };
    }

    private static async Task ReadExactlyAsync(Stream stream, byte[] buffer, CancellationToken cancellation)
    {
        int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read < buffer.Length)
        {
            throw new GrpcException(GrpcStatus.Internal, "The message ends early.");
        }
    }
}
