using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;
using I1Xla.StableHlo.Text;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Reads the operations of a file. Those of the vhlo dialect come out as the StableHLO operations that they stand for.</summary>
internal sealed class OperationReader(BytecodeFile file) : IDisposable
{
    private const int MaximumDepth = 512;
    private static readonly Value s_notYet = new BlockArgument(new Block(), 0, new NoneType(), Location.Unknown);
    private readonly AttributeReader _attributes = new(file);
    private readonly VhloOp?[] _vhlo = [.. file.OpNames.Select(VhloOp.Find)];
    private readonly Dictionary<FormKey, Form> _converted = [];
    private readonly (FormKey Key, Form Form)[] _recent = new (FormKey, Form)[64];
    private readonly List<Scope> _scopes = [];
    private int _depthOfScopes;
    private readonly UseLists _useLists = new();
    private Value[] _operandBuffer = new Value[8];
    private IrType[] _typeBuffer = new IrType[8];
    private long _values;
    private long _entries;
    private int _depth;

    /// <summary>What the file says of an operation besides values and types.</summary>
    private readonly record struct FormKey(int Name, int Properties, int Dictionary, bool InFunction);

    /// <summary>What an operation is in StableHLO.</summary>
    private readonly record struct Form(OpName Name, NamedAttribute[] Attributes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Scope scope in _scopes)
        {
            scope.Dispose();
        }
        _attributes.Dispose();
    }

    /// <summary>A scope within those that are open.</summary>
    private Scope Inner()
    {
        if (_depthOfScopes == _scopes.Count)
        {
            _scopes.Add(new Scope());
        }
        return _scopes[_depthOfScopes++];
    }

    /// <summary>Reads the module.</summary>
    public ModuleOp Read()
    {
        BytecodeCursor cursor = file.Cursor(file.Ir);
        int at = cursor.Position;
        ulong count = cursor.VarIntWithFlag(out bool hasArguments);
        if (count != 1 || hasArguments)
        {
            throw new BytecodeException("a file has one operation at the top", at);
        }
        Operation op = Operation(ref cursor, Inner(), null);
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
        if (file.OpNames.Contains(Casts.Name))
        {
            Casts.Fold(op);
        }
        if (PortableArtifact.TryGetVersion(file.Producer, out StableHloVersion version))
        {
            _useLists.Attach(op, version);
        }
        return new ModuleOp(op);
    }

    private Operation Operation(ref BytecodeCursor cursor, Scope scope, OpName? parent)
    {
        int at = cursor.Position;
        if (++_depth > MaximumDepth)
        {
            throw new BytecodeException($"operations are nested more than {MaximumDepth} deep", at);
        }
        int nameIndex = cursor.Index(file.OpNames.Count, "operation name");
        OpName name = file.OpNames[nameIndex];
        var mask = (OpMask)cursor.Byte();
        if ((byte)mask > 127)
        {
            throw new BytecodeException("an operation has parts of an unknown kind", at);
        }
        Location location = _attributes.Location(ref cursor);
        int dictionary = (mask & OpMask.Attributes) != 0 ? _attributes.Index(ref cursor) : -1;
        int properties = (mask & OpMask.Properties) != 0 ? cursor.Index(file.Properties.Length, "properties") : -1;
        (OpName newName, NamedAttribute[] attributes) = Attributes(nameIndex, properties, dictionary, parent, at);
        int typeCount = (mask & OpMask.Results) != 0 ? cursor.Count("results") : 0;
        Reserve(ref _typeBuffer, typeCount);
        for (int i = 0; i < typeCount; i++)
        {
            Place(_typeBuffer, i) = _attributes.Type(ref cursor);
        }
        int operandCount = (mask & OpMask.Operands) != 0 ? cursor.Count("operands") : 0;
        Reserve(ref _operandBuffer, operandCount);
        List<(int Operand, int Value)>? later = null;
        for (int i = 0; i < operandCount; i++)
        {
            int id = cursor.Index(scope.Count, "value");
            if (scope[id] is { } value)
            {
                Place(_operandBuffer, i) = value;
                continue;
            }
            Place(_operandBuffer, i) = s_notYet;
            (later ??= []).Add((i, id));
        }
        if ((mask & OpMask.Successors) != 0)
        {
            throw cursor.Error($"{name} has successors, which no operation of StableHLO has");
        }
        List<UseListOrder>? useLists = (mask & OpMask.UseListOrders) != 0 ? UseListOrder.Read(ref cursor, typeCount) : null;
        int regionCount = 0;
        bool isolated = false;
        if ((mask & OpMask.Regions) != 0)
        {
            int countAt = cursor.Position;
            ulong n = cursor.VarIntWithFlag(out isolated);
            regionCount = n <= (ulong)cursor.Remaining ? (int)n : throw new BytecodeException($"{n} regions do not fit", countAt);
        }
        Region[] regions = regionCount == 0 ? [] : new Region[regionCount];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = new Region();
        }
        var op = Ir.Operation.WithShared(newName, _operandBuffer.AsSpan(0, operandCount), _typeBuffer.AsSpan(0, typeCount), attributes, regions, location);
        if (useLists is not null)
        {
            _useLists.Add<OpResult>(op.Results, useLists);
        }
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
                (SectionId id, FilePart part) = cursor.Section();
                if (id != SectionId.Ir)
                {
                    throw new BytecodeException("the regions of an isolated operation are in a section of another kind", sectionAt);
                }
                BytecodeCursor inner = file.Cursor(part);
                Regions(ref inner, regions, Inner(), name);
                _depthOfScopes--;
                if (!inner.AtEnd)
                {
                    throw inner.Error("bytes are left over after the regions of an operation");
                }
            }
            else
            {
                Regions(ref cursor, regions, isolated ? Inner() : scope, name);
                _depthOfScopes -= isolated ? 1 : 0;
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
                _useLists.Add<BlockArgument>([.. block.Arguments], UseListOrder.Read(ref cursor, arguments));
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

    /// <summary>A place in a buffer of this reader, whose type the runtime would otherwise check at each store.</summary>
    private static ref T Place<T>(T[] buffer, int index)
    {
        Debug.Assert((uint)index < (uint)buffer.Length);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(buffer), index);
    }

    private static void Reserve<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
        {
            buffer = new T[Math.Max(count, buffer.Length * 2)];
        }
    }

    /// <summary>The name and attributes of an operation in StableHLO. Operations that share what the file says of them share the work.</summary>
    private (OpName, NamedAttribute[]) Attributes(int nameIndex, int propertiesIndex, int dictionary, OpName? parent, int at)
    {
        var key = new FormKey(nameIndex, propertiesIndex, dictionary, VhloImport.IsFunction(parent));
        ref (FormKey Key, Form Form) recent = ref _recent[((nameIndex * 31) + (propertiesIndex * 7) + dictionary) & (_recent.Length - 1)];
        if (recent.Form.Name is null || recent.Key != key)
        {
            recent = (key, Convert(key, parent, at));
        }
        Form form = recent.Form;
        _entries += form.Attributes.Length;
        if (_entries > 100_000 + (64L * file.Length))
        {
            throw new BytecodeException("the operations have far more attributes than the file could hold", at);
        }
        return (form.Name, form.Attributes);
    }

    private Form Convert(FormKey key, OpName? parent, int at)
    {
        if (!_converted.TryGetValue(key, out Form form))
        {
            (int nameIndex, int propertiesIndex, int dictionary, _) = key;
            VhloOp? vhlo = _vhlo[nameIndex];
            OpName name = file.OpNames[nameIndex];
            if (vhlo is null && name.Dialect == "vhlo")
            {
                throw new BytecodeException($"there is no operation '{name}' up to version {StableHloVersion.Current}; the artifact was written by {file.Producer}", at);
            }
            var attributes = new AttributeMap();
            if (propertiesIndex >= 0)
            {
                BytecodeCursor properties = file.Cursor(file.Properties[propertiesIndex]);
                Properties(name, vhlo, ref properties, attributes);
                if (!properties.AtEnd)
                {
                    throw properties.Error($"bytes are left over after the properties of {name}");
                }
            }
            foreach (NamedAttribute entry in (dictionary < 0 ? DictionaryAttr.Empty : _attributes.Attribute<DictionaryAttr>(dictionary, at)).Entries)
            {
                attributes.Set(entry.Name, entry.Value);
            }
            if (vhlo is not null)
            {
                (name, attributes) = VhloImport.Convert(vhlo, attributes, parent, at);
            }
            form = new Form(name, attributes.Entries.ToArray());
            _converted.Add(key, form);
        }
        return form;
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
        else if (name.Dialect == "sdy" && OpSyntaxTable.Find(name) is { } syntax)
        {
            foreach (string key in syntax.Inherent)
            {
                if (!MayBeAbsent(name.Short, key))
                {
                    attributes.Set(key, _attributes.Attribute(ref cursor));
                }
                else if (_attributes.OptionalAttribute(ref cursor) is { } value)
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

    /// <summary>The optional attributes, and those with a default, of Shardy's operations.</summary>
    private static bool MayBeAbsent(string name, string attribute) => (name, attribute) is ("data_flow_edge", "sharding") or ("named_computation", "in_shardings" or "out_shardings") or (_, "reduction_op");

    /// <summary>Values by number: those of regions that are not isolated follow those around them.</summary>
    private sealed class Scope : IDisposable
    {
        private PooledList<Value?> _values = new();
        private int _next;

        public int Count => _values.Count;

        public List<(Operation Op, int Operand, int Value)> Later { get; } = [];

        public Value? this[int value] => _values[value];

        public void Dispose() => _values.Dispose();

        public (int Start, int Next, int Later) Push(int count)
        {
            var before = (_values.Count, _next, Later.Count);
            _next = _values.Reserve(count);
            _values.Span[_next..].Clear();
            return before;
        }

        public void Pop((int Start, int Next, int Later) before, int at)
        {
            if (_next != _values.Count)
            {
                throw new BytecodeException("a region has fewer values than it says", at);
            }
            int kept = before.Later;
            for (int i = before.Later; i < Later.Count; i++)
            {
                (Operation op, int operand, int value) = Later[i];
                if (_values[value] is { } defined)
                {
                    op.SetOperand(operand, defined);
                }
                else
                {
                    Later[kept++] = Later[i];
                }
            }
            Later.RemoveRange(kept, Later.Count - kept);
            _values.Span[before.Start..].Clear();
            _values.Truncate(before.Start);
            _next = before.Next;
        }

        public void Define(Value value, int at)
        {
            if (_next >= _values.Count)
            {
                throw new BytecodeException("there are more values than the region says", at);
            }
            _values[_next++] = value;
        }
    }
}
