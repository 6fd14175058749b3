/*
 * A callback to Python as JAX's client makes it, to be loaded by a Python: run(library, function) compiles a program that calls function 0 of those
 * that come with the execution, runs it on [1, 2, 3] and 10, and returns the sum of what
 * comes back; fails(library, function, text) returns whether the run ends with an error that contains the text.
 */
#include "pjrt_call.h"
#include "xla_ffi_subset.h"
#include <string.h>

static void *client, *device, *executable;
static PJRT_FFI_Extension *ffi;

static void start(const char *path)
{
    if (api) return;
    load(path);
    for (PJRT_Extension *e = api->extension_start; e; e = e->next) {
        if (e->type == 5) ffi = (PJRT_FFI_Extension *)e;
    }
    CHECK(ffi);
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    MUST(F_Client_Create, &create);
    client = create.client;
    PJRT_Client_Devices_Args devices = { sizeof devices, NULL, client, NULL, 0 };
    MUST(F_Client_Devices, &devices);
    device = devices.devices[0];
    static const char code[] =
        "module @jit_f { func.func public @main(%x: tensor<3xf32>, %s: tensor<f32>) -> tensor<3xf32> {\n"
        "  %0 = stablehlo.custom_call @xla_ffi_python_cpu_callback(%x, %s) {api_version = 4 : i32, backend_config = {index = 0 : ui64}, has_side_effect = true} :"
        " (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>\n"
        "  %1 = stablehlo.add %0, %0 : tensor<3xf32>\n"
        "  return %1 : tensor<3xf32> } }";
    PJRT_Program program = { sizeof program, NULL, code, sizeof code - 1, "mlir", 4 };
    PJRT_Client_Compile_Args compile = { sizeof compile, NULL, client, &program, NULL, 0, NULL };
    MUST(F_Client_Compile, &compile);
    executable = compile.executable;
}

/* Runs; the result, and the error with which it ended or NULL. */
static PJRT_Error *execute(void *function, void **output)
{
    struct { void **callbacks; uint64_t num_callbacks; } functions = { &function, 1 };
    PJRT_ExecuteContext_Args context = { sizeof context, NULL, NULL };
    MUST(F_ExecuteContext_Create, &context);
    /* A type that only the client knows. */
    PJRT_FFI_UserData_Add_Args data = { sizeof data, NULL, context.context, 4711, &functions };
    must(ffi->user_data_add(&data), __LINE__);
    PJRT_ExecuteOptions options = { 0 };
    options.struct_size = sizeof options;
    options.context = context.context;
    const float x[] = { 1, 2, 3 }, s = 10;
    const int64_t three[] = { 3 };
    void *inputs[] = { upload_f32(client, device, x, three, 1), upload_f32(client, device, &s, NULL, 0) }, *event = NULL;
    void *const *lists[] = { inputs };
    void **outputs[] = { output };
    PJRT_Execute_Args args = { sizeof args, NULL, executable, &options, lists, 1, 2, outputs, &event, NULL };
    MUST(F_Execute, &args);
    MUST(F_ExecuteContext_Destroy, &context);
    PJRT_Event_Args done = { sizeof done, NULL, event };
    PJRT_Error *error = CALL(F_Event_Await, &done);
    MUST(F_Event_Destroy, &done);
    for (int i = 0; i < 2; i++) {
        PJRT_Destroy_Args destroy = { sizeof destroy, NULL, inputs[i] };
        MUST(F_Buffer_Destroy, &destroy);
    }
    return error;
}

double run(const char *path, void *function)
{
    start(path);
    void *output = NULL;
    must(execute(function, &output), __LINE__);
    float result[3];
    PJRT_ToHostBuffer_Args host = { sizeof host, NULL, output, NULL, result, sizeof result, NULL };
    MUST(F_ToHostBuffer, &host);
    PJRT_Event_Args done = { sizeof done, NULL, host.event };
    MUST(F_Event_Await, &done);
    return result[0] + result[1] + result[2];
}

int fails(const char *path, void *function, const char *text)
{
    start(path);
    void *output = NULL;
    PJRT_Error *error = execute(function, &output);
    CHECK(error);
    PJRT_Error_Message_Args message = { sizeof message, NULL, error, NULL, 0 };
    ((void (*)(void *))api->functions[F_Error_Message])(&message);
    return memmem(message.message, message.message_size, text, strlen(text)) != NULL;
}
