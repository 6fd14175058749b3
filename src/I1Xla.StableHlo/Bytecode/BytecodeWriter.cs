using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Writes a module as MLIR bytecode of the vhlo dialect, byte for byte as MLIR's writer does.</summary>
internal sealed class BytecodeWriter : IDisposable
{
    private const int ResourceAlignment = 64;
    private readonly int _version;
    private readonly string _producer;
    private readonly NodeTable _nodes = new();
    private readonly NodeEncoder _encoder;
    private readonly OperationTable _module;
    private readonly IrNumbering _numbering;
    private readonly UseOrders _useOrders;
    private readonly List<int> _strings = [];
    private readonly List<byte[]> _properties = [];
    private readonly Dictionary<NodeTable.Blob, int> _propertyNumbers = [];
    private readonly int[] _propertiesOfForm;
    private readonly List<ByteWriter> _sections = [];
    private readonly List<ByteWriter> _writers = [];
    private int[] _stringNumbers;
    private int _depth;

    private BytecodeWriter(Operation root, StableHloVersion target, string producer)
    {
        _producer = producer;
        // Nothing but the producer's name tells patches apart.
        StableHloVersion minor = target with { Patch = 0 };
        _version = minor < new StableHloVersion(0, 10, 0) ? 0
            : minor < new StableHloVersion(0, 12, 0) ? 1
            : minor < new StableHloVersion(0, 14, 0) ? 3
            : minor < new StableHloVersion(0, 15, 0) ? 4 : 6;
        var export = new VhloExport(minor);
        _encoder = new NodeEncoder(minor, _nodes);
        _module = new OperationTable(root, _encoder, export, new OperationForms(_nodes, _encoder, export, _version >= BytecodeFormat.NativeProperties));
        _numbering = new IrNumbering(_module, _nodes);
        _useOrders = new UseOrders(_module, Bytecode.UseLists.Of(root, target));
        _propertiesOfForm = new int[_module.Forms.Count];
        Array.Fill(_propertiesOfForm, -1);
        _stringNumbers = new int[_nodes.Strings.Count];
        Array.Fill(_stringNumbers, -1);
    }

    /// <summary>Writes a module for a version.</summary>
    /// <exception cref="PortableArtifactException">The version cannot express an operation.</exception>
    public static byte[] Write(Operation root, StableHloVersion target, string producer)
    {
        using var writer = new BytecodeWriter(root, target, producer);
        return writer.Write();
    }

