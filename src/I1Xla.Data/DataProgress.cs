namespace I1Xla.Data;

/// <summary>How far a long job is.</summary>
/// <param name="Done">Items finished, those of an earlier run included.</param>
/// <param name="Total">Items in all.</param>
/// <param name="Message">Something the user should know now (an item that was left out), or null.</param>
public readonly record struct DataProgress(long Done, long Total, string? Message = null);
