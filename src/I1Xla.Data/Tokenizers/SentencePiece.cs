using System.Globalization;
using System.Text;

namespace I1Xla.Data.Tokenizers;

/// <summary>
/// SentencePiece encoding (Kudo and Richardson, EMNLP 2018) from a <c>.model</c> file: byte-pair encoding with byte fallback as
/// Gemma and Llama have it, and unigram language models as T5 has it. Ids equal those of Google's library.
/// </summary>
public sealed class SentencePiece
{
    private readonly SentencePieceModel model;
    private readonly SentencePieceNormalizer normalizer;
    private readonly PrefixMatcher pieces;
    private readonly PrefixMatcher userDefined;
    private readonly int unknownId;
    private readonly int[] byteIds = new int[256];
    private readonly float unknownScore;
    private readonly float maximumScore;

    private SentencePiece(SentencePieceModel model)
    {
        this.model = model;
        pieces = new PrefixMatcher(model.Pieces.Select((p, i) => (p, i)).Where(x => x.p.Type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused).Select(x => (x.p.Text, x.i)));
        userDefined = new PrefixMatcher(model.Pieces.Select((p, i) => (p, i)).Where(x => x.p.Type == PieceType.UserDefined).Select(x => (x.p.Text, x.i)));
        normalizer = new SentencePieceNormalizer(model, userDefined);
        unknownId = model.Pieces.FindIndex(p => p.Type == PieceType.Unknown);
        Array.Fill(byteIds, unknownId);
        for (int i = 0; i < model.Pieces.Count; i++)
        {
            if (model.Pieces[i].Type == PieceType.Byte)
            {
                byteIds[int.Parse(model.Pieces[i].Text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)] = i;
            }
        }
        SentencePiecePiece[] normal = [.. model.Pieces.Where(p => p.Type == PieceType.Normal)];
        unknownScore = (normal.Length == 0 ? 0 : normal.Min(p => p.Score)) - 10f;
        maximumScore = normal.Length == 0 ? 0 : normal.Max(p => p.Score);
    }

    /// <summary>The pieces in order of id.</summary>
    public IReadOnlyList<SentencePiecePiece> Pieces => model.Pieces;

    /// <summary>Reads a model.</summary>
    /// <exception cref="DataFileException">The file is missing or is no SentencePiece BPE or unigram model.</exception>
    public static SentencePiece Load(string path) => new(SentencePieceModel.Load(path));

    /// <summary>The id of a piece, or -1.</summary>
    public int Find(string piece) => model.Pieces.FindIndex(p => p.Text == piece);

    /// <summary>Encodes a text without beginning or end symbols.</summary>
    public int[] Encode(string text)
    {
        byte[] normalized = normalizer.Normalize(Encoding.UTF8.GetBytes(text));
        var result = new List<int>();
        bool afterUnknown = false;
        foreach ((int start, int length, int id) in model.IsUnigram ? Unigram(normalized) : BytePair(normalized))
        {
            bool unknown = id == unknownId;
            if (unknown && model.ByteFallback)
            {
                for (int i = start; i < start + length; i++)
                {
                    result.Add(byteIds[normalized[i]]);
                }
            }
            else if (!(unknown && afterUnknown))
            {
                result.Add(id); // a run of unknown pieces is one
            }
            afterUnknown = unknown;
        }
        return [.. result];
    }

    private static int CharLength(byte lead) => lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    private int IdOrUnknown(ReadOnlySpan<byte> piece) => pieces.Find(piece) is >= 0 and int id ? id : unknownId;