    private byte[] Write()
    {
        ByteWriter dialects = Dialects();
        (ByteWriter offsets, ByteWriter entries) = AttributesAndTypes();
        var ir = Writer();
        ir.VarIntWithFlag(1, false);
        Operation(ir, 0);
        (ByteWriter resourceOffsets, ByteWriter resources) = Resources();
        ByteWriter strings = Strings();
        ByteWriter? properties = _version >= BytecodeFormat.NativeProperties ? Properties() : null;
        var file = Writer();
        file.Bytes(BytecodeFormat.Magic);
        file.VarInt((ulong)_version);
        file.NulTerminated(_producer);
        file.Reserve(500L + dialects.Length + offsets.Length + entries.Length + ir.Length + resourceOffsets.Length + resources.Length + strings.Length + (properties?.Length ?? 0));
        file.Section(SectionId.Dialect, dialects);
        file.Section(SectionId.AttrTypeOffset, offsets);
        file.Section(SectionId.AttrType, entries);
        file.Section(SectionId.Ir, ir);
        file.Section(SectionId.ResourceOffset, resourceOffsets);
        file.Section(SectionId.Resource, resources);
        file.Section(SectionId.String, strings);
        if (properties is not null)
        {
            file.Section(SectionId.Properties, properties);
        }
        return file.Written.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ByteWriter writer in _writers)
        {
            writer.Dispose();
        }
        _numbering.Dispose();
        _module.Dispose();
        _nodes.Dispose();
    }

    private ByteWriter Writer()
    {
        var writer = new ByteWriter();
        _writers.Add(writer);
        return writer;
    }

    /// <summary>The number of a string, given in the order in which strings are first written.</summary>
    private ulong String(int place)
    {
        if (place >= _stringNumbers.Length)
        {
            int before = _stringNumbers.Length;
            Array.Resize(ref _stringNumbers, place + 16);
            Array.Fill(_stringNumbers, -1, before, _stringNumbers.Length - before);
        }
        if (_stringNumbers[place] < 0)
        {
            _stringNumbers[place] = _strings.Count;
            _strings.Add(place);
        }
        return (ulong)_stringNumbers[place];
    }

    private ByteWriter Strings()
    {
        var writer = Writer();
        writer.VarInt((ulong)_strings.Count);
        for (int i = _strings.Count - 1; i >= 0; i--)
        {
            writer.VarInt((ulong)System.Text.Encoding.UTF8.GetByteCount(_nodes.Strings[_strings[i]]) + 1);
        }
        foreach (int place in _strings)
        {
            writer.NulTerminated(_nodes.Strings[place]);
        }
        return writer;
    }

    private ByteWriter Properties()
    {
        var writer = Writer();
        writer.VarInt((ulong)_properties.Count);
        foreach (byte[] bytes in _properties)
        {
            writer.VarInt((ulong)bytes.Length);
            writer.Bytes(bytes);
        }
        return writer;
    }

    private ByteWriter Dialects()
    {
        var writer = Writer();
        writer.VarInt((ulong)_numbering.Dialects.Count);
        foreach (int dialect in _numbering.Dialects)
        {
            ulong name = String(_nodes.String(_nodes.DialectName(dialect)));
            if (_version < BytecodeFormat.DialectVersioning)
            {
                writer.VarInt(name);
            }
            else
            {
                writer.VarIntWithFlag(name, false);
            }
        }
        if (_version >= BytecodeFormat.ElideUnknownBlockArgLocation)
        {
            writer.VarInt((ulong)_numbering.Names.Length);
        }
        NumberedName[] names = _module.Forms.Names;
        Grouped(writer, _numbering.Names, n => names[n].Dialect, name =>
        {
            ulong text = String(names[name].Text);
            if (_version < BytecodeFormat.NativeProperties)
            {
                writer.VarInt(text);
            }
            else
            {
                // Flagged as registered.
                writer.VarIntWithFlag(text, true);
            }
        });
        return writer;
    }

    private void Grouped(ByteWriter writer, ReadOnlySpan<int> items, Func<int, int> dialect, Action<int> write)
    {
        for (int i = 0; i < items.Length;)
        {
            int group = dialect(items[i]);
            int end = i + 1;
            while (end < items.Length && dialect(items[end]) == group)
            {
                end++;
            }
            writer.VarInt((ulong)_numbering.DialectNumber(group));
            writer.VarInt((ulong)(end - i));
            for (; i < end; i++)
            {
                write(items[i]);
            }
        }
    }

    private (ByteWriter Offsets, ByteWriter Entries) AttributesAndTypes()
    {
        var offsets = Writer();
        var entries = Writer();
        entries.Reserve(_nodes.Blobs.Sum(b => (long)b.Length) + (6L * (_numbering.Attributes.Length + _numbering.Types.Length)));
        offsets.VarInt((ulong)_numbering.Attributes.Length);
        offsets.VarInt((ulong)_numbering.Types.Length);
        void Entry(int node)
        {
            int before = entries.Length;
            Tokens(entries, _nodes.Tokens(node));
            offsets.VarIntWithFlag((ulong)(entries.Length - before), _nodes.IsCustom(node));
        }
        Grouped(offsets, _numbering.Attributes, n => _nodes.Info(n).Dialect, Entry);
        Grouped(offsets, _numbering.Types, n => _nodes.Info(n).Dialect, Entry);
        return (offsets, entries);
    }

    private ulong Number(EncodedNode node) => (ulong)_nodes.Info(node.Index).Number;

    private void Tokens(ByteWriter writer, ReadOnlySpan<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            switch (token.Kind)
            {
                case TokenKind.VarInt or TokenKind.Resource:
                    writer.VarInt((ulong)token.Value);
                    break;
                case TokenKind.SignedVarInt:
                    writer.SignedVarInt(token.Value);
                    break;
                case TokenKind.Byte:
                    writer.Byte((byte)token.Value);
                    break;
                case TokenKind.String:
                    writer.VarInt(String((int)token.Value));
                    break;
                case TokenKind.Attribute or TokenKind.Type:
                    writer.VarInt((ulong)_nodes.Info((int)token.Value).Number);
                    break;
                case TokenKind.OptionalAttribute:
                    if (token.IsNode)
                    {
                        writer.VarIntWithFlag((ulong)_nodes.Info((int)token.Value).Number, true);
                    }
                    else
                    {
                        writer.VarInt(0);
                    }
                    break;
                case TokenKind.Blob:
                    ReadOnlyMemory<byte> bytes = _nodes.Blobs[(int)token.Value];
                    writer.VarInt((ulong)bytes.Length);
                    writer.Bytes(bytes.Span);
                    break;
                default:
                    writer.NulTerminated(_nodes.Strings[(int)token.Value]);
                    break;
            }
        }
    }

    private void Operation(ByteWriter writer, int place)
    {
        ref OpRecord op = ref _module.Op(place);
        OperationForm form = _module.Forms[op.Form];
        writer.VarInt((ulong)_module.Forms.Names[form.Name].Number);
        int maskAt = writer.Length;
        writer.Byte(0);
        OpMask mask = OpMask.None;
        writer.VarInt(Number(op.Location));
        if (form.Attributes is { } attributes)
        {
            mask |= OpMask.Attributes;
            writer.VarInt(Number(attributes));
        }
        if (form.Properties is not null)
        {
            mask |= OpMask.Properties;
            writer.VarInt((ulong)Property(op.Form));
        }
        if (op.Results > 0)
        {
            mask |= OpMask.Results;
            writer.VarInt((ulong)op.Results);
            for (int i = 0; i < op.Results; i++)
            {
                writer.VarInt(Number(_module.Value(op.FirstResult + i).Type));
            }
        }
        if (op.Operands > 0)
        {
            mask |= OpMask.Operands;
            writer.VarInt((ulong)op.Operands);
            foreach (int operand in _module.Operands(op))
            {
                writer.VarInt((ulong)_module.Value(operand).Number);
            }
        }
        if (_useOrders.Any && UseLists(writer, op.FirstResult, op.Results, place))
        {
            mask |= OpMask.UseListOrders;
        }
        if (op.Regions > 0)
        {
            mask |= OpMask.Regions;
        }
        writer.Patch(maskAt, (byte)mask);
        if (op.Regions == 0)
        {
            return;
        }
        writer.VarIntWithFlag((ulong)op.Regions, op.IsIsolated);
        if (op.IsIsolated && _version >= BytecodeFormat.LazyLoading)
        {
            if (_depth == _sections.Count)
            {
                _sections.Add(Writer());
            }
            ByteWriter section = _sections[_depth++];
            section.Clear();
            Regions(section, op);
            writer.Section(SectionId.Ir, section);
            _depth--;
        }
        else
        {
            Regions(writer, op);
        }
    }

    private int Property(int form)
    {
        if (_propertiesOfForm[form] >= 0)
        {
            return _propertiesOfForm[form];
        }
        using var bytes = new ByteWriter();
        Tokens(bytes, _module.Forms[form].Properties);
        byte[] written = bytes.Written.ToArray();
        var key = new NodeTable.Blob(written);
        if (!_propertyNumbers.TryGetValue(key, out int number))
        {
            _propertyNumbers.Add(key, number = _properties.Count);
            _properties.Add(written);
        }
        return _propertiesOfForm[form] = number;
    }

    private void Regions(ByteWriter writer, in OpRecord op)
    {
        for (int i = 0; i < op.Regions; i++)
        {
            ref RegionRecord region = ref _module.Region(op.FirstRegion + i);
            writer.VarInt((ulong)region.Blocks);
            if (region.Blocks == 0)
            {
                continue;
            }
            writer.VarInt((ulong)region.Values);
            for (int k = 0; k < region.Blocks; k++)
            {
                Block(writer, _module.Block(region.FirstBlock + k));
            }
        }
    }

    private void Block(ByteWriter writer, in BlockRecord block)
    {
        writer.VarIntWithFlag((ulong)block.Ops, block.Arguments > 0);
        if (block.Arguments > 0)
        {
            writer.VarInt((ulong)block.Arguments);
            for (int i = 0; i < block.Arguments; i++)
            {
                ref ValueRecord argument = ref _module.Value(block.FirstArgument + i);
                bool known = argument.Location != _encoder.Unknown;
                if (_version >= BytecodeFormat.ElideUnknownBlockArgLocation)
                {
                    writer.VarIntWithFlag(Number(argument.Type), known);
                }
                else
                {
                    writer.VarInt(Number(argument.Type));
                    known = true;
                }
                if (known)
                {
                    writer.VarInt(Number(argument.Location));
                }
            }
            if (_version >= BytecodeFormat.UseListOrdering)
            {
                int maskAt = writer.Length;
                writer.Byte(0);
                if (_useOrders.Any && UseLists(writer, block.FirstArgument, block.Arguments, -1))
                {
                    writer.Patch(maskAt, (byte)OpMask.UseListOrders);
                }
            }
        }
        for (int i = 0, op = block.FirstOp; i < block.Ops; i++, op = _module.Op(op).End)
        {
            Operation(writer, op);
        }
    }

    /// <summary>The use lists of results of an operation, or of arguments where there is none.</summary>
    private bool UseLists(ByteWriter writer, int first, int values, int maker)
    {
        if (_version < BytecodeFormat.UseListOrdering)
        {
            return false;
        }
        List<UseListOrder>? lists = null;
        for (int i = 0; i < values; i++)
        {
            if (_useOrders.Of(first + i, i, maker) is { } order)
            {
                (lists ??= []).Add(order);
            }
        }
        if (lists is null)
        {
            return false;
        }
        if (values != 1)
        {
            writer.VarInt((ulong)lists.Count);
        }
        foreach (UseListOrder list in lists)
        {
            if (values != 1)
            {
                writer.VarInt((ulong)list.Value);
            }
            writer.VarIntWithFlag((ulong)list.Numbers.Length, list.IsPairs);
            foreach (int number in list.Numbers)
            {
                writer.VarInt((ulong)number);
            }
        }
        return true;
    }

    private (ByteWriter Offsets, ByteWriter Data) Resources()
    {
        var offsets = Writer();
        var data = Writer();
        offsets.VarInt(0);
        if (_encoder.Resources.Count > 0)
        {
            offsets.VarInt((ulong)_numbering.DialectNumber(_nodes.Dialect("builtin")));
            offsets.VarInt((ulong)_encoder.Resources.Count);
            foreach (DenseResourceAttr resource in _encoder.Resources)
            {
                int before = data.Length;
                if (resource.Data is { } bytes)
                {
                    data.VarInt(ResourceAlignment);
                    data.VarInt((ulong)bytes.Length);
                    data.AlignTo(ResourceAlignment);
                    data.Bytes(bytes.Span);
                }
                offsets.VarInt(String(_nodes.String(resource.Handle)));
                offsets.VarInt((ulong)(data.Length - before));
                offsets.Byte(0);
            }
        }
        return (offsets, data);
    }
}
