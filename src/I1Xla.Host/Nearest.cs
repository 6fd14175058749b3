namespace I1Xla.Host;

/// <summary>Finds the word a user probably meant.</summary>
public static class Nearest
{
    /// <summary>The candidate with the smallest edit distance, when it is near enough to be worth naming; else null.</summary>
    public static string? Match(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Distance(word, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }
        return best;
    }

    /// <summary>A sentence that names the nearest candidate, or lists all when none is near.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> candidates) =>
        Match(word, candidates) is { } near ? $"did you mean '{near}'?" : $"known: {string.Join(", ", candidates.Order(StringComparer.Ordinal))}.";

    // Levenshtein distance with adjacent transpositions, two rows and a third for the transposition.
    private static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1], last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(substitution, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
