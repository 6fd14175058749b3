/* The calls that JAX's client makes of a plugin, as it makes them: questions about objects, events, arrays, compilations and executions. For one C file a program. */
#ifndef I1XLA_JAX_CLIENT_H
#define I1XLA_JAX_CLIENT_H
#include "pjrt_call.h"
#include <pthread.h>
#include <string.h>

enum { DEVICES = 8 };
enum { PRED = 1, S8 = 2, S32 = 4, S64 = 5, U8 = 6, F16 = 10, F32 = 11, F64 = 12, BF16 = 13, C64 = 14, C128 = 15, F8E5M2 = 16, F8E4M3FN = 17, S4 = 21 };
enum { ONLY_DURING_CALL = 0, UNTIL_TRANSFER_COMPLETES = 1, ZERO_COPY = 2 };
enum { INVALID_ARGUMENT = 3 };

static void *client;
static void *devices[DEVICES];

/* The code of an error, and whether its message contains a text. */
static int fails_with(PJRT_Error *error, const char *text)
{
    CHECK(error);
    PJRT_Error_Message_Args message = { sizeof message, NULL, error, NULL, 0 };
    ((void (*)(void *))api->functions[F_Error_Message])(&message);
    CHECK(message.message_size > 0);
    CHECK(memmem(message.message, message.message_size, text, strlen(text)));
    PJRT_Error_GetCode_Args code = { sizeof code, NULL, error, 0 };
    MUST(F_Error_GetCode, &code);
    PJRT_Error_Destroy_Args destroy = { sizeof destroy, NULL, error };
    CALL(F_Error_Destroy, &destroy);
    return code.code;
}

static void *pointer(int function, void *object)
{
    PJRT_Pointer_Args args = { sizeof args, NULL, object, NULL };
    MUST(function, &args);
    CHECK(args.value);
    return args.value;
}

static size_t number(int function, void *object)
{
    PJRT_Size_Args args = { sizeof args, NULL, object, 0 };
    MUST(function, &args);
    return args.value;
}

static int integer(int function, void *object)
{
    PJRT_Int_Args args = { sizeof args, NULL, object, -7 };
    MUST(function, &args);
    return args.value;
}

static bool truth(int function, void *object)
{
    PJRT_Bool_Args args = { sizeof args, NULL, object, false };
    MUST(function, &args);
    return args.value;
}

static bool is_text(int function, void *object, const char *expected)
{
    PJRT_Text_Args args = { sizeof args, NULL, object, NULL, 0 };
    MUST(function, &args);
    CHECK(args.text && args.size > 0);
    return !expected || (args.size == strlen(expected) && !memcmp(args.text, expected, args.size));
}

static PJRT_List_Args list(int function, void *object)
{
    PJRT_List_Args args = { sizeof args, NULL, object, NULL, 0 };
    MUST(function, &args);
    return args;
}

