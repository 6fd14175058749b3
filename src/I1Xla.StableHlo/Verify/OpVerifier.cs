using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using static I1Xla.StableHlo.Verify.Checks;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Verify;

/// <summary>Checks one operation against its row of the op table, its traits, its inferred type and its own constraints (those numbered C1, I1 and so on under each operation of the StableHLO specification).</summary>
internal static class OpVerifier
{
    /// <summary>The first violation of an operation, its inferred types aside, or null.</summary>
    public static Diagnostic? Verify(OpDef def, Operation op)
    {
        try
        {
            Operands(def, op);
            Results(def, op);
            Attributes(def, op);
            OperandTypes(def, op);
            ResultTypes(def, op);
            Regions(def, op);
            Traits(def, op);
            RuleTable.Of(op.Name).Verify?.Invoke(op);
            return null;
        }
        catch (ConstraintException e)
        {
            return ToDiagnostic(op, e);
        }
    }

    /// <summary>What the inferred types of an operation that is otherwise right have against its results, or null. Its regions have to be right.</summary>
    public static Diagnostic? VerifyInferred(OpDef def, Operation op)
    {
        OpRules rules = RuleTable.Of(op.Name);
        if (rules.Infer is null)
        {
            return null;
        }
        try
        {
            InferredTypes(def, op, rules);
            return null;
        }
        catch (ConstraintException e)
        {
            return ToDiagnostic(op, e);
        }
    }

    /// <summary>Infers result types of an operation whose own are not known yet, after the checks that inference relies on.</summary>
    public static IrType[] Infer(OpDef def, Operation op)
    {
        Operands(def, op);
        Attributes(def, op);
        OperandTypes(def, op);
        return RuleTable.Of(op.Name).Infer!(op);
    }

    public static Diagnostic ToDiagnostic(Operation op, ConstraintException e) => ToDiagnostic(op.Name, op.Location, e) with { Operation = op };

    public static Diagnostic ToDiagnostic(OpName name, Location location, ConstraintException e)
    {
        string? constraint = e.Constraint is { Length: > 0 } c ? $"{name.Short} ({c})" : null;
        string message = e.Message.StartsWith($"'{name}'", StringComparison.Ordinal) ? e.Message : $"'{name}' op {e.Message}";
        return new Diagnostic(DiagnosticSeverity.Error, location, constraint is null ? message : $"{message} [{constraint}]", constraint);
    }

    /// <summary>What is wrong with the value of an inherent attribute, or null.</summary>
    public static ConstraintException? AttributeViolation(AttributeDef attribute, Attribute value) => AttributeConstraints.Accepts(attribute, value) ? null
        : Violation(AttributeConstraints.IsOfKind(attribute, value) ? attribute.Range ?? attribute.Label : attribute.Label ?? attribute.Range, $"attribute '{attribute.Name}' failed to satisfy constraint: {AttributeConstraints.Summary(attribute)}");

    private static void Operands(OpDef def, Operation op)
    {
        if (def.Has(OpTraits.AttrSizedOperandSegments) && !SegmentsFit(op, "operandSegmentSizes", def.Operands.Length, op.Operands.Length))
        {
            throw Violation(null, $"'operandSegmentSizes' does not describe {def.Operands.Length} groups of {op.Operands.Length} operands");
        }
        if (def.Operands.Length == 0)
        {
            if (op.Operands.Length != 0)
            {
                throw Violation(null, "requires zero operands");
            }
        }
        else if (def.OperandRange(op, 0).Start < 0)
        {
            int variadic = def.Operands.Count(o => o.Variadic);
            int least = def.Operands.Length - variadic;
            throw variadic == 0 ? Violation(null, least == 1 ? "requires a single operand" : $"expected {least} operands, but found {op.Operands.Length}")
                : op.Operands.Length < least ? Violation(null, $"expected {least} or more operands, but found {op.Operands.Length}")
                : Violation(def.ConstraintOf(OpTraits.SameVariadicOperandSize), UnequalGroups(op, (op.Operands.Length - least) / variadic));
        }
    }

