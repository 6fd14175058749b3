namespace I1Xla.Data.Shapes;

/// <summary>The plain shapes of the data set. Each is defined in the square [-1, 1]², x to the right, y down.</summary>
public enum ShapeKind
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>An upright square.</summary>
    Square,

    /// <summary>A triangle on its base.</summary>
    Triangle,

    /// <summary>A rhombus on its point, higher than wide.</summary>
    Diamond,

    /// <summary>A five-pointed star.</summary>
    Star,

    /// <summary>An upright plus sign.</summary>
    Cross,

    /// <summary>A disc with a hole.</summary>
    Ring,

    /// <summary>A heart.</summary>
    Heart,
}

/// <summary>A colour with its word.</summary>
public sealed record NamedColour(string Name, byte Red, byte Green, byte Blue)
{
    /// <summary>The colours of the data set, chosen far apart in RGB.</summary>
    public static IReadOnlyList<NamedColour> All { get; } =
    [
        new("red", 214, 40, 40), new("green", 46, 160, 67), new("blue", 40, 84, 214), new("yellow", 245, 211, 60),
        new("purple", 170, 50, 190), new("cyan", 60, 200, 220), new("white", 245, 245, 245), new("black", 20, 20, 20),
    ];

    /// <summary>The colour named <paramref name="name"/>.</summary>
    public static NamedColour Find(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"There is no colour '{name}' among the shapes' colours. Known: {string.Join(", ", All.Select(c => c.Name))}.");
}
