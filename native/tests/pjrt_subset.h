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
typedef struct { ARGS; void *source; void *host_layout; void *target; size_t target_size; void *event; } PJRT_ToHostBuffer_Args;

/* Places of the functions in the table. */
enum {
    F_Error_Destroy = 0, F_Error_Message = 1, F_Error_GetCode = 2, F_Plugin_Initialize = 3, F_Event_Destroy = 5, F_Event_Await = 8, F_Event_OnReady = 9,
    F_Client_Create = 10, F_Client_Destroy = 11, F_Client_Devices = 15, F_Client_Compile = 20, F_BufferFromHostBuffer = 22,
    F_LoadedExecutable_Destroy = 50, F_Execute = 55, F_Buffer_Destroy = 58, F_ToHostBuffer = 70, F_Count = 118
};

typedef struct {
    size_t struct_size; void *extension_start;
    size_t version_size; void *version_extension; int major_version; int minor_version;
    void *functions[F_Count];
} PJRT_Api;
#endif
