using System.Globalization;
using System.Text;

namespace I1Xla.Data.Tokenizers;

/// <summary>
/// Unicode normalization form C (Unicode Standard Annex 15). The runtime's own needs ICU, which this project runs without.
/// </summary>
internal static class UnicodeNfc
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, LCount = 19, VCount = 21, TCount = 28;
    private const int SCount = LCount * VCount * TCount;

    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<(int, int), int> Compositions = [];

    static UnicodeNfc()
    {
        using Stream stream = typeof(UnicodeNfc).Assembly.GetManifestResourceStream("I1Xla.Data.Tokenizers.unicode-nfc.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            switch (fields[0])
            {
                case "c":
                    for (int c = Hex(fields[1]); c <= Hex(fields[2]); c++)
                    {
                        Classes[c] = byte.Parse(fields[3], CultureInfo.InvariantCulture);
                    }
                    break;
                case "d" or "p":
                    Decompositions[Hex(fields[1])] = [.. fields[2..].Select(Hex)];
                    if (fields[0] == "p")
                    {
                        Compositions[(Hex(fields[2]), Hex(fields[3]))] = Hex(fields[1]);
                    }
                    break;
            }
        }
    }

    /// <summary>The text in form C.</summary>
    public static string Normalize(string text)
    {
        // Everything below U+0300 is in form C already and composes with nothing before it.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }
        var points = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }
        Order(points);
        Compose(points);
        var result = new StringBuilder(text.Length);
        foreach (int p in points)
        {
            result.Append(new Rune(p));
        }
        return result.ToString();
    }

    private static void Decompose(int c, List<int> target)
    {
        if (c is >= SBase and < SBase + SCount)
        {
            int s = c - SBase;
            target.Add(LBase + (s / (VCount * TCount)));
            target.Add(VBase + (s % (VCount * TCount) / TCount));
            if (s % TCount > 0)
            {
                target.Add(TBase + (s % TCount));
            }
        }
        else if (Decompositions.TryGetValue(c, out int[]? parts))
        {
            foreach (int part in parts)
            {
                Decompose(part, target);
            }
        }
        else
        {
            target.Add(c);
        }
    }

    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            byte own = Class(points[i]);
            for (int j = i; own != 0 && j > 0 && Class(points[j - 1]) > own; j--)
            {
                (points[j], points[j - 1]) = (points[j - 1], points[j]);
            }
        }
    }

    private static void Compose(List<int> points)
    {
        int starter = -1, written = 0;
        byte last = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int c = points[i];
            byte own = Class(c);
            bool blocked = starter >= 0 && starter != written - 1 && (last >= own);
            if (starter >= 0 && !blocked && Pair(points[starter], c) is { } composed)
            {
                points[starter] = composed;
                continue;
            }
            if (own == 0)
            {
                starter = written;
            }
            last = own;
            points[written++] = c;
        }
        points.RemoveRange(written, points.Count - written);
    }

    private static int? Pair(int a, int b)
    {
        if (a is >= LBase and < LBase + LCount && b is >= VBase and < VBase + VCount)
        {
            return SBase + ((((a - LBase) * VCount) + b - VBase) * TCount);
        }
        if (a is >= SBase and < SBase + SCount && (a - SBase) % TCount == 0 && b is > TBase and < TBase + TCount)
        {
            return a + b - TBase;
        }
        return Compositions.TryGetValue((a, b), out int c) ? c : null;
    }

    private static byte Class(int c) => Classes.GetValueOrDefault(c);

    private static int Hex(string s) => int.Parse(s, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