    private static string UnequalGroups(Operation op, int each)
    {
        string message = $"expected operand groups of the same size, but found {op.Operands.Length} operands";
        return op.Regions.Length == 1 && !op.Regions[0].IsEmpty && op.Regions[0].Entry.Arguments.Count != 2 * each
            ? $"{message}. Reduction-region must take {2 * each} parameters, but takes {op.Regions[0].Entry.Arguments.Count} parameter(s)" : message;
    }

    private static void Results(OpDef def, Operation op)
    {
        if (def.Has(OpTraits.AttrSizedResultSegments) && !SegmentsFit(op, "resultSegmentSizes", def.Results.Length, op.Results.Length))
        {
            throw Violation(null, $"'resultSegmentSizes' does not describe {def.Results.Length} groups of {op.Results.Length} results");
        }
        if (def.Results.Length == 0)
        {
            if (op.Results.Length != 0)
            {
                throw Violation(null, "requires zero results");
            }
        }
        else if (def.ResultRange(op, 0).Start < 0)
        {
            throw Violation(null, def.Results.Length == 1 ? "requires one result" : $"expected {def.Results.Length} results, but found {op.Results.Length}");
        }
    }

    private static bool SegmentsFit(Operation op, string name, int groups, int count)
    {
        if (op.Attributes[name] is not DenseArrayAttr segments || segments.Values.Length != groups)
        {
            return false;
        }
        long sum = 0;
        foreach (long v in segments.Values)
        {
            if (v < 0 || v > count)
            {
                return false;
            }
            sum += v;
        }
        return sum == count;
    }

    private static void Attributes(OpDef def, Operation op)
    {
        foreach (AttributeDef attribute in def.Attributes)
        {
            Attribute? value = op.Attributes[attribute.Name];
            if (value is null)
            {
                if (!attribute.Optional)
                {
                    throw Violation(attribute.Label, $"requires attribute '{attribute.Name}'");
                }
            }
            else if (AttributeViolation(attribute, value) is { } violation)
            {
                throw violation;
            }
        }
    }

    private static void OperandTypes(OpDef def, Operation op)
    {
        for (int g = 0; g < def.Operands.Length; g++)
        {
            ValueDef operand = def.Operands[g];
            (int start, int length) = def.OperandRange(op, g);
            for (int i = start; i < start + length; i++)
            {
                if (!operand.Type.Accepts(op.Operands[i].Type))
                {
                    throw Violation(operand.Label, $"operand #{i} must be {(operand.Variadic ? "variadic of " : "")}{operand.Type.Summary}, but got {Q(op.Operands[i].Type)}");
                }
            }
        }
    }

    private static void ResultTypes(OpDef def, Operation op)
    {
        for (int g = 0; g < def.Results.Length; g++)
        {
            ValueDef result = def.Results[g];
            (int start, int length) = def.ResultRange(op, g);
            for (int i = start; i < start + length; i++)
            {
                if (!result.Type.Accepts(op.Results[i].Type))
                {
                    throw Violation(null, $"result #{i} must be {(result.Variadic ? "variadic of " : "")}{result.Type.Summary}, but got {Q(op.Results[i].Type)}");
                }
            }
        }
    }

    private static void Regions(OpDef def, Operation op)
    {
        bool variadic = def.Regions.Length == 1 && def.Regions[0].Variadic;
        if (!variadic && op.Regions.Length != def.Regions.Length)
        {
            throw Violation(null, def.Regions.Length == 0 ? "requires zero regions" : def.Regions.Length == 1 ? $"requires one region, but found {op.Regions.Length}" : $"expected {def.Regions.Length} regions, but found {op.Regions.Length}");
        }
        if (op.Name == CompositeOp.OpName)
        {
            return;
        }
        for (int i = 0; i < op.Regions.Length; i++)
        {
            RegionDef region = def.Regions[variadic ? 0 : i];
            if (op.Regions[i].Blocks.Count != 1)
            {
                throw Violation(region.Label, $"region #{i} ('{region.Name}') failed to verify constraint: region with 1 blocks");
            }
        }
    }

