/* The part of XLA's foreign function interface (version 0.1) and of PJRT's extension for it that the test uses; layouts as in the public headers. */
#ifndef I1XLA_XLA_FFI_SUBSET_H
#define I1XLA_XLA_FFI_SUBSET_H
#include "pjrt_subset.h"

typedef struct XLA_FFI_Error XLA_FFI_Error;
typedef struct { int64_t type_id; } XLA_FFI_TypeId;
typedef struct { const char *ptr; size_t len; } XLA_FFI_ByteSpan;
typedef struct { int dtype; void *value; } XLA_FFI_Scalar;
typedef struct { int dtype; size_t size; void *data; } XLA_FFI_Array;
typedef struct { ARGS; int dtype; void *data; int64_t rank; int64_t *dims; } XLA_FFI_Buffer;
typedef struct { ARGS; int64_t size; int *types; void **args; } XLA_FFI_Args;
typedef struct { ARGS; int64_t size; int *types; XLA_FFI_ByteSpan **names; void **attrs; } XLA_FFI_Attrs;
typedef struct { ARGS; const char *message; int code; } XLA_FFI_Error_Create_Args;
typedef struct { ARGS; XLA_FFI_Error *error; const char *message; } XLA_FFI_Error_GetMessage_Args;
typedef struct { ARGS; XLA_FFI_Error *error; } XLA_FFI_Error_Destroy_Args;
typedef struct { ARGS; void *ctx; XLA_FFI_TypeId *type_id; void *data; } XLA_FFI_ExecutionContext_Get_Args;
typedef struct { ARGS; void *ctx; size_t size; size_t alignment; void *data; } XLA_FFI_DeviceMemory_Allocate_Args;
typedef struct { ARGS; void *ctx; size_t size; void *data; } XLA_FFI_DeviceMemory_Free_Args;
typedef struct { ARGS; void *ctx; void (*task)(void *data); void *data; } XLA_FFI_ThreadPool_Schedule_Args;
typedef struct { ARGS; void *ctx; int64_t *num_threads; } XLA_FFI_ThreadPool_NumThreads_Args;
typedef struct { ARGS; void *future; } XLA_FFI_Future_Create_Args;
typedef struct { ARGS; void *future; XLA_FFI_Error *error; } XLA_FFI_Future_Args;
typedef struct { ARGS; void *ctx; int64_t number; } XLA_FFI_Number_Args;

typedef struct {
    size_t struct_size; void *extension_start;
    size_t version_size; void *version_extension; int major_version; int minor_version;
    void *internal;
    XLA_FFI_Error *(*Error_Create)(XLA_FFI_Error_Create_Args *);
    void (*Error_GetMessage)(XLA_FFI_Error_GetMessage_Args *);
    void (*Error_Destroy)(XLA_FFI_Error_Destroy_Args *);
    XLA_FFI_Error *(*Handler_Register)(void *);
    XLA_FFI_Error *(*Stream_Get)(XLA_FFI_Number_Args *);
    XLA_FFI_Error *(*Type_Register)(void *);
    XLA_FFI_Error *(*ExecutionContext_Get)(XLA_FFI_ExecutionContext_Get_Args *);
    XLA_FFI_Error *(*State_Set)(void *);
    XLA_FFI_Error *(*State_Get)(void *);
    XLA_FFI_Error *(*DeviceMemory_Allocate)(XLA_FFI_DeviceMemory_Allocate_Args *);
    XLA_FFI_Error *(*DeviceMemory_Free)(XLA_FFI_DeviceMemory_Free_Args *);
    XLA_FFI_Error *(*ThreadPool_Schedule)(XLA_FFI_ThreadPool_Schedule_Args *);
    XLA_FFI_Error *(*ThreadPool_NumThreads)(XLA_FFI_ThreadPool_NumThreads_Args *);
    XLA_FFI_Error *(*Future_Create)(XLA_FFI_Future_Create_Args *);
    XLA_FFI_Error *(*Future_SetAvailable)(XLA_FFI_Future_Args *);
    XLA_FFI_Error *(*Future_SetError)(XLA_FFI_Future_Args *);
    XLA_FFI_Error *(*RunId_Get)(XLA_FFI_Number_Args *);
    XLA_FFI_Error *(*DeviceOrdinal_Get)(XLA_FFI_Number_Args *);
} XLA_FFI_Api;

typedef struct {
    ARGS; const XLA_FFI_Api *api; void *ctx; int stage; XLA_FFI_Args args; XLA_FFI_Args rets; XLA_FFI_Attrs attrs; void *future;
} XLA_FFI_CallFrame;
typedef XLA_FFI_Error *XLA_FFI_Handler(XLA_FFI_CallFrame *frame);

typedef struct { ARGS; const char *type_name; size_t type_name_size; int64_t type_id; void *type_info; } PJRT_FFI_Type_Register_Args;
typedef struct { ARGS; void *context; int64_t type_id; void *data; } PJRT_FFI_UserData_Add_Args;
typedef struct {
    size_t struct_size; const char *target_name; size_t target_name_size; void *handler; const char *platform_name; size_t platform_name_size; int traits;
} PJRT_FFI_Register_Handler_Args;
typedef struct { ARGS; void *context; } PJRT_ExecuteContext_Args;
/* Extension 5. */
typedef struct {
    PJRT_Extension base;
    PJRT_Error *(*type_register)(PJRT_FFI_Type_Register_Args *);
    PJRT_Error *(*user_data_add)(PJRT_FFI_UserData_Add_Args *);
    PJRT_Error *(*register_handler)(PJRT_FFI_Register_Handler_Args *);
} PJRT_FFI_Extension;
#endif
