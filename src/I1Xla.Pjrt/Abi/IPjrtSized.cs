namespace I1Xla.Pjrt.Abi;

/// <summary>
/// A struct of the C API whose first field is <c>size_t struct_size</c>. The header's rule: the caller writes the size
/// its own header gives, the callee reads no further. A plugin may refuse a size below its own, so a caller writes the
/// size that the plugin's minor version expects.
/// </summary>
public interface IPjrtSized
{
    /// <summary>The size in bytes that the header of minor version <paramref name="minor"/> gives the struct.</summary>
    static abstract nuint SizeAt(int minor);
}
