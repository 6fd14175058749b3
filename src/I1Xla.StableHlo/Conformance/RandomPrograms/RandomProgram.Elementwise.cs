using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Conformance.RandomPrograms;

public sealed partial class RandomProgram
{
    private void Unary()
    {
        RandomValue x = Pick();
        string t = x.Type;
        ElementKind kind = x.Kind;
        if (kind == ElementKind.I1)
        {
            Add(kind, x.Dims, $"stablehlo.not {x.Name} : {t}");
        }
        else if (kind.IsInteger())
        {
            string op = kind.IsUnsignedInteger() ? OneOf("not", "popcnt", "count_leading_zeros") : OneOf("abs", "negate", "sign", "not", "popcnt", "count_leading_zeros");
            Add(kind, x.Dims, $"stablehlo.{op} {x.Name} : {t}");
        }
        else if (kind.IsComplex())
        {
            ComplexUnary(x);
        }
        else if (x.IsExact && Chance(2))
        {
            string op = OneOf("abs", "negate", "sign", "floor", "ceil", "round_nearest_afz", "round_nearest_even", "is_finite");
            switch (op)
            {
                case "is_finite": Add(ElementKind.I1, x.Dims, $"stablehlo.is_finite {x.Name} : ({t}) -> {RandomValue.TypeText(ElementKind.I1, x.Dims)}"); break;
                case "abs" or "negate": Add(kind, x.Dims, $"stablehlo.{op} {x.Name} : {t}", x.Bound, x.Grain); break;
                case "sign": Add(kind, x.Dims, $"stablehlo.sign {x.Name} : {t}", 1, 1); break;
                default: Add(kind, x.Dims, $"stablehlo.{op} {x.Name} : {t}", x.Bound + 1, 1); break;
            }
        }
        else
        {
            Smooth(x);
        }
    }

    private void Smooth(RandomValue x)
    {
        RandomValue y = Clamped(x, 4);
        ElementKind kind = x.Kind;
        string t = y.Type, op = OneOf("tanh", "logistic", "sine", "cosine", "exponential", "exponential_minus_one", "sqrt", "rsqrt", "cbrt", "log", "log_plus_one", "abs", "negate", "chlo.erf");
        double bound = op switch { "exponential" or "exponential_minus_one" => 55, "abs" or "negate" => 4, "log" or "log_plus_one" or "sqrt" or "cbrt" => 3, _ => 1 };
        if (op is "sqrt" or "rsqrt" or "log" or "log_plus_one" or "cbrt")
        {
            // Away from where they are steep.
            RandomValue a = Helper(kind, y.Dims, $"stablehlo.abs {y.Name} : {t}");
            y = Helper(kind, y.Dims, $"stablehlo.add {a.Name}, {Splat(kind, y.Dims, "1.0")} : {t}");
        }
        Add(kind, x.Dims, op.StartsWith("chlo.", StringComparison.Ordinal) ? $"{op} {y.Name} : {t} -> {t}" : $"stablehlo.{op} {y.Name} : {t}", bound, op is "abs" or "negate" ? x.Grain : 0);
    }

    private void ComplexUnary(RandomValue x)
    {
        ElementKind part = x.Kind == ElementKind.Complex64 ? ElementKind.F32 : ElementKind.F64;
        string t = x.Type, real = RandomValue.TypeText(part, x.Dims);
        switch (_random.Next(5))
        {
            case 0: Add(part, x.Dims, $"stablehlo.real {x.Name} : ({t}) -> {real}", x.Bound, x.Grain); break;
            case 1: Add(part, x.Dims, $"stablehlo.imag {x.Name} : ({t}) -> {real}", x.Bound, x.Grain); break;
            case 2: Add(part, x.Dims, $"stablehlo.abs {x.Name} : ({t}) -> {real}", x.Bound * 2); break;
            case 3: Add(x.Kind, x.Dims, $"stablehlo.negate {x.Name} : {t}", x.Bound, x.Grain); break;
            default:
                {
                    RandomValue small = Helper(x.Kind, x.Dims, $"stablehlo.multiply {x.Name}, {Splat(x.Kind, x.Dims, Number(0.5 / Math.Max(1, x.Bound)))} : {t}");
                    Add(x.Kind, x.Dims, $"stablehlo.{OneOf("exponential", "sine", "cosine", "tanh", "log_plus_one", "exponential_minus_one")} {small.Name} : {t}", 3);
                    break;
                }
        }
    }

