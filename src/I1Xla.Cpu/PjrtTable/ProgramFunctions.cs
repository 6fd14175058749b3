using System.Runtime.InteropServices;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>The table's functions about executables.</summary>
internal static unsafe class ProgramFunctions
{
    private static readonly NativeBlock s_hlo = NativeBlock.Text("hlo_with_config");

    public static void Fill(PJRT_Api* api)
    {
        api->Client_Compile = &ClientCompile;
        api->Compile = &Compile;
        api->Executable_Destroy = &Destroy;
        api->Executable_Name = &Name;
        api->Executable_NumReplicas = &NumReplicas;
        api->Executable_NumPartitions = &NumPartitions;
        api->Executable_NumOutputs = &NumOutputs;
        api->Executable_SizeOfGeneratedCodeInBytes = &CodeSize;
        api->Executable_GetCostAnalysis = &CostAnalysis;
        api->Executable_OutputMemoryKinds = &OutputMemoryKinds;
        api->Executable_OutputElementTypes = &OutputElementTypes;
        api->Executable_OutputDimensions = &OutputDimensions;
        api->Executable_OptimizedProgram = &OptimizedProgram;
        api->Executable_Serialize = &Serialize;
        api->Executable_Fingerprint = &Fingerprint;
        api->Executable_GetCompiledMemoryStats = &MemoryStats;
        api->Executable_DeserializeAndLoad = &DeserializeAndLoad;
        api->LoadedExecutable_Destroy = &DestroyLoaded;
        api->LoadedExecutable_GetExecutable = &GetExecutable;
        api->LoadedExecutable_AddressableDevices = &AddressableDevices;
        api->LoadedExecutable_Delete = &Delete;
        api->LoadedExecutable_IsDeleted = &IsDeleted;
        api->LoadedExecutable_Execute = &Execute;
        api->LoadedExecutable_Fingerprint = &LoadedFingerprint;
        api->LoadedExecutable_GetDeviceAssignment = &GetDeviceAssignment;
    }

    private static ProgramObject Program(PJRT_Executable* executable) => Handle.Get<ProgramObject>(executable);

    private static LoadedProgramObject Loaded(PJRT_LoadedExecutable* executable) => Handle.Get<LoadedProgramObject>(executable);

    private static ProgramObject Build(PJRT_Program* program, byte* options, nuint optionsSize)
    {
        if (program is null) throw PluginException.Invalid("No program was given.");
        string format = Texts.Read(program->Format, program->FormatSize);
        if (format != "mlir") throw PluginException.Unimplemented($"Programs in the format \"{format}\" are not supported; send \"mlir\".");
        return new ProgramObject(Texts.Bytes(program->Code, program->CodeSize), CompileRequest.Parse(Texts.Bytes(options, optionsSize)));
    }

