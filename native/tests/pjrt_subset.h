/* The part of the PJRT C API (version 0.81) that the test calls; layouts as in the public header. */
#ifndef I1XLA_PJRT_SUBSET_H
#define I1XLA_PJRT_SUBSET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct PJRT_Error PJRT_Error;
#define ARGS size_t struct_size; void *extension_start

typedef struct { ARGS; PJRT_Error *error; } PJRT_Error_Destroy_Args;
typedef struct { ARGS; const PJRT_Error *error; const char *message; size_t message_size; } PJRT_Error_Message_Args;
typedef struct { ARGS; const PJRT_Error *error; int code; } PJRT_Error_GetCode_Args;
typedef struct { ARGS; } PJRT_Plugin_Initialize_Args;
typedef struct { ARGS; void *event; } PJRT_Event_Args;
typedef struct { ARGS; void *event; void (*callback)(PJRT_Error *error, void *user); void *user; } PJRT_Event_OnReady_Args;
typedef struct {
    ARGS; const char *name; size_t name_size; int type;
    union { const char *text; int64_t integer; const int64_t *integers; float number; bool truth; } value;
    size_t value_size;
} PJRT_NamedValue;
typedef struct {
    ARGS; const PJRT_NamedValue *options; size_t num_options; void *kv_get; void *kv_get_arg; void *kv_put; void *kv_put_arg; void *client; void *kv_try; void *kv_try_arg;
} PJRT_Client_Create_Args;
typedef struct { ARGS; void *client; } PJRT_Client_Destroy_Args;
typedef struct { ARGS; void *client; void **devices; size_t num_devices; } PJRT_Client_Devices_Args;
typedef struct { ARGS; const char *code; size_t code_size; const char *format; size_t format_size; } PJRT_Program;
typedef struct { ARGS; void *client; const PJRT_Program *program; const char *options; size_t options_size; void *executable; } PJRT_Client_Compile_Args;
typedef struct {
    ARGS; void *client; const void *data; int type; const int64_t *dims; size_t num_dims; const int64_t *byte_strides; size_t num_byte_strides;
    int semantics; void *device; void *memory; void *device_layout; void *done_with_host_buffer; void *buffer;
} PJRT_BufferFromHostBuffer_Args;
typedef struct {
    ARGS; void *send; void *recv; size_t num_send; size_t num_recv; int launch_id; const int64_t *non_donatable; size_t num_non_donatable; void *context;
    const char *call_location; size_t num_tasks; int *task_ids; int64_t *incarnation_ids;
} PJRT_ExecuteOptions;
typedef struct {
    ARGS; void *executable; PJRT_ExecuteOptions *options; void *const *const *arguments; size_t num_devices; size_t num_args; void **const *outputs; void **events; void *device;
} PJRT_Execute_Args;
typedef struct { ARGS; void *object; } PJRT_Destroy_Args;
/* Functions that take an object and give one thing back. */
typedef struct { ARGS; void *object; const char *text; size_t size; } PJRT_Text_Args;
typedef struct { ARGS; void *object; void *value; } PJRT_Pointer_Args;
typedef struct { ARGS; void *object; size_t value; } PJRT_Size_Args;
typedef struct { ARGS; void *object; int value; } PJRT_Int_Args;
typedef struct { ARGS; void *object; bool value; } PJRT_Bool_Args;
typedef struct { ARGS; void *object; void *const *items; size_t count; } PJRT_List_Args;
typedef struct { ARGS; void *object; const int64_t *items; size_t count; } PJRT_Longs_Args;
typedef struct { ARGS; void *object; const PJRT_NamedValue *items; size_t count; } PJRT_NamedValues_Args;
typedef struct { ARGS; void *object; size_t count; const PJRT_NamedValue *items; } PJRT_DescriptionAttributes_Args;
typedef struct { ARGS; void *object; int id; void *device; } PJRT_LookupDevice_Args;
typedef struct { ARGS; const PJRT_NamedValue *items; size_t count; } PJRT_Plugin_Attributes_Args;
typedef struct { ARGS; void *object; const char *bytes; size_t size; void *owner; void (*release)(void *owner); } PJRT_Serialized_Args;
typedef struct { ARGS; void *executable; size_t count; const char *const *kinds; const size_t *sizes; } PJRT_OutputMemoryKinds_Args;
typedef struct { ARGS; void *executable; const int *types; size_t count; } PJRT_OutputTypes_Args;
typedef struct { ARGS; void *executable; size_t count; const int64_t *dims; const size_t *ranks; } PJRT_OutputDimensions_Args;
typedef struct { ARGS; void *executable; PJRT_Program *program; } PJRT_OptimizedProgram_Args;
typedef struct {
    ARGS; void *executable; int64_t code, arguments, outputs, alias, temporary, host_code, host_arguments, host_outputs, host_alias, host_temporary, peak;
} PJRT_CompiledMemoryStats_Args;
typedef struct { ARGS; void *buffer, *memory, *result; } PJRT_CopyToMemory_Args;
typedef struct { ARGS; const int64_t *minor_to_major; size_t rank; const int64_t *tiles; const size_t *tile_sizes; size_t num_tiles; } PJRT_Tiled;
typedef struct { ARGS; PJRT_Tiled tiled; int type; } PJRT_Layout;
typedef struct PJRT_Extension { size_t struct_size; int type; struct PJRT_Extension *next; } PJRT_Extension;
/* Extension 4: layouts. */
typedef struct {
    PJRT_Extension base; void *destroy, *serialize, *client_default, *of_buffer, *topology_default, *of_outputs, *of_parameters;
} PJRT_Layouts_Extension;
typedef struct { ARGS; void *source; void *host_layout; void *target; size_t target_size; void *event; } PJRT_ToHostBuffer_Args;

