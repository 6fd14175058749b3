using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Hlo;

/// <summary>Elementwise operations.</summary>
public sealed partial class HloBuilder
{
    /// <summary>An elementwise operation of one operand.</summary>
    public HloNode Unary(HloOp op, HloNode x, ElementKind? kind = null, long[]? a = null)
    {
        ElementKind k = kind ?? x.Kind;
        if (Simplify)
        {
            if (op == HloOp.Convert)
            {
                if (x.Kind == k)
                {
                    return x;
                }
                // A widening conversion undone: exact.
                if (x.Op == HloOp.Convert && x.Inputs[0].Kind == k && IsWidening(k, x.Kind))
                {
                    return x.Inputs[0];
                }
                if (NarrowTo32(x, k) is { } narrow)
                {
                    return narrow;
                }
            }
            if (op == HloOp.Bitcast && x.Kind == k)
            {
                return x;
            }
            if (op is HloOp.Negate or HloOp.Not && x.Op == op)
            {
                return x.Inputs[0];
            }
            if (x.IsSplat && ScalarFolding.Unary(op, x.Constant!.Data.Span, x.Kind, k) is { } folded)
            {
                return Constant(k, x.Dims, folded, true);
            }
            if (SinkBelowBroadcast(x) is { } source)
            {
                return Broadcast(Unary(op, source, kind, a), x.Dims, x.A);
            }
        }
        return Intern(new HloNode(_next, op, k, x.Dims, [x]) { A = a ?? [] });
    }

    /// <summary>An elementwise operation of two operands of one shape.</summary>
    public HloNode Binary(HloOp op, HloNode x, HloNode y)
    {
        if (Simplify)
        {
            if (x.IsSplat && y.IsSplat && ScalarFolding.Binary(op, x.Constant!.Data.Span, y.Constant!.Data.Span, x.Kind) is { } folded)
            {
                return Constant(x.Kind, x.Dims, folded, true);
            }
            bool isFloat = x.Kind.IsFloat();
            if (op is HloOp.Add or HloOp.Multiply or HloOp.And or HloOp.Or or HloOp.Xor && x.Op == HloOp.Constant && y.Op != HloOp.Constant)
            {
                (x, y) = (y, x);
            }
            if (y.IsSplat && ScalarFolding.ToDouble(y.Kind, y.Constant!.Data.Span) is { } c)
            {
                switch (op)
                {
                    case HloOp.Multiply when c == 1:
                    case HloOp.Divide when c == 1:
                    case HloOp.Subtract when c == 0 && !double.IsNegative(c):
                    case HloOp.Add when c == 0 && (!isFloat || double.IsNegative(c) || IsNeverNegativeZero(x)):
                    case HloOp.Or or HloOp.Xor or HloOp.ShiftLeft or HloOp.ShiftRightArithmetic or HloOp.ShiftRightLogical when c == 0:
                        return x;
                    case HloOp.Multiply or HloOp.And when c == 0 && !isFloat && !x.Kind.IsComplex():
                        return y;
                    // Dividing by a power of two is multiplying by its inverse, exactly.
                    case HloOp.Divide when x.Kind is ElementKind.F32 or ElementKind.F64 && double.IsNormal(c) && double.Abs(double.Log2(double.Abs(c))) < 100 && double.IsPow2(double.Abs(c)):
                        return Binary(HloOp.Multiply, x, Splat(y.Kind, y.Dims, 1 / c));
                    case HloOp.Power when isFloat && c == 2:
                        return Binary(HloOp.Multiply, x, x);
                    case HloOp.Power when isFloat && c == 3:
                        return Binary(HloOp.Multiply, Binary(HloOp.Multiply, x, x), x);
                    case HloOp.Power when isFloat && c == 1:
                        return x;
                    case HloOp.Power when isFloat && c == -1:
                        return Binary(HloOp.Divide, Splat(x.Kind, x.Dims, 1), x);
                    case HloOp.Power when isFloat && c == 0:
                        return Splat(x.Kind, x.Dims, 1);
                    case HloOp.Maximum when isFloat && double.IsNegativeInfinity(c):
                    case HloOp.Minimum when isFloat && double.IsPositiveInfinity(c):
                        return x;
                    case HloOp.And or HloOp.Or when x.Kind == ElementKind.I1:
                        return (op == HloOp.And) == (c != 0) ? x : y;
                }
            }
            if (isFloat && op is HloOp.Maximum or HloOp.Minimum && IsIdentity(op, x))
            {
                return y;
            }
            if (op == HloOp.Add && x.Op == HloOp.Pad && y.Op == HloOp.Pad && JoinPads(x, y) is { } joined)
            {
                return joined;
            }
            // The remainder of zero by zero is the dividend.
            if (ReferenceEquals(x, y) && op is HloOp.Subtract or HloOp.Xor or HloOp.Remainder && (x.Kind.IsInteger() || x.Kind == ElementKind.I1))
            {
                return SplatInteger(x.Kind, x.Dims, 0);
            }
            if (ReferenceEquals(x, y) && op is HloOp.And or HloOp.Or or HloOp.Maximum or HloOp.Minimum)
            {
                return x;
            }
            // One that is in there already.
            if (op is HloOp.And or HloOp.Or or HloOp.Maximum or HloOp.Minimum && x.Op == op && x.Inputs.Contains(y, ReferenceEqualityComparer.Instance))
            {
                return x;
            }
            if (TryBinaryBelowBroadcast(x, y, (a, b) => Binary(op, a, b)) is { } sunk)
            {
                return sunk;
            }
        }
        return Intern(new HloNode(_next, op, x.Kind, x.Dims, [x, y]));
    }

