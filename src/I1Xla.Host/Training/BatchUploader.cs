using System.Runtime.InteropServices;
using I1Xla.Data.Pipeline;
using I1Xla.Data.Tokenizers;
using I1Xla.Graph;
using I1Xla.Host.Runs;
using I1Xla.Host.Runtime;
using I1Xla.Pjrt;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Training;

/// <summary>Turns batches and prompts into the device buffers that a step takes.</summary>
public sealed class BatchUploader
{
    private readonly RunPlan _plan;
    private readonly PjrtClient _client;

    /// <summary>An uploader for the parts of a run.</summary>
    /// <exception cref="UserErrorException">The run has a part whose inputs no data set of pictures and captions can give.</exception>
    public BatchUploader(RunPlan plan, PjrtClient client)
    {
        if (plan.Text.FirstOrDefault(t => t.Tokenizer is null) is { } given)
        {
            throw new UserErrorException($"The text encoder '{given.Encoder.Name}' is present as a slot for given features only: this run can be traced and compiled, not trained or sampled. Use text_encoder_type: seeded_embedding.");
        }
        if (plan.Parts.Vae.Input(1, 1).Name != "image")
        {
            throw new UserErrorException($"The autoencoder '{plan.Vae.Name}' is present as a slot for given latents only: this run can be traced and compiled, not trained or sampled. Use vae_type: identity.");
        }
        _plan = plan;
        _client = client;
    }

    /// <summary>The buffers of a training batch, in the order of <see cref="Models.FrozenParts.BatchInputs"/>.</summary>
    /// <exception cref="UserErrorException">The pictures have another size than the run.</exception>
    public PjrtBuffer[] Upload(Batch batch)
    {
        ArgumentSpec spec = _plan.Parts.Vae.Input(batch.Count, _plan.Parts.LatentSize);
        if (spec.Shape[1] != batch.Height || spec.Shape[2] != batch.Width || spec.Shape[3] != batch.Channels)
        {
            throw new UserErrorException($"The data set's pictures are {batch.Width}×{batch.Height} with {batch.Channels} channels; the run asks for image_size {spec.Shape[1]}. Make the data set at that size, or change image_size.");
        }
        PjrtBuffer image = DeviceProgram.Upload(_client, MemoryMarshal.AsBytes(batch.Images.AsSpan()), ElementKind.F32, spec.Shape);
        return [image, .. UploadText(batch.Labels)];
    }

    /// <summary>The text inputs of captions, in the order of <see cref="Models.FrozenParts.TextInputs"/>.</summary>
    public PjrtBuffer[] UploadText(IReadOnlyList<string> captions) =>
    [
        .. _plan.Text.Select(entry =>
        {
            TokenBatch tokens = entry.Tokenizer!.Encode(captions);
            int[] labels = new int[tokens.Count * tokens.Length * 2];
            for (int i = 0; i < tokens.Ids.Length; i++)
            {
                labels[2 * i] = tokens.Ids[i];
                labels[(2 * i) + 1] = tokens.Mask[i];
            }
            return DeviceProgram.Upload(_client, MemoryMarshal.AsBytes(labels.AsSpan()), ElementKind.I32, [tokens.Count, tokens.Length, 2]);
        }),
    ];

    /// <summary>A key as a (2,) u32 buffer.</summary>
    public PjrtBuffer UploadKey(HostRandom key) => _client.CreateBuffer<uint>([key.High, key.Low], [2]);
}