    private static void Traits(OpDef def, Operation op)
    {
        if (def.Has(OpTraits.SameOperandsAndResultShape))
        {
            AtLeastOneOperand(def, op, OpTraits.SameOperandsAndResultShape);
            IrType first = op.Operands[0].Type;
            Require(def, OpTraits.SameOperandsAndResultShape, AllTypes(op, t => Types.CompatibleShapes(first, t)), def.Has(OpTraits.Elementwise)
                ? "requires the same shape for all operands and results (all non-scalar operands/results must have the same shape and base type)"
                : "requires the same shape for all operands and results");
        }
        if (def.Has(OpTraits.SameOperandsAndResultElementType))
        {
            AtLeastOneOperand(def, op, OpTraits.SameOperandsAndResultElementType);
            IrType first = Types.ElementOrSelf(op.Operands[0].Type);
            if (!AllTypes(op, t => Types.ElementOrSelf(t).Equals(first)))
            {
                bool result = op.Name == ConcatenateOp.OpName && AllOperands(op, t => Types.ElementOrSelf(t).Equals(first));
                throw Violation(result ? "C5" : def.ConstraintOf(OpTraits.SameOperandsAndResultElementType), "requires the same element type for all operands and results");
            }
        }
        if (def.Has(OpTraits.SameOperandsElementType))
        {
            IrType first = Types.ElementOrSelf(op.Operands[0].Type);
            Require(def, OpTraits.SameOperandsElementType, AllOperands(op, t => Types.ElementOrSelf(t).Equals(first)), "requires the same element type for all operands");
        }
        if (def.Has(OpTraits.CompatibleOperandsAndResultType))
        {
            IrType first = op.Operands[0].Type;
            Require(def, OpTraits.CompatibleOperandsAndResultType, AllTypes(op, t => Types.Compatible(t, first)), "requires compatible types for all operands and results");
        }
        if (def.Has(OpTraits.CompatibleOperandsAndResultElementType))
        {
            IrType first = op.Operands[0].Type;
            Require(def, OpTraits.CompatibleOperandsAndResultElementType, AllTypes(op, t => Types.CompatibleElements(t, first)), "requires compatible element types for all operands and results");
        }
        if (def.Has(OpTraits.CompatibleOperandsElementType))
        {
            IrType first = op.Operands[0].Type;
            Require(def, OpTraits.CompatibleOperandsElementType, AllOperands(op, t => Types.CompatibleElements(t, first)), "requires compatible element types for all operands");
        }
        Pairwise(def, op, OpTraits.PairwiseSameOperandAndResultType, "type", static t => t);
        Pairwise(def, op, OpTraits.PairwiseSameOperandAndResultElementType, "element type", Types.ElementOrSelf);
        foreach (MatchDef match in def.Matches)
        {
            Match(def, op, match);
        }
    }

    private static void AtLeastOneOperand(OpDef def, Operation op, OpTraits trait)
    {
        if (op.Operands.Length == 0)
        {
            string? constraint = op.Name == SortOp.OpName ? "C1" : op.Name == ConcatenateOp.OpName ? "C3" : op.Name == MapOp.OpName ? "C2" : def.ConstraintOf(trait);
            throw Violation(constraint, "expected 1 or more operands, but found 0");
        }
    }

    private static void Require(OpDef def, OpTraits trait, bool holds, string message)
    {
        if (!holds)
        {
            throw Violation(def.ConstraintOf(trait), message);
        }
    }

    private static bool AllOperands(Operation op, Func<IrType, bool> holds)
    {
        foreach (Value operand in op.Operands)
        {
            if (!holds(operand.Type))
            {
                return false;
            }
        }
        return true;
    }

