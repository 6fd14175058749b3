namespace I1Xla.Graph;

/// <summary>Derivatives of sharding annotations and collectives.</summary>
internal static class CollectiveRules
{
    /// <summary>Adds the rules to the table.</summary>
    public static void Register()
    {
    }
}
