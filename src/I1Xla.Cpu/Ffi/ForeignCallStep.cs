using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels.Copies;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Cpu.Runtime;
using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;
using ExecutionContext = I1Xla.Cpu.Runtime.ExecutionContext;

namespace I1Xla.Cpu.Ffi;

/// <summary>
/// A <c>stablehlo.custom_call</c> whose target a caller of the plugin registered (XLA FFI, <c>api_version</c> 4): calls its handler with the arrays where
/// they lie, or with copies where the call asks for another layout than row-major or for a result in its operand's memory.
/// </summary>
internal sealed unsafe class ForeignCallStep : Step
{
    private sealed record Array(int Slot, TensorType? Type, NativeBlock Dims, long[]? Strides, int Aliased = -1)
    {
        public long Bytes => Type?.StorageBytes ?? 0;
    }

    private readonly string _target;
    private readonly nint _handler;
    private readonly int _device;
    private readonly Array[] _operands, _results;
    private readonly ForeignAttributes _attributes;

    public ForeignCallStep(Operation source, int[] inputs, (int Slot, int Result)[] outputs)
    {
        _target = source.Attributes.Get<StringAttr>("call_target_name")!.Value;
        _handler = ForeignFunctions.Find(_target);
        _device = (int)(source.Attributes.Get<IntegerAttr>(HostTransferStep.DeviceAttribute)?.Value ?? 0);
        // JAX hides the dictionary from StableHLO's verifier in an attribute of its own, and then says 1 for the version.
        long version = source.Attributes["mhlo.backend_config"] is DictionaryAttr ? 4 : source.Attributes.Get<IntegerAttr>("api_version")?.Value ?? 1;
        if (version != 4) throw new CpuUnsupportedException($"the foreign function {_target} called with api_version {version}; the typed interface is 4");
        _attributes = new ForeignAttributes(source.Attributes["mhlo.backend_config"] as DictionaryAttr ?? source.Attributes["backend_config"] as DictionaryAttr ?? DictionaryAttr.Empty);
        IReadOnlyList<Attribute>? operandLayouts = source.Attributes.Get<ArrayAttr>("operand_layouts")?.Items.ToArray(), resultLayouts = source.Attributes.Get<ArrayAttr>("result_layouts")?.Items.ToArray();
        _operands = [.. source.Operands.ToArray().Select((o, i) => Describe(inputs[i], o.Type, operandLayouts?[i], -1))];
        var aliases = new Dictionary<int, int>();
        foreach (Attribute item in source.Attributes.Get<ArrayAttr>("output_operand_aliases")?.Items.ToArray() ?? [])
        {
            if (item is OutputOperandAliasAttr alias) aliases[alias.OutputTupleIndices.Length == 0 ? 0 : (int)alias.OutputTupleIndices[0]] = (int)alias.OperandIndex;
        }
        _results = [.. source.Results.ToArray().Select((r, i) => Describe(outputs.Where(o => o.Result == i).Select(o => o.Slot).FirstOrDefault(-1), r.Type, resultLayouts?[i], aliases.GetValueOrDefault(i, -1)))];
    }

    /// <summary>Whether an operation calls a function that somebody registered.</summary>
    public static bool IsForeign(Operation op) =>
        op.Name.Full == "stablehlo.custom_call" && op.Attributes.Get<StringAttr>("call_target_name") is { } target && ForeignFunctions.Find(target.Value) != 0;

