using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Ops;

/// <summary>What the generated views read attributes with: each fails with the operation, the name and what was found.</summary>
internal static class AttributeAccess
{
    public static T Required<T>(Operation op, string name) where T : Attribute =>
        op.Attributes[name] switch
        {
            T value => value,
            null => throw new InvalidOperationException($"{op.Name} has no attribute '{name}'"),
            { } other => throw Wrong(op, name, typeof(T), other),
        };

    public static T? Optional<T>(Operation op, string name) where T : Attribute =>
        op.Attributes[name] switch
        {
            null => null,
            T value => value,
            { } other => throw Wrong(op, name, typeof(T), other),
        };

    public static TEnum Enum<TEnum>(Operation op, string name) where TEnum : struct, Enum =>
        OptionalEnum<TEnum>(op, name) ?? throw new InvalidOperationException($"{op.Name} has no attribute '{name}'");

    public static TEnum? OptionalEnum<TEnum>(Operation op, string name) where TEnum : struct, Enum =>
        op.Attributes[name] switch
        {
            null => null,
            EnumAttr e when System.Enum.TryParse(e.Value, out TEnum value) => value,
            IntegerAttr i when System.Enum.IsDefined(typeof(TEnum), (int)i.Value) => (TEnum)(object)(int)i.Value,
            { } other => throw Wrong(op, name, typeof(TEnum), other),
        };

    public static ValueArray<bool> Bools(DenseArrayAttr array)
    {
        bool[] values = new bool[array.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = array.Values[i] != 0;
        }
        return new ValueArray<bool>(values);
    }

    private static InvalidOperationException Wrong(Operation op, string name, Type wanted, Attribute found) =>
        new($"{op.Name}: attribute '{name}' should be {wanted.Name}, found {found.GetType().Name}");
}
