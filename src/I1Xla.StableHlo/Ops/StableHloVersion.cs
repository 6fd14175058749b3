namespace I1Xla.StableHlo.Ops;

/// <summary>A StableHLO (VHLO) version, ordered; <c>docs/vhlo.md</c> of StableHLO lists what each brought.</summary>
public readonly record struct StableHloVersion(int Major, int Minor, int Patch) : IComparable<StableHloVersion>
{
    /// <summary>The oldest version whose artifacts can be read.</summary>
    public static StableHloVersion Minimum => new(0, 9, 0);

    /// <summary>The newest version that this library knows.</summary>
    public static StableHloVersion Current => OpTable.CurrentVersion;

    /// <summary>Parses <c>1.13.3</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StableHloVersion version)
    {
        version = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3)
        {
            return false;
        }
        Span<int> numbers = stackalloc int[3];
        for (int i = 0; i < 3; i++)
        {
            if (!int.TryParse(text[parts[i]], System.Globalization.NumberStyles.None, null, out numbers[i]))
            {
                return false;
            }
        }
        version = new StableHloVersion(numbers[0], numbers[1], numbers[2]);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(StableHloVersion other) =>
        Major != other.Major ? Major.CompareTo(other.Major) : Minor != other.Minor ? Minor.CompareTo(other.Minor) : Patch.CompareTo(other.Patch);

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}.{Patch}";

    /// <summary>Order.</summary>
    public static bool operator <(StableHloVersion left, StableHloVersion right) => left.CompareTo(right) < 0;

    /// <summary>Order.</summary>
    public static bool operator >(StableHloVersion left, StableHloVersion right) => left.CompareTo(right) > 0;

    /// <summary>Order.</summary>
    public static bool operator <=(StableHloVersion left, StableHloVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Order.</summary>
    public static bool operator >=(StableHloVersion left, StableHloVersion right) => left.CompareTo(right) >= 0;
}
