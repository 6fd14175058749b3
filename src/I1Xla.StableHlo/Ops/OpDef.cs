using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Ops;

/// <summary>An operand or result of an operation (StableHLO specification, "Inputs" and "Outputs" of each).</summary>
/// <param name="Name">Name, as the specification has it.</param>
/// <param name="Type">What types it may have.</param>
/// <param name="Variadic">Whether it stands for any number of values.</param>
/// <param name="Label">Its number among the inputs in the specification, such as <c>I1</c>; null when it has none.</param>
public sealed record ValueDef(string Name, TypeConstraint Type, bool Variadic, string? Label = null);

/// <summary>An inherent attribute of an operation.</summary>
/// <remarks>StableHLO specification, section <c>Ops</c>, <c>Inputs</c> of each; <c>StablehloOps.td</c>.</remarks>
/// <param name="Name">Name.</param>
/// <param name="Kind">What it may be.</param>
/// <param name="Optional">Whether it may be absent; a default makes it so too.</param>
/// <param name="Default">The table's spelling of the default; null when there is none.</param>
/// <param name="Enum">The enum, for <see cref="AttributeKind.Enum"/>.</param>
/// <param name="Label">Its number among the inputs in the specification, such as <c>I2</c>; null when it has none.</param>
/// <param name="Range">The constraint of the specification that its range is, such as <c>C4</c>; null when there is none.</param>
public sealed record AttributeDef(string Name, AttributeKind Kind, bool Optional, string? Default = null, EnumDef? Enum = null, string? Label = null, string? Range = null);

/// <summary>An enum attribute: its dialect and mnemonic in text, and its cases with their numbers in bytecode.</summary>
/// <remarks>StableHLO, <c>StablehloEnums.td</c>.</remarks>
public sealed record EnumDef(string Name, string Dialect, string Mnemonic, (string Name, int Value)[] Cases)
{
    /// <summary>The number of a case; -1 when there is no such case.</summary>
    public int ValueOf(string name)
    {
        foreach ((string caseName, int value) in Cases)
        {
            if (caseName == name)
            {
                return value;
            }
        }
        return -1;
    }

    /// <summary>The case of a number; null when there is none.</summary>
    public string? NameOf(long value)
    {
        foreach ((string caseName, int caseValue) in Cases)
        {
            if (caseValue == value)
            {
                return caseName;
            }
        }
        return null;
    }
}

/// <summary>A region of an operation (a "function" among the inputs in the StableHLO specification).</summary>
/// <remarks>StableHLO specification, section <c>Ops</c>.</remarks>
public sealed record RegionDef(string Name, bool Variadic, string? Label = null);

/// <summary>A version of an operation in VHLO (StableHLO, "Compatibility", and <c>VhloOps.td</c>).</summary>
/// <param name="Name">Name without the dialect, such as <c>dot_general_v2</c>.</param>
/// <param name="Min">First version that has it.</param>
/// <param name="Max">Last version that has it; null while it is current.</param>
/// <param name="Attributes">Attribute names in the order of the properties encoding.</param>
public sealed record VhloOpVersion(string Name, StableHloVersion Min, StableHloVersion? Max, string[] Attributes);

/// <summary>A requirement that some operands and results agree.</summary>
/// <remarks>StableHLO, <c>StablehloOps.td</c>: AllElementTypesMatch, AllTypesMatch, AllRanksMatch.</remarks>
public enum MatchKind
{
    /// <summary>Equal element types.</summary>
    ElementTypes,
    /// <summary>Equal types.</summary>
    Types,
    /// <summary>Equal ranks.</summary>
    Ranks,
}

/// <summary>Operands and results, by name, that must agree, and the constraint of the specification that this is.</summary>
public sealed record MatchDef(MatchKind Kind, string[] Names, string? Constraint = null);

