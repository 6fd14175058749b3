using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Ops;

namespace I1Xla.StableHlo.Bytecode;

/// <summary>Writes a module as MLIR bytecode of the vhlo dialect, byte for byte as MLIR's writer does.</summary>
internal sealed class BytecodeWriter
{
    private const int ResourceAlignment = 64;
    private readonly Operation _root;
    private readonly int _version;
    private readonly string _producer;
    private readonly NodeEncoder _encoder;
    private readonly IrNumbering _numbering;
    private readonly Dictionary<string, int> _strings = [];
    private readonly List<string> _stringOrder = [];
    private readonly List<byte[]> _properties = [];
    private readonly Dictionary<BlobReference, int> _propertyNumbers = [];
    private readonly Dictionary<Token[], int> _tokenNumbers = new(ReferenceEqualityComparer.Instance);

    public BytecodeWriter(Operation root, StableHloVersion target, string producer)
    {
        _root = root;
        _producer = producer;
        // Nothing but the producer's name tells patches apart.
        StableHloVersion minor = target with { Patch = 0 };
        _version = minor < new StableHloVersion(0, 10, 0) ? 0
            : minor < new StableHloVersion(0, 12, 0) ? 1
            : minor < new StableHloVersion(0, 14, 0) ? 3
            : minor < new StableHloVersion(0, 15, 0) ? 4 : 6;
        _encoder = new NodeEncoder(minor);
        _numbering = new IrNumbering(root, _encoder, new VhloExport(minor), _version, Bytecode.UseLists.Of(root, target));
    }

    public byte[] Write()
    {
        var file = new ByteWriter();
        file.Bytes(BytecodeFormat.Magic);
        file.VarInt((ulong)_version);
        file.NulTerminated(_producer);
        file.Section(SectionId.Dialect, Dialects());
        (ByteWriter offsets, ByteWriter entries) = AttributesAndTypes();
        file.Section(SectionId.AttrTypeOffset, offsets);
        file.Section(SectionId.AttrType, entries);
        var ir = new ByteWriter();
        ir.VarIntWithFlag(1, false);
        Operation(ir, _root);
        file.Section(SectionId.Ir, ir);
        Resources(file);
        file.Section(SectionId.String, Strings());
        if (_version >= BytecodeFormat.NativeProperties)
        {
            file.Section(SectionId.Properties, Properties());
        }
        return file.Written.ToArray();
    }

    private int String(string text)
    {
        if (!_strings.TryGetValue(text, out int number))
        {
            _strings.Add(text, number = _strings.Count);
            _stringOrder.Add(text);
        }
        return number;
    }

    private ByteWriter Strings()
    {
        var writer = new ByteWriter();
        writer.VarInt((ulong)_stringOrder.Count);
        for (int i = _stringOrder.Count - 1; i >= 0; i--)
        {
            writer.VarInt((ulong)System.Text.Encoding.UTF8.GetByteCount(_stringOrder[i]) + 1);
        }
        foreach (string text in _stringOrder)
        {
            writer.NulTerminated(text);
        }
        return writer;
    }

    private ByteWriter Properties()
    {
        var writer = new ByteWriter();
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
        var writer = new ByteWriter();
        writer.VarInt((ulong)_numbering.Dialects.Count);
        foreach (string dialect in _numbering.Dialects)
        {
            int name = String(dialect);
            if (_version < BytecodeFormat.DialectVersioning)
            {
                writer.VarInt((ulong)name);
            }
            else
            {
                writer.VarIntWithFlag((ulong)name, false);
            }
        }
        if (_version >= BytecodeFormat.ElideUnknownBlockArgLocation)
        {
            writer.VarInt((ulong)_numbering.Names.Count);
        }
        Grouped(writer, _numbering.Names, n => n.Dialect, name =>
        {
            int text = String(name.Name);
            if (_version < BytecodeFormat.NativeProperties)
            {
                writer.VarInt((ulong)text);
            }
            else
            {
                writer.VarIntWithFlag((ulong)text, name.Registered);
            }
        });
        return writer;
    }

    private void Grouped<T>(ByteWriter writer, List<T> items, Func<T, string> dialect, Action<T> write)
    {
        for (int i = 0; i < items.Count;)
        {
            int end = i;
            while (end < items.Count && dialect(items[end]) == dialect(items[i]))
            {
                end++;
            }
            writer.VarInt((ulong)_numbering.DialectNumber(dialect(items[i])));
            writer.VarInt((ulong)(end - i));
            for (; i < end; i++)
            {
                write(items[i]);
            }
        }
    }

    private (ByteWriter Offsets, ByteWriter Entries) AttributesAndTypes()
    {
        var offsets = new ByteWriter();
        var entries = new ByteWriter();
        offsets.VarInt((ulong)_numbering.Attributes.Count);
        offsets.VarInt((ulong)_numbering.Types.Count);
        void Entry(EncodedNode node)
        {
            int before = entries.Length;
            Tokens(entries, node.Tokens);
            offsets.VarIntWithFlag((ulong)(entries.Length - before), node.IsCustom);
        }
        Grouped(offsets, _numbering.Attributes, n => n.Dialect, Entry);
        Grouped(offsets, _numbering.Types, n => n.Dialect, Entry);
        return (offsets, entries);
    }