    private List<(int Start, int Length, int Id)> BytePair(byte[] text)
    {
        // Symbols as a linked list over the text; merging extends the left one.
        var start = new List<int>();
        var length = new List<int>();
        var frozen = new List<bool>();
        for (int at = 0; at < text.Length;)
        {
            int user = userDefined.Longest(text, at);
            int n = user > 0 ? user : Math.Min(CharLength(text[at]), text.Length - at);
            start.Add(at);
            length.Add(n);
            frozen.Add(user > 0);
            at += n;
        }
        int count = start.Count;
        int[] previous = [.. Enumerable.Range(-1, count)], next = [.. Enumerable.Range(1, count)];
        if (count > 0)
        {
            next[^1] = -1;
        }
        // Best score first, then leftmost.
        var agenda = new PriorityQueue<(int Left, int Right, int Bytes), (float, int)>(Comparer<(float Score, int Left)>.Create((a, b) =>
            a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Left.CompareTo(b.Left)));
        var split = new Dictionary<int, (int LeftBytes, int Id)>();
        for (int i = 1; i < count; i++)
        {
            Offer(i - 1, i);
        }
        while (agenda.TryDequeue(out (int Left, int Right, int Bytes) top, out _))
        {
            (int l, int r) = (top.Left, top.Right);
            if (length[l] == 0 || length[r] == 0 || length[l] + length[r] != top.Bytes)
            {
                continue;
            }
            length[l] += length[r];
            length[r] = 0;
            next[l] = next[r];
            if (next[r] >= 0)
            {
                previous[next[r]] = l;
            }
            Offer(previous[l], l);
            Offer(l, next[l]);
        }
        var result = new List<(int, int, int)>();
        for (int i = 0; i >= 0 && i < count; i = next[i])
        {
            Resegment(start[i], length[i], result);
        }
        return result;

        void Offer(int l, int r)
        {
            if (l < 0 || r < 0 || frozen[l] || frozen[r])
            {
                return;
            }
            int bytes = length[l] + length[r];
            int id = pieces.Find(text.AsSpan(start[l], bytes));
            if (id < 0)
            {
                return;
            }
            agenda.Enqueue((l, r, bytes), (model.Pieces[id].Score, l));
            if (model.Pieces[id].Type == PieceType.Unused)
            {
                split[id] = (length[l], id);
            }
        }

        // An unused piece is taken apart again as it was put together.
        void Resegment(int from, int bytes, List<(int, int, int)> target)
        {
            int id = IdOrUnknown(text.AsSpan(from, bytes));
            if (model.Pieces[id].Type == PieceType.Unused && split.TryGetValue(id, out (int LeftBytes, int Id) parts))
            {
                Resegment(from, parts.LeftBytes, target);
                Resegment(from + parts.LeftBytes, bytes - parts.LeftBytes, target);
                return;
            }
            target.Add((from, bytes, id));
        }
    }

    private List<(int Start, int Length, int Id)> Unigram(byte[] text)
    {
        int n = text.Length;
        var score = new float[n + 1];
        var from = new int[n + 1];
        var ids = new int[n + 1];
        Array.Fill(from, -1);
        for (int at = 0; at < n;)
        {
            int step = Math.Min(CharLength(text[at]), n - at);
            bool single = false;
            for (int end = at + 1; end <= Math.Min(n, at + pieces.LongestBytes); end++)
            {
                int id = pieces.Find(text.AsSpan(at, end - at));
                if (id < 0 || model.Pieces[id].Type == PieceType.Unused)
                {
                    continue;
                }
                float own = model.Pieces[id].Type == PieceType.UserDefined ? ((end - at) * maximumScore) - 0.1f : model.Pieces[id].Score;
                Reach(at, end, own, id);
                single |= end - at == step;
            }
            if (!single)
            {
                Reach(at, at + step, unknownScore, unknownId);
            }
            at += step;
        }
        var result = new List<(int, int, int)>();
        for (int end = n; end > 0; end = from[end])
        {
            result.Add((from[end], end - from[end], ids[end]));
        }
        result.Reverse();
        return result;

        void Reach(int start, int end, float own, int id)
        {
            float candidate = own + score[start];
            if (from[end] < 0 || candidate > score[end])
            {
                (score[end], from[end], ids[end]) = (candidate, start, id);
            }
        }
    }
}