    [UnmanagedCallersOnly]
    private static PJRT_Error* ClientCompile(PJRT_Client_Compile_Args* args) => Guard.Run(args, static a =>
    {
        ClientObject client = Handle.Get<ClientObject>(a->Client);
        a->Executable = (PJRT_LoadedExecutable*)new LoadedProgramObject(client, Build(a->Program, a->CompileOptions, a->CompileOptionsSize)).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Compile(PJRT_Compile_Args* args) =>
        Guard.Run(args, static a => a->Executable = (PJRT_Executable*)Handle.New(Build(a->Program, a->CompileOptions, a->CompileOptionsSize)));

    [UnmanagedCallersOnly]
    private static PJRT_Error* Destroy(PJRT_Executable_Destroy_Args* args) => Guard.Run(args, static a => Handle.Free(a->Executable));

    [UnmanagedCallersOnly]
    private static PJRT_Error* Name(PJRT_Executable_Name_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock name = Program(a->Executable).Name;
        a->ExecutableName = name.Data;
        a->ExecutableNameSize = name.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* NumReplicas(PJRT_Executable_NumReplicas_Args* args) => Guard.Run(args, static a => a->NumReplicas = (nuint)Program(a->Executable).Request.Replicas);

    [UnmanagedCallersOnly]
    private static PJRT_Error* NumPartitions(PJRT_Executable_NumPartitions_Args* args) => Guard.Run(args, static a => a->NumPartitions = (nuint)Program(a->Executable).Request.Partitions);

    [UnmanagedCallersOnly]
    private static PJRT_Error* NumOutputs(PJRT_Executable_NumOutputs_Args* args) => Guard.Run(args, static a => a->NumOutputs = (nuint)Program(a->Executable).OutputCount);

    [UnmanagedCallersOnly]
    private static PJRT_Error* CodeSize(PJRT_Executable_SizeOfGeneratedCodeInBytes_Args* args) => Guard.Run(args, static a => a->SizeInBytes = Program(a->Executable).Compiled.CodeBytes);

    [UnmanagedCallersOnly]
    private static PJRT_Error* CostAnalysis(PJRT_Executable_GetCostAnalysis_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        a->Properties = (PJRT_NamedValue*)program.CostList.Data;
        a->NumProperties = program.CostList.Length / (nuint)sizeof(PJRT_NamedValue);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* OutputMemoryKinds(PJRT_Executable_OutputMemoryKinds_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        a->NumOutputs = (nuint)program.OutputCount;
        a->MemoryKinds = (byte**)program.OutputKinds.Data;
        a->MemoryKindSizes = (nuint*)program.OutputKindSizes.Data;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* OutputElementTypes(PJRT_Executable_OutputElementTypes_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        a->OutputTypes = (PjrtElementType*)program.OutputTypes.Data;
        a->NumOutputTypes = (nuint)program.OutputCount;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* OutputDimensions(PJRT_Executable_OutputDimensions_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        a->NumOutputs = (nuint)program.OutputCount;
        a->Dims = (long*)program.OutputDimensions.Data;
        a->DimSizes = (nuint*)program.OutputRanks.Data;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* OptimizedProgram(PJRT_Executable_OptimizedProgram_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        if (a->Program is null) throw PluginException.Invalid("OptimizedProgram was given no program to fill.");
        a->Program->Format = s_hlo.Data;
        a->Program->FormatSize = s_hlo.Length;
        a->Program->CodeSize = program.OptimizedText.Length;
        if (a->Program->Code is not null) Buffer.MemoryCopy(program.OptimizedText.Data, a->Program->Code, program.OptimizedText.Length, program.OptimizedText.Length);
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Serialize(PJRT_Executable_Serialize_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock bytes = NativeBlock.Of<byte>(Program(a->Executable).Serialize());
        a->SerializedBytes = bytes.Data;
        a->SerializedBytesSize = bytes.Length;
        a->SerializedExecutable = (PJRT_SerializedExecutable*)Handle.New(bytes);
        a->SerializedExecutableDeleter = &DeleteSerialized;
    });

    [UnmanagedCallersOnly]
    private static void DeleteSerialized(PJRT_SerializedExecutable* serialized) => Handle.Free(serialized);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Fingerprint(PJRT_Executable_Fingerprint_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Program(a->Executable).Fingerprint;
        a->ExecutableFingerprint = text.Data;
        a->ExecutableFingerprintSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* LoadedFingerprint(PJRT_LoadedExecutable_Fingerprint_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock text = Loaded(a->Executable).Program.Fingerprint;
        a->ExecutableFingerprint = text.Data;
        a->ExecutableFingerprintSize = text.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* MemoryStats(PJRT_Executable_GetCompiledMemoryStats_Args* args) => Guard.Run(args, static a =>
    {
        ProgramObject program = Program(a->Executable);
        a->GeneratedCodeSizeInBytes = program.Compiled.CodeBytes;
        a->ArgumentSizeInBytes = program.ArgumentBytes;
        a->OutputSizeInBytes = program.OutputBytes;
        a->AliasSizeInBytes = program.AliasBytes;
        a->TempSizeInBytes = program.Compiled.TemporaryBytes;
        a->HostGeneratedCodeSizeInBytes = a->HostArgumentSizeInBytes = a->HostOutputSizeInBytes = a->HostAliasSizeInBytes = a->HostTempSizeInBytes = 0;
        long total = program.ArgumentBytes + program.OutputBytes - program.AliasBytes + program.Compiled.TemporaryBytes;
        // Later headers added fields at the end.
        if (a->StructSize >= PJRT_Executable_GetCompiledMemoryStats_Args.SizeAt(72)) a->PeakMemoryInBytes = total;
        if (a->StructSize >= PJRT_Executable_GetCompiledMemoryStats_Args.SizeAt(90)) a->TotalSizeInBytes = total;
        if (a->StructSize >= PJRT_Executable_GetCompiledMemoryStats_Args.SizeAt(104))
        {
            a->TotalAllocationBytes = total;
            a->IndefiniteAllocations = program.ArgumentBytes + program.OutputBytes - program.AliasBytes;
            a->PeakUnpaddedHeapBytes = program.Compiled.TemporaryBytes;
        }
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DeserializeAndLoad(PJRT_Executable_DeserializeAndLoad_Args* args) => Guard.Run(args, static a =>
    {
        ClientObject client = Handle.Get<ClientObject>(a->Client);
        bool hasOptions = a->StructSize >= PJRT_Executable_DeserializeAndLoad_Args.SizeAt(71);
        byte[]? options = hasOptions ? Texts.Bytes(a->OverriddenSerializedCompileOptions, a->OverriddenSerializedCompileOptionsSize) : null;
        ProgramObject program = ProgramObject.Deserialize(Texts.Bytes(a->SerializedExecutable, a->SerializedExecutableSize), options);
        a->LoadedExecutable = (PJRT_LoadedExecutable*)new LoadedProgramObject(client, program).Pointer;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* DestroyLoaded(PJRT_LoadedExecutable_Destroy_Args* args) => Guard.Run(args, static a => Handle.Free(a->Executable));

    [UnmanagedCallersOnly]
    private static PJRT_Error* GetExecutable(PJRT_LoadedExecutable_GetExecutable_Args* args) =>
        Guard.Run(args, static a => a->Executable = (PJRT_Executable*)Handle.New(Loaded(a->LoadedExecutable).Program));

    [UnmanagedCallersOnly]
    private static PJRT_Error* AddressableDevices(PJRT_LoadedExecutable_AddressableDevices_Args* args) => Guard.Run(args, static a =>
    {
        LoadedProgramObject loaded = Loaded(a->Executable);
        a->AddressableDevices = (PJRT_Device**)loaded.DevicePointers.Data;
        a->NumAddressableDevices = (nuint)loaded.Devices.Length;
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* Delete(PJRT_LoadedExecutable_Delete_Args* args) => Guard.Run(args, static a => Loaded(a->Executable).Delete());

    [UnmanagedCallersOnly]
    private static PJRT_Error* IsDeleted(PJRT_LoadedExecutable_IsDeleted_Args* args) => Guard.Run(args, static a => a->IsDeleted = Loaded(a->Executable).IsDeleted);

    [UnmanagedCallersOnly]
    private static PJRT_Error* Execute(PJRT_LoadedExecutable_Execute_Args* args) => Guard.Run(args, static a =>
    {
        LoadedProgramObject loaded = Loaded(a->Executable);
        DeviceObject? device = a->ExecuteDevice is null ? null : Handle.Get<DeviceObject>(a->ExecuteDevice);
        var arguments = new BufferObject[a->NumDevices][];
        for (nuint d = 0; d < a->NumDevices; d++)
        {
            arguments[d] = new BufferObject[a->NumArgs];
            for (nuint i = 0; i < a->NumArgs; i++) arguments[d][i] = Handle.Get<BufferObject>(a->ArgumentLists[d][i]);
        }
        long[] keep = a->Options is null ? [] : Texts.Longs(a->Options->NonDonatableInputIndices, a->Options->NumNonDonatableInputIndices);
        (BufferObject[][] results, EventObject done) = loaded.Launch(arguments, device, keep, loaded.Program.TalksToHost ? HostTransfers.Read(a->Options, (int)a->NumDevices) : null);
        for (nuint d = 0; d < a->NumDevices; d++)
        {
            for (int i = 0; i < results[d].Length; i++) a->OutputLists[d][i] = (PJRT_Buffer*)results[d][i].Pointer;
            if (a->DeviceCompleteEvents is not null) a->DeviceCompleteEvents[d] = (PJRT_Event*)Handle.New(done);
        }
    });

    [UnmanagedCallersOnly]
    private static PJRT_Error* GetDeviceAssignment(PJRT_LoadedExecutable_GetDeviceAssignment_Args* args) => Guard.Run(args, static a =>
    {
        NativeBlock bytes = NativeBlock.Of<byte>(Loaded(a->Executable).Assignment.ToBytes());
        a->SerializedBytes = bytes.Data;
        a->SerializedBytesSize = bytes.Length;
        a->SerializedDeviceAssignment = (PJRT_DeviceAssignmentSerialized*)Handle.New(bytes);
        a->SerializedDeviceAssignmentDeleter = &DeleteAssignment;
    });

    [UnmanagedCallersOnly]
    private static void DeleteAssignment(PJRT_DeviceAssignmentSerialized* assignment) => Handle.Free(assignment);
}