    private void Tokens(ByteWriter writer, Token[] tokens)
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
                    writer.VarInt((ulong)String((string)token.Reference!));
                    break;
                case TokenKind.Attribute or TokenKind.Type:
                    writer.VarInt((ulong)((EncodedNode)token.Reference!).Number);
                    break;
                case TokenKind.OptionalAttribute:
                    if (token.Reference is EncodedNode node)
                    {
                        writer.VarIntWithFlag((ulong)node.Number, true);
                    }
                    else
                    {
                        writer.VarInt(0);
                    }
                    break;
                case TokenKind.Blob:
                    ReadOnlyMemory<byte> bytes = ((BlobReference)token.Reference!).Bytes;
                    writer.VarInt((ulong)bytes.Length);
                    writer.Bytes(bytes.Span);
                    break;
                default:
                    writer.NulTerminated((string)token.Reference!);
                    break;
            }
        }
    }

    private void Operation(ByteWriter writer, Operation op)
    {
        NumberedOp numbered = _numbering.Of(op);
        writer.VarInt((ulong)numbered.Name.Number);
        int maskAt = writer.Length;
        writer.Byte(0);
        OpMask mask = OpMask.None;
        writer.VarInt((ulong)numbered.Location.Number);
        if (numbered.Attributes is not null)
        {
            mask |= OpMask.Attributes;
            writer.VarInt((ulong)numbered.Attributes.Number);
        }
        if (numbered.Properties is not null)
        {
            mask |= OpMask.Properties;
            writer.VarInt((ulong)Property(numbered.Properties));
        }
        if (op.Results.Length > 0)
        {
            mask |= OpMask.Results;
            writer.VarInt((ulong)op.Results.Length);
            foreach (OpResult result in op.Results)
            {
                writer.VarInt((ulong)_numbering.TypeOf(result.Type).Number);
            }
        }
        if (op.Operands.Length > 0)
        {
            mask |= OpMask.Operands;
            writer.VarInt((ulong)op.Operands.Length);
            foreach (Value operand in op.Operands)
            {
                writer.VarInt((ulong)_numbering.Of(operand));
            }
        }
        if (UseLists(writer, op.Results))
        {
            mask |= OpMask.UseListOrders;
        }
        if (op.Regions.Length > 0)
        {
            mask |= OpMask.Regions;
        }
        writer.Patch(maskAt, (byte)mask);
        if (op.Regions.Length == 0)
        {
            return;
        }
        writer.VarIntWithFlag((ulong)op.Regions.Length, numbered.IsIsolated);
        if (numbered.IsIsolated && _version >= BytecodeFormat.LazyLoading)
        {
            var section = new ByteWriter();
            Regions(section, op);
            writer.Section(SectionId.Ir, section);
        }
        else
        {
            Regions(writer, op);
        }
    }

    private int Property(Token[] tokens)
    {
        if (_tokenNumbers.TryGetValue(tokens, out int known))
        {
            return known;
        }
        var bytes = new ByteWriter();
        Tokens(bytes, tokens);
        byte[] written = bytes.Written.ToArray();
        var key = new BlobReference(written);
        if (!_propertyNumbers.TryGetValue(key, out int number))
        {
            _propertyNumbers.Add(key, number = _properties.Count);
            _properties.Add(written);
        }
        _tokenNumbers.Add(tokens, number);
        return number;
    }

    private void Regions(ByteWriter writer, Operation op)
    {
        foreach (Region region in op.Regions)
        {
            writer.VarInt((ulong)region.Blocks.Count);
            if (region.IsEmpty)
            {
                continue;
            }
            writer.VarInt((ulong)_numbering.ValueCount(region));
            foreach (Block block in region.Blocks)
            {
                Block(writer, block);
            }
        }
    }

    private void Block(ByteWriter writer, Block block)
    {
        writer.VarIntWithFlag((ulong)block.Operations.Count, block.Arguments.Count > 0);
        if (block.Arguments.Count > 0)
        {
            writer.VarInt((ulong)block.Arguments.Count);
            foreach (BlockArgument argument in block.Arguments)
            {
                ulong type = (ulong)_encoder.Vhlo(argument.Type).Number;
                bool known = argument.Location is not UnknownLocation;
                if (_version >= BytecodeFormat.ElideUnknownBlockArgLocation)
                {
                    writer.VarIntWithFlag(type, known);
                }
                else
                {
                    writer.VarInt(type);
                    known = true;
                }
                if (known)
                {
                    writer.VarInt((ulong)_encoder.Builtin(argument.Location).Number);
                }
            }
            if (_version >= BytecodeFormat.UseListOrdering)
            {
                int maskAt = writer.Length;
                writer.Byte(0);
                if (UseLists<BlockArgument>(writer, [.. block.Arguments]))
                {
                    writer.Patch(maskAt, (byte)OpMask.UseListOrders);
                }
            }
        }
        foreach (Operation op in block.Operations)
        {
            Operation(writer, op);
        }
    }

    private bool UseLists<T>(ByteWriter writer, ReadOnlySpan<T> values) where T : Value
    {
        if (_version < BytecodeFormat.UseListOrdering)
        {
            return false;
        }
        if (!_numbering.HasUseLists)
        {
            return false;
        }
        List<UseListOrder>? lists = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (_numbering.UseListOrder(values[i], i) is { } order)
            {
                (lists ??= []).Add(order);
            }
        }
        if (lists is null)
        {
            return false;
        }
        if (values.Length != 1)
        {
            writer.VarInt((ulong)lists.Count);
        }
        foreach (UseListOrder list in lists)
        {
            if (values.Length != 1)
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

    private void Resources(ByteWriter file)
    {
        var offsets = new ByteWriter();
        var data = new ByteWriter();
        offsets.VarInt(0);
        if (_encoder.Resources.Count > 0)
        {
            offsets.VarInt((ulong)_numbering.DialectNumber("builtin"));
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
                offsets.VarInt((ulong)String(resource.Handle));
                offsets.VarInt((ulong)(data.Length - before));
                offsets.Byte(0);
            }
        }
        file.Section(SectionId.ResourceOffset, offsets);
        file.Section(SectionId.Resource, data);
    }
}