/// <summary>A row of the op table: the section of an operation in the StableHLO specification as data.</summary>
/// <param name="Name">Name with its dialect.</param>
/// <param name="Operands">Operand groups, in order.</param>
/// <param name="Attributes">Inherent attributes.</param>
/// <param name="Results">Result groups, in order.</param>
/// <param name="Regions">Regions.</param>
/// <param name="Traits">Traits.</param>
/// <param name="TraitConstraints">The constraints of the specification that traits stand for.</param>
/// <param name="Matches">Which types have to agree.</param>
/// <param name="Versions">The versions of the op in VHLO, in order.</param>
/// <param name="Constraints">The specification's constraints beside those of the inputs: <c>C1</c> and up.</param>
/// <param name="UnverifiableConstraints">Those of them that no program alone can violate: they depend on how many processes run or on values, or follow from the types of inputs.</param>
public sealed record OpDef(
    OpName Name, ValueDef[] Operands, AttributeDef[] Attributes, ValueDef[] Results, RegionDef[] Regions,
    OpTraits Traits, (OpTraits Trait, string Constraint)[] TraitConstraints, MatchDef[] Matches, VhloOpVersion[] Versions,
    string[] Constraints, string[] UnverifiableConstraints)
{
    /// <summary>The version that brought the op; null for CHLO, which has no compatibility guarantees.</summary>
    public StableHloVersion? Since => Versions.Length > 0 ? Versions[0].Min : null;

    /// <summary>Whether the op has a trait.</summary>
    public bool Has(OpTraits trait) => (Traits & trait) != 0;

    /// <summary>The constraint of the specification that a trait stands for, such as <c>C1</c>; null when there is none.</summary>
    public string? ConstraintOf(OpTraits trait)
    {
        foreach ((OpTraits t, string constraint) in TraitConstraints)
        {
            if (t == trait)
            {
                return constraint;
            }
        }
        return null;
    }

    /// <summary>The attribute of a name; null when the op has none such.</summary>
    public AttributeDef? FindAttribute(string name)
    {
        foreach (AttributeDef attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }
        return null;
    }

    /// <summary>Where operand group <paramref name="group"/> starts among the operands of <paramref name="op"/> and how long it is; (-1, 0) when the counts do not fit.</summary>
    public (int Start, int Length) OperandRange(Operation op, int group) =>
        Range(Operands, op.Operands.Length, group, Has(OpTraits.AttrSizedOperandSegments) ? op.Attributes.Get<DenseArrayAttr>("operandSegmentSizes") : null);

    /// <summary>The same for results.</summary>
    public (int Start, int Length) ResultRange(Operation op, int group) =>
        Range(Results, op.Results.Length, group, Has(OpTraits.AttrSizedResultSegments) ? op.Attributes.Get<DenseArrayAttr>("resultSegmentSizes") : null);

    /// <summary>The operands of a group.</summary>
    /// <exception cref="InvalidOperationException">The operation has a number of operands that the table does not allow.</exception>
    public ReadOnlySpan<Value> OperandsOf(Operation op, int group)
    {
        (int start, int length) = OperandRange(op, group);
        return start < 0 ? throw Wrong(op, "operands", op.Operands.Length) : op.Operands.Slice(start, length);
    }

    /// <summary>The results of a group.</summary>
    /// <exception cref="InvalidOperationException">The operation has a number of results that the table does not allow.</exception>
    public ReadOnlySpan<OpResult> ResultsOf(Operation op, int group)
    {
        (int start, int length) = ResultRange(op, group);
        return start < 0 ? throw Wrong(op, "results", op.Results.Length) : op.Results.Slice(start, length);
    }

    private static InvalidOperationException Wrong(Operation op, string what, int count) =>
        new($"{op.Name} has {count} {what}, which its definition does not allow");

    private static (int Start, int Length) Range(ValueDef[] defs, int count, int group, DenseArrayAttr? segments)
    {
        if (segments is not null)
        {
            long start = 0;
            for (int i = 0; i < group && i < segments.Values.Length; i++)
            {
                start += segments.Values[i];
            }
            return group < segments.Values.Length && start >= 0 && segments.Values[group] >= 0 && start + segments.Values[group] <= count
                ? ((int)start, (int)segments.Values[group]) : (-1, 0);
        }
        int variadics = 0;
        foreach (ValueDef def in defs)
        {
            variadics += def.Variadic ? 1 : 0;
        }
        int fixedCount = defs.Length - variadics;
        int rest = count - fixedCount;
        if (rest < 0 || (variadics == 0 ? rest != 0 : rest % variadics != 0))
        {
            return (-1, 0);
        }
        int each = variadics == 0 ? 0 : rest / variadics;
        int at = 0;
        for (int i = 0; i < group; i++)
        {
            at += defs[i].Variadic ? each : 1;
        }
        return (at, defs[group].Variadic ? each : 1);
    }
}