    private static bool AllTypes(Operation op, Func<IrType, bool> holds)
    {
        foreach (OpResult result in op.Results)
        {
            if (!holds(result.Type))
            {
                return false;
            }
        }
        return AllOperands(op, holds);
    }

    private static void Pairwise(OpDef def, Operation op, OpTraits trait, string what, Func<IrType, IrType> part)
    {
        if (!def.Has(trait))
        {
            return;
        }
        if (op.Operands.Length != op.Results.Length)
        {
            throw Violation(def.ConstraintOf(trait), "requires the same number of operands and results");
        }
        for (int i = 0; i < op.Operands.Length; i++)
        {
            if (!part(op.Operands[i].Type).Equals(part(op.Results[i].Type)))
            {
                throw Violation(def.ConstraintOf(trait), $"requires the same {what} for operand and result at index {i}");
            }
        }
    }

    private static void Match(OpDef def, Operation op, MatchDef match)
    {
        IrType? first = null;
        foreach (string name in match.Names)
        {
            int operand = Array.FindIndex(def.Operands, o => o.Name == name);
            IrType type = operand >= 0 ? def.OperandsOf(op, operand)[0].Type : def.ResultsOf(op, Array.FindIndex(def.Results, r => r.Name == name))[0].Type;
            first ??= type;
            bool same = match.Kind switch
            {
                MatchKind.Types => type.Equals(first),
                MatchKind.ElementTypes => Types.ElementOrSelf(type).Equals(Types.ElementOrSelf(first)),
                _ => Types.ShapeOf(type)?.Rank == Types.ShapeOf(first)?.Rank,
            };
            if (!same)
            {
                string what = match.Kind switch { MatchKind.Types => "type", MatchKind.ElementTypes => "element type", _ => "rank" };
                throw Violation(match.Constraint, $"failed to verify that all of {{{string.Join(", ", match.Names)}}} have same {what}");
            }
        }
    }

    private static void InferredTypes(OpDef def, Operation op, OpRules rules)
    {
        IrType[] inferred;
        try
        {
            inferred = rules.Infer!(op);
        }
        catch (ConstraintException e)
        {
            throw Violation(e.Constraint, $"failed to infer returned types: {e.Message}");
        }
        bool fits = inferred.Length == op.Results.Length;
        int wrong = 0;
        for (int i = 0; fits && i < inferred.Length; i++)
        {
            fits = rules.Fits is { } custom ? custom(inferred[i], op.Results[i].Type) : Types.Compatible(inferred[i], op.Results[i].Type);
            wrong = i;
        }
        if (!fits)
        {
            var actual = new List<IrType>();
            foreach (OpResult result in op.Results)
            {
                actual.Add(result.Type);
            }
            string? constraint = inferred.Length != actual.Count && op.Name == CollectiveBroadcastOp.OpName ? "C5" : wrong < inferred.Length && wrong < actual.Count ? ResultConstraint(op.Name.Short, wrong, inferred[wrong], actual[wrong], actual.Any(t => !Types.CompatibleShapes(t, actual[0]))) : null;
            throw Violation(constraint ?? def.ConstraintOf(OpTraits.InferType), $"inferred type(s) {Q(inferred)} are incompatible with return type(s) of operation {Q(actual)} ('{op.Name}' op failed to infer returned types)");
        }
    }

    /// <summary>The constraint of a wrong result, for operations that have other ones for element types or for later results.</summary>
    private static string? ResultConstraint(string name, int result, IrType inferred, IrType actual, bool actualShapesDiffer)
    {
        if (name == "batch_norm_training" && result > 0)
        {
            return result == 1 ? "C5" : "C6";
        }
        if (name == "reduce_window" && actualShapesDiffer)
        {
            return "C14";
        }
        return !Types.CompatibleShapes(inferred, actual) ? null : name switch
        {
            "dynamic_gather" => "C14",
            "all_reduce" => "C7",
            "reduce" => "C8",
            "reduce_window" => "C16",
            "scatter" => "C25",
            "select_and_scatter" => "C12",
            _ => null,
        };
    }
}
