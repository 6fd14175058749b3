using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Reads the operations of a file. Those of the vhlo dialect come out as the StableHLO operations that they stand for.</summary>
internal sealed class OperationReader(BytecodeFile file)
{
    private const int MaximumDepth = 512;
    private static readonly Value s_notYet = new BlockArgument(new Block(), 0, new NoneType(), Location.Unknown);
    private readonly AttributeReader _attributes = new(file);
    private long _values;
    private int _depth;

    /// <summary>Reads the module.</summary>
    public ModuleOp Read()
    {
        BytecodeCursor cursor = file.Ir;
        int at = cursor.Position;
        ulong count = cursor.VarIntWithFlag(out bool hasArguments);
        if (count != 1 || hasArguments)
        {
            throw new BytecodeException("a file has one operation at the top", at);
        }
        Operation op = Operation(ref cursor, new Scope(), null);
        if (!cursor.AtEnd)
        {
            throw cursor.Error("bytes are left over after the module");
        }
        if (op.Name != ModuleOp.OpName || op.Regions.Length != 1)
        {
            throw new BytecodeException($"the operation at the top is {op.Name}, not builtin.module", at);
        }
        if (op.Regions[0].IsEmpty)
        {
            op.Regions[0].Add(new Block());
        }
        Casts.Fold(op);
        return new ModuleOp(op);
    }

