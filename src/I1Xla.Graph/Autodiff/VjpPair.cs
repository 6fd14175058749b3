namespace I1Xla.Graph;

/// <summary>A function's derivative of its own.</summary>
internal sealed class CustomVjpRule { }

/// <summary>The forward-with-residuals and backward functions made from one function for one set of needed derivatives.</summary>
internal sealed class VjpPair { }