/* Places of the functions in the table. */
enum {
    F_Error_Destroy = 0, F_Error_Message = 1, F_Error_GetCode = 2, F_Plugin_Initialize = 3, F_Plugin_Attributes = 4, F_Event_Destroy = 5, F_Event_IsReady = 6,
    F_Event_Error = 7, F_Event_Await = 8, F_Event_OnReady = 9, F_Client_Create = 10, F_Client_Destroy = 11, F_Client_PlatformName = 12, F_Client_ProcessIndex = 13,
    F_Client_PlatformVersion = 14, F_Client_Devices = 15, F_Client_AddressableDevices = 16, F_Client_LookupDevice = 17, F_Client_AddressableMemories = 19,
    F_Client_Compile = 20, F_BufferFromHostBuffer = 22, F_DeviceDescription_Id = 23, F_DeviceDescription_ProcessIndex = 24, F_DeviceDescription_Attributes = 25,
    F_DeviceDescription_Kind = 26, F_DeviceDescription_DebugString = 27, F_DeviceDescription_ToString = 28, F_Device_GetDescription = 29, F_Device_IsAddressable = 30,
    F_Device_LocalHardwareId = 31, F_Device_AddressableMemories = 32, F_Device_DefaultMemory = 33, F_Memory_Kind = 36, F_Memory_AddressableByDevices = 39,
    F_Executable_Destroy = 40, F_Executable_NumReplicas = 42, F_Executable_NumPartitions = 43, F_Executable_NumOutputs = 44, F_Executable_OutputMemoryKinds = 47,
    F_Executable_OptimizedProgram = 48, F_LoadedExecutable_Destroy = 50, F_LoadedExecutable_GetExecutable = 51, F_LoadedExecutable_AddressableDevices = 52,
    F_LoadedExecutable_Delete = 53, F_Execute = 55, F_Buffer_Destroy = 58, F_Buffer_ElementType = 59, F_Buffer_Dimensions = 60, F_Buffer_DynamicDimensionIndices = 62,
    F_Buffer_OnDeviceSizeInBytes = 64, F_Buffer_Device = 65, F_Buffer_Memory = 66, F_Buffer_Delete = 67, F_Buffer_IsDeleted = 68, F_ToHostBuffer = 70,
    F_Buffer_IsOnCpu = 71, F_Buffer_ReadyEvent = 72, F_Buffer_UnsafePointer = 73, F_Buffer_IncreaseExternalReferenceCount = 74,
    F_Buffer_DecreaseExternalReferenceCount = 75, F_Buffer_OpaqueDeviceMemoryDataPointer = 76, F_TopologyDescription_PlatformName = 84,
    F_TopologyDescription_PlatformVersion = 85, F_TopologyDescription_GetDeviceDescriptions = 86, F_TopologyDescription_Serialize = 87,
    F_TopologyDescription_Attributes = 88, F_Executable_OutputElementTypes = 90, F_Executable_OutputDimensions = 91, F_Buffer_CopyToMemory = 92,
    F_Executable_Fingerprint = 94, F_Client_TopologyDescription = 95, F_Executable_GetCompiledMemoryStats = 96, F_ExecuteContext_Create = 98,
    F_ExecuteContext_Destroy = 99, F_GetDeviceAssignment = 117, F_Count = 118
};

typedef struct {
    size_t struct_size; void *extension_start;
    size_t version_size; void *version_extension; int major_version; int minor_version;
    void *functions[F_Count];
} PJRT_Api;
#endif