static void discard(int function, void *object)
{
    PJRT_Destroy_Args args = { sizeof args, NULL, object };
    MUST(function, &args);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t happened = PTHREAD_COND_INITIALIZER;

static void on_ready(PJRT_Error *error, void *user)
{
    CHECK(!error);
    pthread_mutex_lock(&lock);
    ++*(int *)user;
    pthread_cond_broadcast(&happened);
    pthread_mutex_unlock(&lock);
}

static void notify(void *event, int *count)
{
    PJRT_Event_OnReady_Args args = { sizeof args, NULL, event, on_ready, count };
    MUST(F_Event_OnReady, &args);
    PJRT_Event_Args destroy = { sizeof destroy, NULL, event };
    MUST(F_Event_Destroy, &destroy);
}

static void wait_for(int *count, int value)
{
    pthread_mutex_lock(&lock);
    while (*count < value) pthread_cond_wait(&happened, &lock);
    pthread_mutex_unlock(&lock);
}

static int is_done(int *count)
{
    pthread_mutex_lock(&lock);
    int done = *count;
    pthread_mutex_unlock(&lock);
    return done;
}

/* JAX passes a memory space and no device, strides always, and learns of the end of the transfer by callback. */
static void *upload(void *memory, const void *data, int type, const int64_t *dims, const int64_t *strides, size_t rank, int semantics, int *released)
{
    PJRT_BufferFromHostBuffer_Args args = { 0 };
    args.struct_size = sizeof args;
    args.client = client;
    args.data = data;
    args.type = type;
    args.dims = dims;
    args.num_dims = rank;
    args.byte_strides = strides;
    args.num_byte_strides = strides ? rank : 0;
    args.semantics = semantics;
    args.memory = memory;
    MUST(F_BufferFromHostBuffer, &args);
    notify(args.done_with_host_buffer, released);
    return args.buffer;
}

static void *simple(int device, const void *data, int type, const int64_t *dims, size_t rank)
{
    int released = 0;
    void *buffer = upload(pointer(F_Device_DefaultMemory, devices[device]), data, type, dims, NULL, rank, ONLY_DURING_CALL, &released);
    wait_for(&released, 1);
    return buffer;
}

/* As ToLiteral does: a row-major layout is named, and an array without elements still has an address to write to. */
static void download(void *buffer, void *target, size_t bytes)
{
    static const int64_t major_to_minor[] = { 3, 2, 1, 0 };
    PJRT_Longs_Args shape = { sizeof shape, NULL, buffer, NULL, 0 };
    MUST(F_Buffer_Dimensions, &shape);
    PJRT_Layout layout = { sizeof layout, NULL, { sizeof layout.tiled, NULL, major_to_minor + 4 - shape.count, shape.count, NULL, NULL, 0 }, 0 };
    PJRT_ToHostBuffer_Args args = { sizeof args, NULL, buffer, &layout, target, bytes, NULL };
    MUST(F_ToHostBuffer, &args);
    CHECK(args.event);
    await(args.event);
}

/* CompileOptionsProto: executable_build_options { device_ordinal: -1, num_replicas, num_partitions, use_spmd_partitioning, device_assignment,
   use_shardy_partitioner } as JAX fills it in. */
static size_t options_for(int replicas, int partitions, char *out)
{
    char assignment[128], build[192];
    size_t a = 0, b = 0, n = 0;
    assignment[a++] = 0x08, assignment[a++] = (char)replicas;
    assignment[a++] = 0x10, assignment[a++] = (char)partitions;
    for (int p = 0; p < partitions; p++) {
        assignment[a++] = 0x1a, assignment[a++] = (char)(2 + replicas);
        assignment[a++] = 0x0a, assignment[a++] = (char)replicas;
        for (int r = 0; r < replicas; r++) assignment[a++] = (char)(r * partitions + p);
    }
    build[b++] = 0x08;
    for (int i = 0; i < 9; i++) build[b++] = (char)0xff;
    build[b++] = 0x01;
    build[b++] = 0x20, build[b++] = (char)replicas;
    build[b++] = 0x28, build[b++] = (char)partitions;
    build[b++] = 0x30, build[b++] = partitions > 1;
    build[b++] = 0x4a, build[b++] = (char)a;
    memcpy(build + b, assignment, a), b += a;
    build[b++] = (char)0x98, build[b++] = 0x01, build[b++] = 0x01;
    out[n++] = 0x1a;
    if (b >= 128) out[n++] = (char)(b | 0x80), out[n++] = (char)(b >> 7);
    else out[n++] = (char)b;
    memcpy(out + n, build, b);
    return n + b;
}

static PJRT_Error *try_compile(const char *code, int replicas, int partitions, void **executable)
{
    char options[256];
    PJRT_Program program = { sizeof program, NULL, code, strlen(code), "mlir", 4 };
    PJRT_Client_Compile_Args args = { sizeof args, NULL, client, &program, options, options_for(replicas, partitions, options), NULL };
    PJRT_Error *error = CALL(F_Client_Compile, &args);
    *executable = args.executable;
    return error;
}

static void *compile(const char *code, int replicas, int partitions)
{
    void *executable;
    must(try_compile(code, replicas, partitions, &executable), __LINE__);
    return executable;
}

static PJRT_Error *try_execute(void *executable, void *const *const *arguments, size_t num_devices, size_t num_args, void **const *outputs, void **events, const int64_t *keep, size_t num_keep)
{
    PJRT_ExecuteOptions options = { 0 };
    options.struct_size = sizeof options;
    options.launch_id = 1;
    options.non_donatable = keep;
    options.num_non_donatable = num_keep;
    options.call_location = "test.py:1";
    PJRT_Execute_Args args = { sizeof args, NULL, executable, &options, arguments, num_devices, num_args, outputs, events, NULL };
    return CALL(F_Execute, &args);
}

/* One device, arguments kept or donated as the program says; the results are asked for before they are there. */
static void run(void *executable, void **arguments, size_t num_args, void **outputs, const int64_t *keep, size_t num_keep)
{
    void *const *argument_lists[] = { arguments };
    void **output_lists[] = { outputs };
    void *event = NULL;
    must(try_execute(executable, argument_lists, 1, num_args, output_lists, &event, keep, num_keep), __LINE__);
    CHECK(event);
    PJRT_Event_Args destroy = { sizeof destroy, NULL, event };
    MUST(F_Event_Destroy, &destroy);
}
#endif