    private void Binary()
    {
        RandomValue x = Pick(), y = Like(x.Kind, x.Dims);
        ElementKind kind = x.Kind;
        string t = x.Type, operands = $"{x.Name}, {y.Name} : {t}";
        if (kind == ElementKind.I1)
        {
            Add(kind, x.Dims, $"stablehlo.{OneOf("and", "or", "xor", "maximum", "minimum", "add", "multiply")} {operands}");
        }
        else if (kind.IsInteger())
        {
            Add(kind, x.Dims, $"stablehlo.{OneOf("add", "subtract", "multiply", "maximum", "minimum", "and", "or", "xor", "divide", "remainder", "shift_left", "shift_right_logical", "shift_right_arithmetic")} {operands}");
        }
        else if (kind.IsComplex())
        {
            string op = OneOf("add", "subtract", "multiply");
            bool product = op == "multiply";
            Add(kind, x.Dims, $"stablehlo.{op} {operands}", product ? 2 * x.Bound * y.Bound : x.Bound + y.Bound, product ? x.Grain * y.Grain : Finer(x, y));
        }
        else
        {
            FloatBinary(x, y);
        }
    }

    private void FloatBinary(RandomValue x, RandomValue y)
    {
        ElementKind kind = x.Kind;
        string t = x.Type;
        switch (_random.Next(7))
        {
            case 0: Add(kind, x.Dims, $"stablehlo.add {x.Name}, {y.Name} : {t}", x.Bound + y.Bound, Finer(x, y)); break;
            case 1: Add(kind, x.Dims, $"stablehlo.subtract {x.Name}, {y.Name} : {t}", x.Bound + y.Bound, Finer(x, y)); break;
            case 2: Add(kind, x.Dims, $"stablehlo.multiply {x.Name}, {y.Name} : {t}", x.Bound * y.Bound, x.Grain * y.Grain); break;
            case 3 or 4: Add(kind, x.Dims, $"stablehlo.{OneOf("maximum", "minimum")} {x.Name}, {y.Name} : {t}", Math.Max(x.Bound, y.Bound), Finer(x, y)); break;
            case 5:
                {
                    RandomValue a = Helper(kind, x.Dims, $"stablehlo.abs {y.Name} : {t}");
                    RandomValue d = Helper(kind, x.Dims, $"stablehlo.add {a.Name}, {Splat(kind, x.Dims, "1.0")} : {t}");
                    Add(kind, x.Dims, $"stablehlo.{OneOf("divide", "atan2")} {x.Name}, {d.Name} : {t}", Math.Max(2, x.Bound));
                    break;
                }
            default:
                {
                    RandomValue a = Helper(kind, x.Dims, $"stablehlo.tanh {x.Name} : {t}"), b = Helper(kind, x.Dims, $"stablehlo.add {a.Name}, {Splat(kind, x.Dims, "2.0")} : {t}");
                    Add(kind, x.Dims, $"stablehlo.power {b.Name}, {Clamped(y, 2).Name} : {t}", 9);
                    break;
                }
        }
    }