    /// <inheritdoc/>
    public override void Run(byte** slots, byte* arena, ExecutionContext context)
    {
        var copies = new List<nint>();
        nint handle = Handle.New(new ForeignContext(context.HostTransfers, context.Device + _device, context.Pool.ThreadCount));
        try
        {
            int n = _operands.Length, m = _results.Length;
            FfiBuffer* buffers = stackalloc FfiBuffer[n + m];
            void** pointers = stackalloc void*[n + m];
            int* types = stackalloc int[n + m];
            for (int i = 0; i < n + m; i++)
            {
                Array array = i < n ? _operands[i] : _results[i - n];
                byte* data = array.Type is null || array.Slot < 0 ? null : slots[array.Slot];
                if (array.Type is not null && (array.Strides is not null || data is null)) data = Allocate(array.Bytes, copies);
                if (i < n && array.Strides is { } strides) Reorder(slots[array.Slot], array, array.Type!.Shape.Strides(), strides, data, context);
                buffers[i] = new FfiBuffer
                {
                    StructSize = (nuint)sizeof(FfiBuffer),
                    DataType = array.Type is { } type ? ForeignAttributes.DataType(type.Kind) : TokenType,
                    Data = data,
                    Rank = array.Type?.Rank ?? 0,
                    Dims = (long*)array.Dims.Data,
                };
                pointers[i] = &buffers[i];
                types[i] = 1;
            }
            for (int i = 0; i < m; i++)
            {
                if (_results[i] is not { Aliased: >= 0 and int operand, Type: not null } result) continue;
                if (buffers[n + i].Data != buffers[operand].Data) Buffer.MemoryCopy(buffers[operand].Data, buffers[n + i].Data, result.Bytes, result.Bytes);
                buffers[operand].Data = buffers[n + i].Data;
            }
            HostCalls.Begin();
            try
            {
                Call(buffers, pointers, types, (void*)handle);
            }
            finally
            {
                HostCalls.End();
            }
            for (int i = 0; i < m; i++)
            {
                if (_results[i] is { Strides: { } strides, Slot: >= 0 and int slot, Type: { } type } result) Reorder((byte*)buffers[n + i].Data, result, strides, type.Shape.Strides(), slots[slot], context);
            }
        }
        finally
        {
            Handle.Free((void*)handle);
            foreach (nint copy in copies) NativeMemory.AlignedFree((void*)copy);
        }
        GC.KeepAlive(this);
    }

    private const int TokenType = 17;

    private void Call(FfiBuffer* buffers, void** pointers, int* types, void* context)
    {
        int n = _operands.Length, m = _results.Length;
        var frame = new FfiCallFrame
        {
            StructSize = (nuint)sizeof(FfiCallFrame),
            Api = ForeignApi.Table,
            Context = context,
            Stage = FfiCallFrame.Execute,
            Arguments = new FfiArrays { StructSize = (nuint)sizeof(FfiArrays), Size = n, Types = types, Values = pointers },
            Results = new FfiArrays { StructSize = (nuint)sizeof(FfiArrays), Size = m, Types = types + n, Values = pointers + n },
            Attributes = _attributes.Native,
        };
        void* error = ((delegate* unmanaged<FfiCallFrame*, void*>)_handler)(&frame);
        // Before an error is told of, since a handler that failed may have begun something.
        if (frame.Future is not null)
        {
            try
            {
                Handle.Get<ForeignFuture>(frame.Future).Wait();
            }
            finally
            {
                Handle.Free(frame.Future);
            }
        }
        if (error is not null) throw ForeignApi.Take(error);
    }

    private static Array Describe(int slot, IrType type, Attribute? layout, int aliased)
    {
        if (type is not TensorType tensor)
        {
            return type is TokenType
                ? new Array(slot, null, NativeBlock.Of<long>([]), null, aliased) : throw new CpuUnsupportedException($"a foreign function with {type}");
        }
        long[] dims = tensor.Shape.ToArray();
        long[]? strides = null;
        if (layout is DenseElementsAttr order && tensor.Rank > 1)
        {
            // Minor to major.
            var literal = Literal.FromDense(order);
            strides = new long[dims.Length];
            long step = 1;
            foreach (long d in literal.As<long>())
            {
                strides[d] = step;
                step *= dims[d];
            }
            if (strides.AsSpan().SequenceEqual(tensor.Shape.Strides())) strides = null;
        }
        return new Array(slot, tensor, NativeBlock.Of<long>(dims), strides, aliased);
    }

    private static void Reorder(byte* from, Array array, long[] fromStrides, long[] toStrides, byte* to, ExecutionContext context) =>
        StridedCopy.Run(from, to, array.Type!.Kind.StorageBytes(), array.Type.Shape.ToArray(), fromStrides, toStrides, context.Pool);

    private static byte* Allocate(long bytes, List<nint> copies)
    {
        var data = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 64);
        copies.Add((nint)data);
        return data;
    }
}
