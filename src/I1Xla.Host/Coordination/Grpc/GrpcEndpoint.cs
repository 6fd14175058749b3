using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace I1Xla.Host.Coordination.Grpc;

/// <summary>One unary method of a gRPC service, as a handler of HTTP/2 requests.</summary>
internal static class GrpcEndpoint
{
    /// <summary>The handler of a method.</summary>
    /// <param name="parser">Reads the request.</param>
    /// <param name="handle">Answers it; the token ends with the call's deadline or when the client goes away.</param>
    public static RequestDelegate Unary<TRequest, TResponse>(MessageParser<TRequest> parser, Func<TRequest, CancellationToken, Task<TResponse>> handle)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse> => async context =>
        {
            HttpResponse response = context.Response;
            response.ContentType = GrpcFrame.ContentType;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            if (GrpcFrame.DecodeTimeout(context.Request.Headers["grpc-timeout"]) is { } timeout)
            {
                limit.CancelAfter(timeout.TotalMilliseconds > int.MaxValue - 1 ? TimeSpan.FromMilliseconds(int.MaxValue - 1) : timeout);
            }
            try
            {
                if (context.Request.ContentType?.StartsWith(GrpcFrame.ContentType, StringComparison.Ordinal) != true)
                {
                    response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                    return;
                }
                TRequest request = await GrpcFrame.ReadAsync(context.Request.Body, parser, limit.Token).ConfigureAwait(false);
                byte[] answer = GrpcFrame.Write(await handle(request, limit.Token).ConfigureAwait(false));
                await response.Body.WriteAsync(answer, limit.Token).ConfigureAwait(false);
                End(response, GrpcStatus.Ok, "");
            }
            catch (GrpcException e)
            {
                End(response, e.Status, e.Message);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                End(response, GrpcStatus.DeadlineExceeded, "The deadline passed.");
            }
            catch (OperationCanceledException)
            {
                context.Abort();
            }
        };

    private static void End(HttpResponse response, GrpcStatus status, string message)
    {
        response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0)
        {
            response.AppendTrailer("grpc-message", GrpcFrame.EncodeText(message));
        }
    }
}