    // Sums in which there is a number that is not -0 are not -0.
    private static bool IsNeverNegativeZero(HloNode x)
    {
        while (x.Op == HloOp.Add)
        {
            if (x.Inputs[1].IsSplat && ScalarFolding.ToDouble(x.Kind, x.Inputs[1].Constant!.Data.Span) is { } c && (c != 0 || !double.IsNegative(c)))
            {
                return true;
            }
            x = x.Inputs[0];
        }
        return false;
    }

    /// <summary>A comparison; the result is i1.</summary>
    public HloNode Compare(HloCompare how, HloNode x, HloNode y)
    {
        if (Simplify)
        {
            if (x.IsSplat && y.IsSplat && ScalarFolding.Compare(how, x.Constant!.Data.Span, y.Constant!.Data.Span, x.Kind) is { } folded)
            {
                return SplatInteger(ElementKind.I1, x.Dims, folded ? 1 : 0);
            }
            if (ReferenceEquals(x, y) && (how.TotalOrder || !(x.Kind.IsFloat() || x.Kind.IsComplex())))
            {
                return SplatInteger(ElementKind.I1, x.Dims, how.Direction is "EQ" or "GE" or "LE" ? 1 : 0);
            }
            if (TryBinaryBelowBroadcast(x, y, (a, b) => Compare(how, a, b)) is { } sunk)
            {
                return sunk;
            }
        }
        return Intern(new HloNode(_next, HloOp.Compare, ElementKind.I1, x.Dims, [x, y]) { Payload = how });
    }

    /// <summary>Select; the predicate may be a scalar.</summary>
    public HloNode Select(HloNode predicate, HloNode onTrue, HloNode onFalse)
    {
        if (Simplify && ReferenceEquals(onTrue, onFalse))
        {
            return onTrue;
        }
        if (predicate.IsSplat)
        {
            return predicate.Constant!.Data.Span[0] != 0 ? onTrue : onFalse;
        }
        if (predicate.Dims.Length == 0 && onTrue.Dims.Length > 0)
        {
            predicate = Broadcast(predicate, onTrue.Dims, []);
        }
        return Intern(new HloNode(_next, HloOp.Select, onTrue.Kind, onTrue.Dims, [predicate, onTrue, onFalse]));
    }

    /// <summary>x · y + z, rounded once.</summary>
    public HloNode Fma(HloNode x, HloNode y, HloNode z) => Intern(new HloNode(_next, HloOp.Fma, x.Kind, x.Dims, [x, y, z]));

    /// <summary>Clamp; the bounds may be scalars.</summary>
    public HloNode Clamp(HloNode low, HloNode x, HloNode high)
    {
        if (low.Dims.Length == 0 && x.Dims.Length > 0)
        {
            low = Broadcast(low, x.Dims, []);
        }
        if (high.Dims.Length == 0 && x.Dims.Length > 0)
        {
            high = Broadcast(high, x.Dims, []);
        }
        return Intern(new HloNode(_next, HloOp.Clamp, x.Kind, x.Dims, [low, x, high]));
    }
}