    private Operation Operation(ref BytecodeCursor cursor, Scope scope, OpName? parent)
    {
        int at = cursor.Position;
        if (++_depth > MaximumDepth)
        {
            throw new BytecodeException($"operations are nested more than {MaximumDepth} deep", at);
        }
        OpName name = file.OpNames[cursor.Index(file.OpNames.Count, "operation name")];
        var mask = (OpMask)cursor.Byte();
        if ((byte)mask > 127)
        {
            throw new BytecodeException("an operation has parts of an unknown kind", at);
        }
        Location location = _attributes.Attribute<Location>(ref cursor);
        DictionaryAttr dictionary = (mask & OpMask.Attributes) != 0 ? _attributes.Attribute<DictionaryAttr>(ref cursor) : DictionaryAttr.Empty;
        VhloOp? vhlo = VhloOp.Find(name);
        var attributes = new AttributeMap();
        if ((mask & OpMask.Properties) != 0)
        {
            BytecodeCursor properties = file.Properties[cursor.Index(file.Properties.Length, "properties")];
            Properties(name, vhlo, ref properties, attributes);
            if (!properties.AtEnd)
            {
                throw properties.Error($"bytes are left over after the properties of {name}");
            }
        }
        foreach (NamedAttribute entry in dictionary.Entries)
        {
            attributes.Set(entry.Name, entry.Value);
        }
        var types = new IrType[(mask & OpMask.Results) != 0 ? cursor.Count("results") : 0];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = _attributes.Type(ref cursor);
        }
        var operands = new Value[(mask & OpMask.Operands) != 0 ? cursor.Count("operands") : 0];
        List<(int Operand, int Value)>? later = null;
        for (int i = 0; i < operands.Length; i++)
        {
            int id = cursor.Index(scope.Values.Count, "value");
            if (scope.Values[id] is { } value)
            {
                operands[i] = value;
                continue;
            }
            operands[i] = s_notYet;
            (later ??= []).Add((i, id));
        }
        if ((mask & OpMask.Successors) != 0)
        {
            throw cursor.Error($"{name} has successors, which no operation of StableHLO has");
        }
        if ((mask & OpMask.UseListOrders) != 0)
        {
            SkipUseLists(ref cursor, types.Length);
        }
        int regionCount = 0;
        bool isolated = false;
        if ((mask & OpMask.Regions) != 0)
        {
            int countAt = cursor.Position;
            ulong n = cursor.VarIntWithFlag(out isolated);
            regionCount = n <= (ulong)cursor.Remaining ? (int)n : throw new BytecodeException($"{n} regions do not fit", countAt);
        }
        var regions = new Region[regionCount];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = new Region();
        }
        OpName newName = name;
        if (vhlo is not null)
        {
            (newName, attributes) = VhloImport.Convert(vhlo, attributes, parent, at);
        }
        var op = new Operation(newName, operands, types, attributes, regions, location);
        foreach (OpResult result in op.Results)
        {
            scope.Define(result, at);
        }
        if (later is not null)
        {
            foreach ((int operand, int value) in later)
            {
                scope.Later.Add((op, operand, value));
            }
        }
        if (regionCount > 0)
        {
            if (isolated && file.Version >= BytecodeFormat.LazyLoading)
            {
                int sectionAt = cursor.Position;
                (SectionId id, BytecodeCursor inner) = cursor.Section();
                if (id != SectionId.Ir)
                {
                    throw new BytecodeException("the regions of an isolated operation are in a section of another kind", sectionAt);
                }
                Regions(ref inner, regions, new Scope(), name);
                if (!inner.AtEnd)
                {
                    throw inner.Error("bytes are left over after the regions of an operation");
                }
            }
            else
            {
                Regions(ref cursor, regions, isolated ? new Scope() : scope, name);
            }
        }
        _depth--;
        return op;
    }

    private void Regions(ref BytecodeCursor cursor, Region[] regions, Scope scope, OpName parent)
    {
        foreach (Region region in regions)
        {
            int blocks = cursor.Count("blocks");
            if (blocks == 0)
            {
                continue;
            }
            int at = cursor.Position;
            int values = cursor.Count("values");
            _values += values;
            if (_values > file.Length)
            {
                throw new BytecodeException($"the regions say that they have {_values} values, more than the file has bytes", at);
            }
            (int, int, int) before = scope.Push(values);
            for (int i = 0; i < blocks; i++)
            {
                Block(ref cursor, region.Add(new Block()), scope, parent);
            }
            scope.Pop(before, cursor.Position);
        }
    }

    private void Block(ref BytecodeCursor cursor, Block block, Scope scope, OpName parent)
    {
        int at = cursor.Position;
        ulong count = cursor.VarIntWithFlag(out bool hasArguments);
        if (hasArguments)
        {
            int arguments = cursor.Count("arguments");
            for (int i = 0; i < arguments; i++)
            {
                IrType type;
                Location location = Location.Unknown;
                if (file.Version >= BytecodeFormat.ElideUnknownBlockArgLocation)
                {
                    (type, bool hasLocation) = _attributes.TypeWithFlag(ref cursor);
                    location = hasLocation ? _attributes.Attribute<Location>(ref cursor) : location;
                }
                else
                {
                    type = _attributes.Type(ref cursor);
                    location = _attributes.Attribute<Location>(ref cursor);
                }
                scope.Define(block.AddArgument(type, location), at);
            }
            if (file.Version >= BytecodeFormat.UseListOrdering && ((OpMask)cursor.Byte() & OpMask.UseListOrders) != 0)
            {
                    SkipUseLists(ref cursor, arguments);
            }
        }
        if (count > (ulong)cursor.Remaining)
        {
            throw new BytecodeException($"{count} operations do not fit", at);
        }
        for (ulong i = 0; i < count; i++)
        {
            block.Add(Operation(ref cursor, scope, parent));
        }
    }

    /// <summary>Orders of use lists say how a reader in C++ should link uses; there are no such lists here.</summary>
    private static void SkipUseLists(ref BytecodeCursor cursor, int values)
    {
        int lists = values == 1 ? 1 : cursor.Count("use lists");
        for (int i = 0; i < lists; i++)
        {
            if (values != 1)
            {
                _ = cursor.VarInt();
            }
            ulong count = cursor.VarIntWithFlag(out _);
            if (count > (ulong)cursor.Remaining)
            {
                throw cursor.Error("a use list is longer than the file");
            }
            for (ulong k = 0; k < count; k++)
            {
                _ = cursor.VarInt();
            }
        }
    }

    private void Properties(OpName name, VhloOp? vhlo, ref BytecodeCursor cursor, AttributeMap attributes)
    {
        if (vhlo is not null)
        {
            foreach (string key in vhlo.Version.Attributes)
            {
                attributes.Set(key, _attributes.Attribute(ref cursor));
            }
        }
        else if (name == ModuleOp.OpName)
        {
            foreach (string key in (ReadOnlySpan<string>)["sym_name", "sym_visibility"])
            {
                if (_attributes.OptionalAttribute(ref cursor) is { } value)
                {
                    attributes.Set(key, value);
                }
            }
        }
        else
        {
            // An operation unknown to the writer keeps its properties as one dictionary.
            foreach (NamedAttribute entry in _attributes.Attribute<DictionaryAttr>(ref cursor).Entries)
            {
                attributes.Set(entry.Name, entry.Value);
            }
        }
    }

    /// <summary>Values by number: those of regions that are not isolated follow those around them.</summary>
    private sealed class Scope
    {
        private int _next;

        public List<Value?> Values { get; } = [];

        public List<(Operation Op, int Operand, int Value)> Later { get; } = [];

        public (int Start, int Next, int Later) Push(int count)
        {
            var before = (Values.Count, _next, Later.Count);
            _next = Values.Count;
            for (int i = 0; i < count; i++)
            {
                Values.Add(null);
            }
            return before;
        }

        public void Pop((int Start, int Next, int Later) before, int at)
        {
            if (_next != Values.Count)
            {
                throw new BytecodeException("a region has fewer values than it says", at);
            }
            int kept = before.Later;
            for (int i = before.Later; i < Later.Count; i++)
            {
                (Operation op, int operand, int value) = Later[i];
                if (Values[value] is { } defined)
                {
                    op.SetOperand(operand, defined);
                }
                else
                {
                    Later[kept++] = Later[i];
                }
            }
            Later.RemoveRange(kept, Later.Count - kept);
            Values.RemoveRange(before.Start, Values.Count - before.Start);
            _next = before.Next;
        }

        public void Define(Value value, int at)
        {
            if (_next >= Values.Count)
            {
                throw new BytecodeException("there are more values than the region says", at);
            }
            Values[_next++] = value;
        }
    }
}
