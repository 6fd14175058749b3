using I1Xla.Pjrt.Abi;
using I1Xla.Pjrt.Extensions;

namespace I1Xla.Pjrt.Conformance;

// What needs a client: devices, memories, buffers.
public sealed partial class PluginConformance
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    private void WithClient(PjrtClient client)
    {
        progress?.Report("client");
        Try(PjrtFunction.Client_PlatformName, () =>
        {
            platform = client.PlatformName;
            True(platform.Length > 0, "an empty name");
        });
        Try(PjrtFunction.Client_PlatformVersion, () => True(client.PlatformVersion.Length > 0, "an empty version"));
        Try(PjrtFunction.Client_ProcessIndex, () => True(client.ProcessIndex >= 0, "a negative process index"));
        Try(PjrtFunction.Client_Devices, () => True(client.Devices.Count > 0, "no devices"));
        Try(PjrtFunction.Client_AddressableDevices, () => True(client.AddressableDevices.Count > 0, "no addressable devices"));
        PjrtDevice device = client.AddressableDevices[0];
        Try(PjrtFunction.Client_LookupDevice, () =>
        {
            True(client.LookupDevice(device.Id) == device, "another device came back");
            Fails(() => client.LookupDevice(1 << 30));
        });
        Try(PjrtFunction.Client_LookupAddressableDevice, () => True(client.LookupAddressableDevice(device.LocalHardwareId) == device, "another device came back"));
        Try(PjrtFunction.Client_AddressableMemories, () => True(client.AddressableMemories.Count > 0, "no memories"));
        Try(PjrtFunction.Client_DefaultDeviceAssignment, () => True(client.DefaultDeviceAssignment(1, 1)[0, 0] >= 0, "a negative device"));
        Try(PjrtFunction.Client_UpdateGlobalProcessInfo, () => client.UpdateProcesses([]));
        Devices(device);
        Memories(device);
        Buffers(client, device);
        BufferCopies(client, device);
        Transfers(client);
        Programs(client, device);
        Try(PjrtFunction.Client_TopologyDescription, () =>
        {
            using PjrtTopology topology = client.Topology();
            WithTopology(topology, standalone: false);
        });
        Events(client);
    }

    private void Devices(PjrtDevice device)
    {
        Try(PjrtFunction.Device_GetDescription, () => True(device.Description.Id >= 0, "a negative id"), PjrtFunction.DeviceDescription_Id);
        Try(PjrtFunction.Device_IsAddressable, () => True(device.IsAddressable, "an addressable device says it is not"));
        Try(PjrtFunction.Device_LocalHardwareId, () => _ = device.LocalHardwareId);
        Try(PjrtFunction.Device_AddressableMemories, () => True(device.Memories.Count > 0, "no memories"));
        Try(PjrtFunction.Device_DefaultMemory, () => True(device.Memories.Contains(device.DefaultMemory), "the default memory is not among the device's"));
        Try(PjrtFunction.Device_MemoryStats, () => True(device.MemoryStatistics().BytesInUse >= 0, "negative bytes in use"));
        Try(PjrtFunction.Device_ClearMemoryStats, device.ClearMemoryStatistics);
        Try(PjrtFunction.Device_GetAttributes, () => _ = device.Attributes());
        Try(PjrtFunction.Device_PoisonExecution, () => True(!device.PoisonExecution(12345, PjrtErrorCode.Internal, "nothing runs"), "an execution that is not there was poisoned"));
        Try(PjrtFunction.Device_CreateAsyncTrackingEvent, () =>
        {
            using PjrtTrackingEvent tracking = device.TrackAsync("conformance");
        }, PjrtFunction.AsyncTrackingEvent_Destroy);
        DeviceDescription(device.Description);
    }

    private void DeviceDescription(PjrtDeviceDescription description)
    {
        Try(PjrtFunction.DeviceDescription_Id, () => True(description.Id >= 0, "a negative id"));
        Try(PjrtFunction.DeviceDescription_ProcessIndex, () => True(description.ProcessIndex >= 0, "a negative process"));
        Try(PjrtFunction.DeviceDescription_Kind, () => True(description.Kind.Length > 0, "an empty kind"));
        Try(PjrtFunction.DeviceDescription_Attributes, () => _ = description.Attributes);
        Try(PjrtFunction.DeviceDescription_DebugString, () => True(description.DebugString.Length > 0, "an empty text"));
        Try(PjrtFunction.DeviceDescription_ToString, () => True(description.ToString().Length > 0, "an empty text"));
        TryExtension(PjrtExtensionType.MemoryDescriptions, () => _ = MemoryDescriptionsExtension.TryFind(plugin)!.Of(description));
    }

    private void Memories(PjrtDevice device)
    {
        PjrtMemory memory = device.DefaultMemory;
        Try(PjrtFunction.Memory_Id, () => _ = memory.Id);
        Try(PjrtFunction.Memory_Kind, () => True(memory.Kind.Length > 0, "an empty kind"));
        Try(PjrtFunction.Memory_Kind_Id, () => _ = memory.KindId);
        Try(PjrtFunction.Memory_DebugString, () => True(memory.DebugString.Length > 0, "an empty text"));
        Try(PjrtFunction.Memory_ToString, () => True(memory.ToString().Length > 0, "an empty text"));
        Try(PjrtFunction.Memory_AddressableByDevices, () => True(memory.Devices.Contains(device), "the device is not among the memory's"));
    }

    private void Buffers(PjrtClient client, PjrtDevice device)
    {
        Try(PjrtFunction.Client_BufferFromHostBuffer, () =>
        {
            using PjrtBuffer strided = client.CreateBuffer(AsBytes(Six), PjrtElementType.F32, [3, 2], new PjrtHostBufferOptions { ByteStrides = [4, 12] });
            True(strided.ToArray<float>().SequenceEqual([1, 4, 2, 5, 3, 6]), "byte strides are not followed");
            using PjrtBuffer scalar = client.CreateScalar(7);
            True(scalar.ToScalar<int>() == 7, "a scalar changed on the way");
            using PjrtBuffer empty = client.CreateBuffer<float>([], [0, 3]);
            True(empty.ToArray<float>().Length == 0, "an empty array is not empty");
        }, PjrtFunction.Event_Await, PjrtFunction.Event_Destroy);
        using PjrtBuffer buffer = client.CreateBuffer<float>(Six, [2, 3], device);
        Try(PjrtFunction.Buffer_ToHostBuffer, () =>
        {
            True(buffer.ToArray<float>().SequenceEqual(Six), "the value changed on the way");
            True(buffer.RequiredHostBytes() == 24, "a wrong size");
        });
        Try(PjrtFunction.Buffer_ElementType, () => True(buffer.ElementType == PjrtElementType.F32, "another element type"));
        Try(PjrtFunction.Buffer_Dimensions, () => True(buffer.Dimensions.SequenceEqual([2, 3]), "other dimensions"));
        Try(PjrtFunction.Buffer_UnpaddedDimensions, () => True(buffer.UnpaddedDimensions().SequenceEqual([2L, 3L]), "other dimensions"));
        Try(PjrtFunction.Buffer_DynamicDimensionIndices, () => True(buffer.DynamicDimensions().Length == 0, "a static array has dynamic dimensions"));
        Try(PjrtFunction.Buffer_GetMemoryLayout, () => True(buffer.Layout().Type == PjrtMemoryLayoutType.Strides || buffer.Layout().MinorToMajor.Count == 2, "a layout of another rank"));
        Try(PjrtFunction.Buffer_OnDeviceSizeInBytes, () => True(buffer.OnDeviceBytes >= 24, "too small"));
        Try(PjrtFunction.Buffer_Device, () => True(buffer.Device == device, "another device"));
        Try(PjrtFunction.Buffer_Memory, () => True(buffer.Memory == device.DefaultMemory, "another memory"));
        Try(PjrtFunction.Buffer_IsOnCpu, () => _ = buffer.IsOnCpu);
        Try(PjrtFunction.Buffer_IsDeleted, () => True(!buffer.IsDeleted, "a fresh buffer is deleted"));
        Try(PjrtFunction.Buffer_ReadyEvent, buffer.WaitReady);
        Try(PjrtFunction.Buffer_UnsafePointer, () => True(buffer.UnsafePointer() != 0, "a null address"));
        Try(PjrtFunction.Buffer_IncreaseExternalReferenceCount, () =>
        {
            using PjrtBufferReference held = buffer.Hold();
            True(held.Pointer != 0, "a null address");
        }, PjrtFunction.Buffer_DecreaseExternalReferenceCount, PjrtFunction.Buffer_OpaqueDeviceMemoryDataPointer);
        Try(PjrtFunction.Buffer_Delete, () =>
        {
            using PjrtBuffer doomed = client.CreateScalar(1f);
            doomed.Delete();
            True(doomed.IsDeleted, "a deleted buffer says it is not");
            Fails(() => doomed.ToScalar<float>());
        });
        Try(PjrtFunction.Buffer_Destroy, () => client.CreateScalar(1f).Dispose());
        TryExtension(PjrtExtensionType.Layouts, () =>
        {
            LayoutsExtension layouts = LayoutsExtension.TryFind(plugin)!;
            True(layouts.OfBuffer(buffer).StartsWith('{'), "a layout without braces");
            True(layouts.Default(client, PjrtElementType.F32, [2, 3]).StartsWith('{'), "a layout without braces");
        });
        TryExtension(PjrtExtensionType.RawBuffer, () =>
        {
            using RawBuffer raw = RawBufferExtension.TryFind(plugin)!.Alias(buffer);
            True(raw.Bytes >= 24, "too small");
        });
    }

    private void BufferCopies(PjrtClient client, PjrtDevice device)
    {
        using PjrtBuffer buffer = client.CreateBuffer<float>(Six, [2, 3], device);
        PjrtDevice other = client.AddressableDevices[^1];
        Try(PjrtFunction.Buffer_CopyToDevice, () =>
        {
            if (other == device)
            {
                // With one device there is nowhere to copy to, and plugins refuse to copy to the same one.
                throw new PjrtNotSupportedException("there is one device only");
            }
            using PjrtBuffer copy = buffer.CopyTo(other);
            True(copy.ToArray<float>().SequenceEqual(Six) && copy.Device == other, "the copy differs");
        });
        Try(PjrtFunction.Buffer_CopyToMemory, () =>
        {
            using PjrtBuffer copy = buffer.CopyTo(other.DefaultMemory);
            True(copy.ToArray<float>().SequenceEqual(Six), "the copy differs");
        });
        Try(PjrtFunction.Buffer_CopyRawToHost, () =>
        {
            var bytes = new byte[8];
            buffer.CopyRawToAsync(bytes, 4).Wait();
            True(bytes.SequenceEqual(AsBytes([2, 3])), "other bytes");
        });
        Try(PjrtFunction.Buffer_CopyRawToHostFuture, () =>
        {
            var bytes = new byte[24];
            (Task done, Action<nint, Exception?> supply) = buffer.CopyRawToFuture(24, 0);
            using var pin = bytes.AsMemory().Pin();
            unsafe
            {
                supply((nint)pin.Pointer, null);
            }
            done.Wait();
            True(bytes.SequenceEqual(AsBytes(Six)), "other bytes");
        });
        Try(PjrtFunction.Buffer_Bitcast, () =>
        {
            using PjrtBuffer source = client.CreateBuffer<float>(Six, [6]);
            using PjrtBuffer cast = source.Bitcast(PjrtElementType.S32, [6]);
            True(cast.ToArray<int>()[0] == BitConverter.SingleToInt32Bits(1f), "other bits");
        });
        Try(PjrtFunction.Buffer_DonateWithControlDependency, () =>
        {
            using PjrtBuffer source = client.CreateBuffer<float>(Six, [6]);
            (PjrtBuffer donated, Action<PjrtErrorCode, string> release) = source.DonateWithControlDependency();
            using (donated)
            {
                release(PjrtErrorCode.Ok, "");
                True(donated.ToArray<float>().SequenceEqual(Six), "the value changed");
            }
        });
        Try(PjrtFunction.Client_CreateViewOfDeviceBuffer, () =>
        {
            if (!buffer.IsOnCpu)
            {
                throw new PjrtNotSupportedException("there is no device memory to view but the device's own");
            }
            using var memory = new AlignedMemory(24);
            Six.CopyTo(memory.Floats);
            using PjrtBuffer view = client.CreateView(memory.Address, PjrtElementType.F32, [2, 3]);
            True(view.ToArray<float>().SequenceEqual(Six), "other values");
        });
        Try(PjrtFunction.Client_CreateUninitializedBuffer, () =>
        {
            using PjrtBuffer room = client.CreateUninitializedBuffer(PjrtElementType.F32, [2, 3]);
            True(room.Dimensions.SequenceEqual([2, 3]), "other dimensions");
        });
        Try(PjrtFunction.Client_CreateErrorBuffer, () =>
        {
            using PjrtBuffer error = client.CreateErrorBuffer(PjrtErrorCode.DataLoss, "on purpose", PjrtElementType.F32, [2]);
            True(Fails(() => error.ToArray<float>()).Code == PjrtErrorCode.DataLoss, "another code");
        });
        Try(PjrtFunction.Client_CreateAliasBuffer, () =>
        {
            PjrtAlias alias = client.CreateAlias(PjrtElementType.F32, [2, 3]);
            using (alias.Buffer)
            {
                alias.Fulfill(buffer);
                True(alias.Buffer.ToArray<float>().SequenceEqual(Six), "another value");
            }
        }, PjrtFunction.Client_FulfillAliasBuffer);
        Try(PjrtFunction.Client_DmaMap, () =>
        {
            using var memory = new AlignedMemory(4096);
            client.DmaMap(memory.Address, 4096);
            client.DmaUnmap(memory.Address);
        }, PjrtFunction.Client_DmaUnmap);
    }

    private void Transfers(PjrtClient client)
    {
        PjrtTransferManager? made = null;
        Try(PjrtFunction.Client_CreateBuffersForAsyncHostToDevice, () => made = PjrtTransferManager.Create(client, [new PjrtShape(PjrtElementType.F32, [2, 3]), new PjrtShape(PjrtElementType.F32, [2]), new PjrtShape(PjrtElementType.F32, [6])]));
        if (made is null)
        {
            return;
        }
        using (made)
        {
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_BufferCount, () => True(made.BufferCount == 3, "another count"));
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_BufferSize, () => True(made.BufferBytes(0) >= 24, "too small"));
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_Device, () => True(made.Device == client.AddressableDevices[0], "another device"));
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_AddMetadata, () => made.AddMetadata(new Dictionary<string, PjrtValue> { ["note"] = "conformance" }));
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_RetrieveBuffer, () =>
            {
                using PjrtBuffer buffer = made.RetrieveBuffer(0);
                byte[] bytes = AsBytes(Six);
                Task first = made.Transfer(0, bytes.AsMemory(0, 12), 0, isLast: false);
                made.Transfer(0, bytes.AsMemory(12), 12, isLast: true).Wait();
                first.Wait();
                True(buffer.ToArray<float>().SequenceEqual(Six), "another value");
            }, PjrtFunction.AsyncHostToDeviceTransferManager_TransferData);
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_SetBufferError, () =>
            {
                using PjrtBuffer buffer = made.RetrieveBuffer(1);
                made.SetError(1, PjrtErrorCode.Internal, "on purpose");
                Fails(buffer.WaitReady);
            });
            Try(PjrtFunction.AsyncHostToDeviceTransferManager_TransferLiteral, () =>
            {
                using PjrtBuffer buffer = made.RetrieveBuffer(2);
                made.TransferLiteral(2, AsBytes(Six), new PjrtShape(PjrtElementType.F32, [6])).Wait();
                True(buffer.ToArray<float>().SequenceEqual(Six), "another value");
            });
        }
        Pass(PjrtFunction.AsyncHostToDeviceTransferManager_Destroy);
    }

    private void Events(PjrtClient client)
    {
        using PjrtBuffer buffer = client.CreateScalar(1f);
        using PjrtEvent ready = buffer.Ready();
        Try(PjrtFunction.Event_OnReady, () => ready.Completion.Wait());
        Try(PjrtFunction.Event_IsReady, () => True(ready.IsReady, "an event that has ended is not ready"));
        Try(PjrtFunction.Event_Error, () => True(ready.Error() is null, "an event that went well has an error"));
        Try(PjrtFunction.Event_Create, () =>
        {
            using var own = PjrtEvent.Create(client);
            True(!own.IsReady, "a fresh event is ready");
            own.Set(PjrtErrorCode.DataLoss, "on purpose");
            True(own.IsReady && own.Error() is { Code: PjrtErrorCode.DataLoss }, "the error that was set is not there");
        }, PjrtFunction.Event_Set);
    }

    private static byte[] AsBytes(ReadOnlySpan<float> values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray();
}
