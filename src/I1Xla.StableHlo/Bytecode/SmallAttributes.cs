using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>
/// Whether attributes are written alike, found out quickly: those that operations commonly have compare by content, bit for bit,
/// and all others by identity, which finds fewer of them the same.
/// </summary>
internal static class SmallAttributes
{
    private const int FewBytes = 64;
    private const int FewEntries = 4;

    /// <summary>A hash that agrees with <see cref="Same(Attribute, Attribute)"/>.</summary>
    public static int Hash(Attribute attribute)
    {
        switch (attribute)
        {
            case EnumAttr value:
                return (value.Mnemonic.Length * 31) + Text(value.Value);
            case IntegerAttr integer:
                return integer.Value.GetHashCode() + 1;
            case BoolAttr flag:
                return flag.Value ? 3 : 5;
            case DenseArrayAttr list:
                return Numbers(list.Values) + 7;
            case StringAttr text:
                return Text(text.Value) + 11;
            case SymbolRefAttr symbol:
                return Text(symbol.Root) + 13;
            case DotDimensionNumbersAttr dot:
                return (((Numbers(dot.LhsBatchingDimensions) * 31) + Numbers(dot.LhsContractingDimensions)) * 31) + Numbers(dot.RhsContractingDimensions) + 17;
            case DenseElementsAttr dense when dense.Data.Length <= FewBytes:
                var hash = new HashCode();
                hash.AddBytes(dense.Data.Span);
                return hash.ToHashCode() + dense.Type.Rank;
            case ArrayAttr array:
                int items = 19;
                foreach (Attribute item in array.Items)
                {
                    items = (items * 31) + Hash(item);
                }
                return items;
            case DictionaryAttr { Entries.Length: <= FewEntries } dictionary:
                int entries = 23;
                foreach (NamedAttribute entry in dictionary.Entries)
                {
                    entries = (entries * 31) + Text(entry.Name) + Hash(entry.Value);
                }
                return entries;
            default:
                return RuntimeHelpers.GetHashCode(attribute);
        }
    }

    /// <summary>Whether both are certain to be written alike.</summary>
    public static bool Same(Attribute x, Attribute y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }
        switch (x, y)
        {
            case (EnumAttr a, EnumAttr b):
                return a.Value == b.Value && a.Mnemonic == b.Mnemonic && a.Dialect == b.Dialect;
            case (IntegerAttr a, IntegerAttr b):
                return a.Value == b.Value && Same(a.Type, b.Type);
            case (BoolAttr a, BoolAttr b):
                return a.Value == b.Value;
            case (DenseArrayAttr a, DenseArrayAttr b):
                return a.Kind == b.Kind && Same(a.Values, b.Values);
            case (StringAttr a, StringAttr b):
                return a.Value == b.Value && Same(a.Type, b.Type);
            case (SymbolRefAttr a, SymbolRefAttr b):
                return a.Root == b.Root && a.Nested.Equals(b.Nested);
            case (DotDimensionNumbersAttr a, DotDimensionNumbersAttr b):
                return Same(a.LhsBatchingDimensions, b.LhsBatchingDimensions) && Same(a.RhsBatchingDimensions, b.RhsBatchingDimensions)
                    && Same(a.LhsContractingDimensions, b.LhsContractingDimensions) && Same(a.RhsContractingDimensions, b.RhsContractingDimensions);
            case (DenseElementsAttr a, DenseElementsAttr b):
                return a.Data.Length <= FewBytes && a.IsSplat == b.IsSplat && a.Data.Span.SequenceEqual(b.Data.Span) && Same(a.Type, b.Type);
            case (ArrayAttr a, ArrayAttr b):
                if (a.Items.Length != b.Items.Length)
                {
                    return false;
                }
                for (int i = 0; i < a.Items.Length; i++)
                {
                    if (!Same(a.Items[i], b.Items[i]))
                    {
                        return false;
                    }
                }
                return true;
            case (DictionaryAttr { Entries.Length: <= FewEntries } a, DictionaryAttr b):
                if (a.Entries.Length != b.Entries.Length)
                {
                    return false;
                }
                for (int i = 0; i < a.Entries.Length; i++)
                {
                    if (a.Entries[i].Name != b.Entries[i].Name || !Same(a.Entries[i].Value, b.Entries[i].Value))
                    {
                        return false;
                    }
                }
                return true;
            default:
                return false;
        }
    }

    private static bool Same(IrType? x, IrType? y) => ReferenceEquals(x, y) || (x is not null && x.Equals(y));

    private static bool Same(ValueArray<long> x, ValueArray<long> y) => x.Span.SequenceEqual(y.Span);

    private static int Text(string text) => text.Length > 24 ? text.GetHashCode() : text.Length == 0 ? 0 : (((text.Length * 31) + text[0]) * 31) + text[^1];

    private static int Numbers(ValueArray<long> values)
    {
        int hash = values.Length;
        foreach (long value in values)
        {
            hash = (hash * 31) + (int)value;
        }
        return hash;
    }
}