    private void Choice()
    {
        RandomValue x = Pick(), y = Like(x.Kind, x.Dims);
        double grain = Finer(x, y);
        string t = x.Type, p = RandomValue.TypeText(ElementKind.I1, x.Dims);
        if (Chance(3) && Pick(v => v.Kind == ElementKind.I1 && (v.Dims.Length == 0 || v.Dims.AsSpan().SequenceEqual(x.Dims))) is { } known)
        {
            Add(x.Kind, x.Dims, $"stablehlo.select {known.Name}, {x.Name}, {y.Name} : ({known.Type}, {t}, {t}) -> {t}", Math.Max(x.Bound, y.Bound), grain);
            return;
        }
        if (!x.IsExact || !y.IsExact)
        {
            return;
        }
        string direction = x.Kind.IsComplex() ? OneOf("EQ", "NE") : OneOf("EQ", "NE", "LT", "LE", "GT", "GE");
        RandomValue test = Add(ElementKind.I1, x.Dims, $"stablehlo.compare {direction}, {x.Name}, {y.Name}{(x.Kind.IsFloat() && Chance(3) ? ", TOTALORDER" : "")} : ({t}, {t}) -> {p}");
        if (Chance(2))
        {
            Add(x.Kind, x.Dims, $"stablehlo.select {test.Name}, {x.Name}, {y.Name} : {p}, {t}", Math.Max(x.Bound, y.Bound), grain);
        }
    }

    private void Conversion()
    {
        RandomValue x = Pick();
        if (x.Kind.IsComplex())
        {
            ComplexUnary(x);
            return;
        }
        if (Chance(8) && x.Kind is ElementKind.F32 or ElementKind.F64)
        {
            ElementKind pair = x.Kind == ElementKind.F32 ? ElementKind.Complex64 : ElementKind.Complex128;
            RandomValue y = Like(x.Kind, x.Dims);
            Add(pair, x.Dims, $"stablehlo.complex {x.Name}, {y.Name} : {RandomValue.TypeText(pair, x.Dims)}", x.Bound + y.Bound, Finer(x, y));
            return;
        }
        ElementKind to = Chance(8) ? OneOf(ElementKind.F8E4M3FN, ElementKind.F8E5M2) : AnyKind();
        if (to.IsComplex() || to == x.Kind || (x.Kind.IsFloat() && !to.IsFloat() && !x.IsExact))
        {
            return;
        }
        RandomValue from = x;
        if (x.Kind.IsFloat() && to.IsInteger())
        {
            // Inside the range of every integer kind; what is outside is up to the implementation.
            from = Clamped(x, 7);
            if (to.IsUnsignedInteger())
            {
                from = Helper(x.Kind, x.Dims, $"stablehlo.abs {from.Name} : {x.Type}");
            }
        }
        if (to.IsFloat() && x.Kind.IsInteger())
        {
            // Whole numbers may be as large as their kind; their sums are kept small by a remainder.
            RandomValue narrow = x.Kind.BitWidth() <= 8 ? x : Helper(x.Kind, x.Dims, $"stablehlo.remainder {x.Name}, {Splat(x.Kind, x.Dims, "7")} : {x.Type}");
            Add(to, x.Dims, $"stablehlo.convert {narrow.Name} : ({x.Type}) -> {RandomValue.TypeText(to, x.Dims)}", x.Kind.BitWidth() <= 8 ? 256 : 7, x.Kind.BitWidth() == 8 && to is ElementKind.F8E4M3FN or ElementKind.F8E5M2 ? 0 : 1);
            return;
        }
        bool exact = x.IsExact && (x.Kind == ElementKind.I1 || new RandomValue("", to, [], from.Bound, from.Grain).IsExact);
        Add(to, x.Dims, $"stablehlo.convert {from.Name} : ({x.Type}) -> {RandomValue.TypeText(to, x.Dims)}", x.Kind == ElementKind.I1 ? 1 : from.Bound, x.Kind == ElementKind.I1 ? 1 : exact ? from.Grain : 0);
    }

    private static double Finer(RandomValue x, RandomValue y) => Math.Min(x.Grain, y.Grain);
}
