using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph.Tests;

/// <summary>Type promotion against the lattice of JAX's documentation ("Type promotion semantics"), every pair of kinds, weak or not.</summary>
public class PromotionTests
{
    /// <summary>The documentation's table (with 64-bit types on): rows and columns in the order of the names; i*, f*, c* are weak.</summary>
    private const string Table = """
           b1 u1 u2 u4 u8 i1 i2 i4 i8 bf f2 f4 f8 c4 c8 i* f* c*
        b1 b1 u1 u2 u4 u8 i1 i2 i4 i8 bf f2 f4 f8 c4 c8 i* f* c*
        u1 u1 u1 u2 u4 u8 i2 i2 i4 i8 bf f2 f4 f8 c4 c8 u1 f* c*
        u2 u2 u2 u2 u4 u8 i4 i4 i4 i8 bf f2 f4 f8 c4 c8 u2 f* c*
        u4 u4 u4 u4 u4 u8 i8 i8 i8 i8 bf f2 f4 f8 c4 c8 u4 f* c*
        u8 u8 u8 u8 u8 u8 f* f* f* f* bf f2 f4 f8 c4 c8 u8 f* c*
        i1 i1 i2 i4 i8 f* i1 i2 i4 i8 bf f2 f4 f8 c4 c8 i1 f* c*
        i2 i2 i2 i4 i8 f* i2 i2 i4 i8 bf f2 f4 f8 c4 c8 i2 f* c*
        i4 i4 i4 i4 i8 f* i4 i4 i4 i8 bf f2 f4 f8 c4 c8 i4 f* c*
        i8 i8 i8 i8 i8 f* i8 i8 i8 i8 bf f2 f4 f8 c4 c8 i8 f* c*
        bf bf bf bf bf bf bf bf bf bf bf f4 f4 f8 c4 c8 bf bf c4
        f2 f2 f2 f2 f2 f2 f2 f2 f2 f2 f4 f2 f4 f8 c4 c8 f2 f2 c4
        f4 f4 f4 f4 f4 f4 f4 f4 f4 f4 f4 f4 f4 f8 c4 c8 f4 f4 c4
        f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 c8 c8 f8 f8 c8
        c4 c4 c4 c4 c4 c4 c4 c4 c4 c4 c4 c4 c4 c8 c4 c8 c4 c4 c4
        c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8 c8
        i* i* u1 u2 u4 u8 i1 i2 i4 i8 bf f2 f4 f8 c4 c8 i* f* c*
        f* f* f* f* f* f* f* f* f* f* bf f2 f4 f8 c4 c8 f* f* c*
        c* c* c* c* c* c* c* c* c* c* c4 c4 c4 c8 c4 c8 c* c* c*
        """;

    private static readonly Dictionary<string, (ElementKind Kind, bool Weak)> s_names = new()
    {
        ["b1"] = (ElementKind.I1, false),
        ["u1"] = (ElementKind.UI8, false),
        ["u2"] = (ElementKind.UI16, false),
        ["u4"] = (ElementKind.UI32, false),
        ["u8"] = (ElementKind.UI64, false),
        ["i1"] = (ElementKind.I8, false),
        ["i2"] = (ElementKind.I16, false),
        ["i4"] = (ElementKind.I32, false),
        ["i8"] = (ElementKind.I64, false),
        ["bf"] = (ElementKind.BF16, false),
        ["f2"] = (ElementKind.F16, false),
        ["f4"] = (ElementKind.F32, false),
        ["f8"] = (ElementKind.F64, false),
        ["c4"] = (ElementKind.Complex64, false),
        ["c8"] = (ElementKind.Complex128, false),
        ["i*"] = (ElementKind.I32, true),
        ["f*"] = (ElementKind.F32, true),
        ["c*"] = (ElementKind.Complex64, true),
    };

    [Test]
    public void EveryPairIsAsInTheDocumentation()
    {
        string[] lines = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] columns = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(columns, Is.EquivalentTo(s_names.Keys));
        Assert.Multiple(() =>
        {
            foreach (string line in lines.Skip(1))
            {
                string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                (ElementKind a, bool weakA) = s_names[cells[0]];
                for (int i = 0; i < columns.Length; i++)
                {
                    (ElementKind b, bool weakB) = s_names[columns[i]];
                    Assert.That(Promotion.Join(a, weakA, b, weakB), Is.EqualTo(s_names[cells[i + 1]]), $"{cells[0]} with {columns[i]}");
                }
            }
        });
    }

    /// <summary>The table is symmetric, and what JAX has besides it: narrow kinds meet weak ones only.</summary>
    [Test]
    public void NarrowKindsMeetOnlyThemselvesBooleansAndWeakNumbers() => Assert.Multiple(() =>
    {
        ElementKind[] small = [ElementKind.I2, ElementKind.I4, ElementKind.UI2, ElementKind.UI4, ElementKind.F8E4M3FN, ElementKind.F8E5M2, ElementKind.F8E3M4, ElementKind.F8E4M3B11FNUZ, ElementKind.F8E8M0FNU, ElementKind.F4E2M1FN];
        foreach (ElementKind kind in small)
        {
            Assert.That(Promotion.Join(kind, false, kind, false), Is.EqualTo((kind, false)));
            Assert.That(Promotion.Join(kind, false, ElementKind.I1, false), Is.EqualTo((kind, false)));
            Assert.That(Promotion.Join(ElementKind.I32, true, kind, false), Is.EqualTo((kind, false)));
            if (kind.IsFloat())
            {
                Assert.That(Promotion.Join(ElementKind.F32, true, kind, false), Is.EqualTo((kind, false)));
            }
            foreach (ElementKind other in small.Append(ElementKind.F32).Append(ElementKind.I8).Where(k => k != kind))
            {
                if (kind.IsFloat() == other.IsFloat())
                {
                    Assert.That(() => Promotion.Join(kind, false, other, false), Throws.TypeOf<GraphException>().With.Message.Contains("no implicit promotion"), $"{kind} with {other}");
                }
            }
        }
    });

    /// <summary>The table as programs see it: sums of tensors and of C# numbers.</summary>
    [Test]
    public void NumbersTakeTheKindOfWhatTheyMeet()
    {
        TracedModule m = Jit.Trace("weak", [new("h", ElementKind.BF16, [2]), new("i", ElementKind.I32, [2]), new("u", ElementKind.UI8, [2]), new("b", ElementKind.I1, [2]), new("c", ElementKind.Complex64, [2]), new("l", ElementKind.I64, [2])], a =>
        {
            (Tensor h, Tensor i, Tensor u, Tensor b, Tensor c, Tensor l) = (a[0], a[1], a[2], a[3], a[4], a[5]);
            return [h + 1, h + 1.5, i + 1, i * 1.5, u + 1, u / 2, b + 1, b & true, h + i, u + i, c * 2, i + System.Numerics.Complex.One, (i * 1.5) + h, l + 1.5, Jnp.Where(b, 1, h), Jnp.Where(b, 1, 2), Jnp.Maximum(u, 3), (i * 1.5) + i];
        });
        Assert.That(m.Results.Select(r => r.Type.Kind), Is.EqualTo(new[]
        {
            ElementKind.BF16, ElementKind.BF16, ElementKind.I32, ElementKind.F32, ElementKind.UI8, ElementKind.F32, ElementKind.I32, ElementKind.I1, ElementKind.BF16, ElementKind.I32, ElementKind.Complex64,
            ElementKind.Complex64, ElementKind.BF16, ElementKind.F32, ElementKind.BF16, ElementKind.I32, ElementKind.UI8, ElementKind.F32,
        }));
    }
}
