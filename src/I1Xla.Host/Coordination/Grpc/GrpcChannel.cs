using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace I1Xla.Host.Coordination.Grpc;

/// <summary>
/// A gRPC client for unary calls over HTTP/2 without TLS, wire-compatible with any gRPC server. It stands in for the
/// Grpc.Net.Client package: one method to replace.
/// </summary>
internal sealed class GrpcChannel : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _address;
    private readonly string _service;

    /// <summary>A channel to one service of a server.</summary>
    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="service">The service's full name, such as <c>i1xla.coordination.v1.Coordination</c>.</param>
    public GrpcChannel(string address, string service)
    {
        _address = address;
        _service = service;
        _http = new HttpClient(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            UseProxy = false,
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Makes a unary call.</summary>
    /// <exception cref="GrpcException">The status is not OK, the server cannot be reached (UNAVAILABLE), or the deadline passed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TResponse> CallAsync<TResponse>(string method, IMessage request, MessageParser<TResponse> parser, TimeSpan timeout, CancellationToken cancellation = default)
        where TResponse : IMessage<TResponse>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"http://{_address}/{_service}/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcFrame.Write(request)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(GrpcFrame.ContentType);
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        message.Headers.TryAddWithoutValidation("grpc-timeout", GrpcFrame.EncodeTimeout(timeout));
        // The server ends the call at its deadline; this is for a server that does not.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Clamp(timeout + TimeSpan.FromSeconds(2)));
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new GrpcException(GrpcStatus.Unknown, $"{_address} answered {method} with HTTP status {(int)response.StatusCode}; it is no gRPC server.");
            }
            Throw(response.Headers);
            await using Stream stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            TResponse? result = default;
            try
            {
                result = await GrpcFrame.ReadAsync(stream, parser, limit.Token).ConfigureAwait(false);
                // Trailers are there once the body has been read to its end.
                _ = await stream.ReadAsync(new byte[1], limit.Token).ConfigureAwait(false);
            }
            catch (GrpcException) when (HasStatus(response.TrailingHeaders))
            {
            }
            Throw(response.TrailingHeaders);
            return result ?? throw new GrpcException(GrpcStatus.Internal, $"{_address} answered {method} with OK and no message.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatus.DeadlineExceeded, $"{_address} did not answer {method} within {timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new GrpcException(GrpcStatus.Unavailable, $"{_address} cannot be reached: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool HasStatus(HttpHeaders headers) => headers.Contains("grpc-status");

    private static void Throw(HttpHeaders headers)
    {
        if (headers.TryGetValues("grpc-status", out IEnumerable<string>? status) && int.TryParse(status.First(), CultureInfo.InvariantCulture, out int code) && code != 0)
        {
            string text = headers.TryGetValues("grpc-message", out IEnumerable<string>? texts) ? GrpcFrame.DecodeText(texts.First()) : "";
            throw new GrpcException((GrpcStatus)code, text);
        }
    }

    private static TimeSpan Clamp(TimeSpan time) => time.TotalMilliseconds > int.MaxValue - 1 ? TimeSpan.FromMilliseconds(int.MaxValue - 1) : time;
}
