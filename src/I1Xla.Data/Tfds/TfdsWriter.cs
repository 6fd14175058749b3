using System.Globalization;
using System.Text;
using I1Xla.Data.Records;

namespace I1Xla.Data.Tfds;

/// <summary>
/// Writes i1's data set layout shard by shard. Each shard appears under its name only when complete, and the metadata is
/// written last, so a folder with <c>dataset_info.json</c> is a whole data set and an interrupted one can go on.
/// </summary>
public sealed class TfdsWriter
{
    private readonly string directory;
    private readonly int imageSize;
    private readonly string split;

    /// <summary>Prepares <paramref name="directory"/> (created if absent).</summary>
    /// <param name="directory">Target folder.</param>
    /// <param name="imageSize">Height and width of every picture, in pixels.</param>
    /// <param name="shardCount">Number of shards.</param>
    /// <param name="split">Split name.</param>
    public TfdsWriter(string directory, int imageSize, int shardCount, string split = "train")
    {
        if (imageSize < 1 || shardCount is < 1 or > 99999)
        {
            throw new ArgumentException($"A data set needs a picture size of at least 1 and 1 to 99999 shards; got {imageSize} and {shardCount}.");
        }
        (this.directory, this.imageSize, ShardCount, this.split) = (directory, imageSize, shardCount, split);
        Directory.CreateDirectory(directory);
    }

    /// <summary>Number of shards.</summary>
    public int ShardCount { get; }

    /// <summary>The path of a shard.</summary>
    public string ShardPath(int shard) => Path.Combine(directory, TfdsFolder.Expand(TfdsFolder.DefaultTemplate, "dataset", split, shard, ShardCount));

    /// <summary>The items [start, end) of shard <paramref name="shard"/> when <paramref name="count"/> items are divided evenly, the first ones getting one more.</summary>
    public (int Start, int End) ShardItems(int shard, int count)
    {
        int each = count / ShardCount, more = count % ShardCount;
        int start = (shard * each) + Math.Min(shard, more);
        return (start, start + each + (shard < more ? 1 : 0));
    }

    /// <summary>Writes one shard whole.</summary>
    /// <returns>Records and payload bytes written.</returns>
    public (int Count, long Bytes) WriteShard(int shard, IEnumerable<ImageCaptionRecord> records, CancellationToken cancel = default)
    {
        using var writer = new TfRecordWriter(ShardPath(shard));
        foreach (ImageCaptionRecord record in records)
        {
            cancel.ThrowIfCancellationRequested();
            writer.Write(record.ToBytes());
        }
        cancel.ThrowIfCancellationRequested();
        writer.Complete();
        return (writer.Count, writer.PayloadBytes);
    }

    /// <summary>Records and payload bytes of a shard written earlier, or null where it is absent or damaged.</summary>
    public (int Count, long Bytes)? ExistingShard(int shard)
    {
        string path = ShardPath(shard);
        if (!File.Exists(path))
        {
            return null;
        }
        using var file = new TfRecordFile(path);
        return file.IndexDamage is null ? (file.Count, new FileInfo(path).Length - ((long)file.Count * TfRecordFile.Overhead)) : null;
    }

    /// <summary>Removes the metadata, marking the folder as unfinished.</summary>
    public void MarkUnfinished() => File.Delete(Path.Combine(directory, TfdsFolder.InfoFileName));

    /// <summary>Writes <c>features.json</c> and <c>dataset_info.json</c>.</summary>
    /// <param name="shardLengths">Records in each shard.</param>
    /// <param name="bytes">Payload bytes in all shards.</param>
    public void WriteMetadata(IReadOnlyList<int> shardLengths, long bytes)
    {
        if (shardLengths.Count != ShardCount)
        {
            throw new ArgumentException($"{shardLengths.Count} lengths for {ShardCount} shards.", nameof(shardLengths));
        }
        string lengths = string.Join(",\n", shardLengths.Select(n => $"        \"{n.ToString(CultureInfo.InvariantCulture)}\""));
        Replace("features.json", FeaturesJson.Replace("SIZE", imageSize.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Replace(TfdsFolder.InfoFileName, $$"""
            {
              "fileFormat": "tfrecord",
              "name": "dataset",
              "splits": [
                {
                  "filepathTemplate": "{{TfdsFolder.DefaultTemplate}}",
                  "name": "{{split}}",
                  "numBytes": "{{bytes.ToString(CultureInfo.InvariantCulture)}}",
                  "shardLengths": [
            {{lengths}}
                  ]
                }
              ],
              "version": "1.0.0"
            }
            """);
    }

    private void Replace(string name, string text)
    {
        string path = Path.Combine(directory, name), temporary = path + "-TEMPORARY";
        File.WriteAllText(temporary, text.ReplaceLineEndings("\n"), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, path, overwrite: true);
    }

    private const string FeaturesJson = """
        {
            "featuresDict": {
                "features": {
                    "caption": {
                        "pythonClassName": "tensorflow_datasets.core.features.sequence_feature.Sequence",
                        "sequence": {
                            "feature": {
                                "pythonClassName": "tensorflow_datasets.core.features.text_feature.Text",
                                "text": {}
                            },
                            "length": "-1"
                        }
                    },
                    "image": {
                        "image": {
                            "dtype": "uint8",
                            "encodingFormat": "png",
                            "shape": {
                                "dimensions": [
                                    "SIZE",
                                    "SIZE",
                                    "3"
                                ]
                            }
                        },
                        "pythonClassName": "tensorflow_datasets.core.features.image_feature.Image"
                    },
                    "image/shape": {
                        "pythonClassName": "tensorflow_datasets.core.features.tensor_feature.Tensor",
                        "tensor": {
                            "dtype": "int64",
                            "encoding": "none",
                            "shape": {
                                "dimensions": [
                                    "3"
                                ]
                            }
                        }
                    },
                    "image_name": {
                        "pythonClassName": "tensorflow_datasets.core.features.text_feature.Text",
                        "text": {}
                    }
                }
            },
            "pythonClassName": "tensorflow_datasets.core.features.features_dict.FeaturesDict"
        }
        """;
}
