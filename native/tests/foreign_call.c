/*
 * Foreign functions, the way jax.ffi.ffi_call uses them: registers handlers written in C through the plugin's FFI extension, then compiles and runs
 * programs whose custom calls reach them. Prints "ok" and exits 0 when all is right.
 */
#include "pjrt_call.h"
#include "xla_ffi_subset.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t data_type, calls;

static void *attribute(const XLA_FFI_CallFrame *frame, const char *name, int type)
{
    const XLA_FFI_Attrs *attrs = &frame->attrs;
    for (int64_t i = 0; i < attrs->size; i++) {
        XLA_FFI_ByteSpan *span = attrs->names[i];
        if (i) CHECK(strncmp(attrs->names[i - 1]->ptr, span->ptr, attrs->names[i - 1]->len) <= 0);
        if (span->len != strlen(name) || memcmp(span->ptr, name, span->len)) continue;
        CHECK(attrs->types[i] == type);
        return attrs->attrs[i];
    }
    fprintf(stderr, "no attribute %s\n", name);
    exit(1);
}

static XLA_FFI_Error *fail(const XLA_FFI_CallFrame *frame, int code, const char *message)
{
    XLA_FFI_Error_Create_Args args = { sizeof args, NULL, message, code };
    return frame->api->Error_Create(&args);
}

/* y = scale * x + shift[0], and the sum of the weights of the attribute `weights`. */
static XLA_FFI_Error *affine(XLA_FFI_CallFrame *frame)
{
    CHECK(frame->struct_size >= 152 && frame->api && frame->ctx && frame->stage == 3 && !frame->extension_start);
    CHECK(frame->args.size == 2 && frame->rets.size == 2 && frame->args.types[0] == 1 && frame->rets.types[1] == 1);
    XLA_FFI_Buffer *x = frame->args.args[0], *shift = frame->args.args[1], *y = frame->rets.args[0], *sum = frame->rets.args[1];
    CHECK(x->struct_size == sizeof *x && x->dtype == 11 && x->rank == 2 && x->dims[0] == 2 && x->dims[1] == 3);
    CHECK(shift->dtype == 11 && shift->rank == 0 && y->rank == 2 && sum->dtype == 5 && sum->rank == 0);
    XLA_FFI_Scalar *scale = attribute(frame, "scale", 3);
    CHECK(scale->dtype == 11);
    XLA_FFI_Array *weights = attribute(frame, "weights", 1);
    CHECK(weights->dtype == 5 && weights->size == 3);
    XLA_FFI_ByteSpan *label = attribute(frame, "label", 4);
    CHECK(label->len == 3 && !memcmp(label->ptr, "one", 3));
    XLA_FFI_Scalar *flag = attribute(frame, "flag", 3);
    CHECK(flag->dtype == 1 && *(char *)flag->value == 1);
    XLA_FFI_Attrs *inner = attribute(frame, "inner", 2);
    CHECK(inner->size == 1 && inner->types[0] == 3 && *(uint8_t *)((XLA_FFI_Scalar *)inner->attrs[0])->value == 200 && ((XLA_FFI_Scalar *)inner->attrs[0])->dtype == 6);
    for (int i = 0; i < 6; i++) ((float *)y->data)[i] = *(float *)scale->value * ((float *)x->data)[i] + *(float *)shift->data;
    *(int64_t *)sum->data = 0;
    for (int i = 0; i < 3; i++) *(int64_t *)sum->data += ((int64_t *)weights->data)[i];
    calls++;
    return NULL;
}

/* Numbers its operand's elements as they lie in memory, on top of what is there: the result shares the operand's memory. */
static XLA_FFI_Error *number(XLA_FFI_CallFrame *frame)
{
    XLA_FFI_Buffer *x = frame->args.args[0], *y = frame->rets.args[0];
    if (frame->attrs.size) CHECK(x->data == y->data);
    for (int i = 0; i < x->dims[0] * x->dims[1]; i++) ((float *)y->data)[i] = ((float *)x->data)[i] + 100.0f * i;
    return NULL;
}

static XLA_FFI_Error *refuse(XLA_FFI_CallFrame *frame) { return fail(frame, 3, "the third kind is not welcome"); }

/* Answers from another thread; and asks for user data, memory, threads, the run and the device. */
static const XLA_FFI_Api *ffi;

static void *later(void *future)
{
    XLA_FFI_Future_Args args = { sizeof args, NULL, future, NULL };
    CHECK(!ffi->Future_SetAvailable(&args));
    return NULL;
}

static void mark(void *flag) { __atomic_store_n((int *)flag, 1, __ATOMIC_RELEASE); }

static XLA_FFI_Error *ask(XLA_FFI_CallFrame *frame)
{
    ffi = frame->api;
    CHECK(ffi->major_version == 0 && ffi->minor_version >= 1);
    XLA_FFI_TypeId type = { data_type };
    XLA_FFI_ExecutionContext_Get_Args get = { sizeof get, NULL, frame->ctx, &type, NULL };
    XLA_FFI_Error *error = ffi->ExecutionContext_Get(&get);
    if (error) return error;
    XLA_FFI_DeviceMemory_Allocate_Args allocate = { sizeof allocate, NULL, frame->ctx, 1000, 128, NULL };
    CHECK(!ffi->DeviceMemory_Allocate(&allocate) && (uintptr_t)allocate.data % 128 == 0);
    memset(allocate.data, 1, 1000);
    XLA_FFI_DeviceMemory_Free_Args release = { sizeof release, NULL, frame->ctx, 1000, allocate.data };
    CHECK(!ffi->DeviceMemory_Free(&release));
    int64_t threads = 0;
    XLA_FFI_ThreadPool_NumThreads_Args number_of = { sizeof number_of, NULL, frame->ctx, &threads };
    CHECK(!ffi->ThreadPool_NumThreads(&number_of) && threads >= 1);
    int flag = 0;
    XLA_FFI_ThreadPool_Schedule_Args schedule = { sizeof schedule, NULL, frame->ctx, mark, &flag };
    CHECK(!ffi->ThreadPool_Schedule(&schedule));
    while (!__atomic_load_n(&flag, __ATOMIC_ACQUIRE)) {}
    XLA_FFI_Number_Args device = { sizeof device, NULL, frame->ctx, 0 };
    CHECK(!ffi->DeviceOrdinal_Get(&device));
    XLA_FFI_Error *no_stream = ffi->Stream_Get(&device);
    CHECK(no_stream);
    XLA_FFI_Error_GetMessage_Args message = { sizeof message, NULL, no_stream, NULL };
    ffi->Error_GetMessage(&message);
    CHECK(strstr(message.message, "no streams"));
    XLA_FFI_Error_Destroy_Args destroy = { sizeof destroy, NULL, no_stream };
    ffi->Error_Destroy(&destroy);
    XLA_FFI_Buffer *y = frame->rets.args[0];
    *(float *)y->data = *(float *)get.data;
    XLA_FFI_Future_Create_Args create = { sizeof create, NULL, NULL };
    CHECK(!ffi->Future_Create(&create));
    frame->future = create.future;
    pthread_t thread;
    CHECK(!pthread_create(&thread, NULL, later, create.future));
    pthread_detach(thread);
    return NULL;
}

static PJRT_FFI_Extension *extension;
static void *client, *device, *doubling;
static PJRT_Error *execute(void *executable, void **inputs, size_t count, void **outputs, void *context);
static void download(void *buffer, void *into, size_t size);

/* Answers with what another program computes meanwhile: as JAX's callbacks do, and large enough not to run in the thread that launches it. */
static XLA_FFI_Error *launch(XLA_FFI_CallFrame *frame)
{
    enum { N = 1 << 16 };
    XLA_FFI_Buffer *x = frame->args.args[1], *y = frame->rets.args[1];
    CHECK(((XLA_FFI_Buffer *)frame->args.args[0])->dtype == 17 && ((XLA_FFI_Buffer *)frame->rets.args[0])->dtype == 17);
    const int64_t dims[] = { N };
    void *input = upload_f32(client, device, x->data, dims, 1), *output;
    must(execute(doubling, &input, 1, &output, NULL), __LINE__);
    download(output, y->data, N * sizeof(float));
    return NULL;
}

static PJRT_Error *add_handler(const char *name, const char *platform, XLA_FFI_Handler *handler)
{
    PJRT_FFI_Register_Handler_Args args = { sizeof args, name, strlen(name), (void *)handler, platform, strlen(platform), 0 };
    return extension->register_handler(&args);
}

static int code_and_destroy(PJRT_Error *error, const char *expected)
{
    CHECK(error);
    PJRT_Error_GetCode_Args code = { sizeof code, NULL, error, 0 };
    MUST(F_Error_GetCode, &code);
    PJRT_Error_Message_Args message = { sizeof message, NULL, error, NULL, 0 };
    ((void (*)(void *))api->functions[F_Error_Message])(&message);
    if (!strstr(message.message, expected)) { fprintf(stderr, "%.*s\n", (int)message.message_size, message.message); exit(1); }
    PJRT_Error_Destroy_Args destroy = { sizeof destroy, NULL, error };
    CALL(F_Error_Destroy, &destroy);
    return code.code;
}

static void *compile(const char *text)
{
    PJRT_Program program = { sizeof program, NULL, text, strlen(text), "mlir", 4 };
    PJRT_Client_Compile_Args args = { sizeof args, NULL, client, &program, NULL, 0, NULL };
    MUST(F_Client_Compile, &args);
    return args.executable;
}

/* Returns what the execution's event says. */
static PJRT_Error *execute(void *executable, void **inputs, size_t count, void **outputs, void *context)
{
    void *const *argument_lists[] = { inputs };
    void **output_lists[] = { outputs };
    void *event = NULL;
    PJRT_ExecuteOptions options = { 0 };
    options.struct_size = sizeof options;
    options.context = context;
    PJRT_Execute_Args args = { sizeof args, NULL, executable, &options, argument_lists, 1, count, output_lists, &event, NULL };
    MUST(F_Execute, &args);
    PJRT_Event_Args await = { sizeof await, NULL, event };
    PJRT_Error *error = CALL(F_Event_Await, &await);
    MUST(F_Event_Destroy, &await);
    return error;
}

static void download(void *buffer, void *into, size_t size)
{
    PJRT_ToHostBuffer_Args args = { sizeof args, NULL, buffer, NULL, into, size, NULL };
    MUST(F_ToHostBuffer, &args);
    PJRT_Event_Args await = { sizeof await, NULL, args.event };
    MUST(F_Event_Await, &await);
    MUST(F_Event_Destroy, &await);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    load(argv[1]);
    for (PJRT_Extension *e = api->extension_start; e; e = e->next)
        if (e->type == 5) extension = (PJRT_FFI_Extension *)e;
    CHECK(extension && extension->base.struct_size >= sizeof *extension);
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    MUST(F_Client_Create, &create);
    client = create.client;
    PJRT_Client_Devices_Args devices = { sizeof devices, NULL, client, NULL, 0 };
    MUST(F_Client_Devices, &devices);
    device = devices.devices[0];

    must(add_handler("my_affine", "Host", affine), __LINE__);
    must(add_handler("my_affine", "cpu", affine), __LINE__);
    must(add_handler("my_number", "cpu", number), __LINE__);
    must(add_handler("my_refusal", "cpu", refuse), __LINE__);
    must(add_handler("my_question", "cpu", ask), __LINE__);
    CHECK(code_and_destroy(add_handler("my_affine", "cpu", refuse), "another handler") == 6);
    CHECK(code_and_destroy(add_handler("my_other", "CUDA", refuse), "CUDA") == 3);

    const float x[] = { 1, 2, 3, 4, 5, 6 }, half = 0.5f;
    const int64_t dims[] = { 2, 3 };
    void *inputs[] = { upload_f32(client, device, x, dims, 2), upload_f32(client, device, &half, NULL, 0) }, *outputs[2];
    float y[6];
    int64_t sum;

    void *program = compile(
        "module { func.func @main(%x: tensor<2x3xf32>, %s: tensor<f32>) -> (tensor<2x3xf32>, tensor<i64>) {\n"
        "  %t = stablehlo.tanh %x : tensor<2x3xf32>\n"
        "  %r:2 = stablehlo.custom_call @my_affine(%x, %s) {api_version = 1 : i32, mhlo.backend_config = {weights = array<i64: 1, 2, 39>,\n"
        "    scale = 2.000000e+00 : f32, label = \"one\", inner = {byte = 200 : ui8}, flag = true}} : (tensor<2x3xf32>, tensor<f32>) -> (tensor<2x3xf32>, tensor<i64>)\n"
        "  %d = stablehlo.subtract %r#0, %t : tensor<2x3xf32>\n"
        "  %e = stablehlo.add %d, %t : tensor<2x3xf32>\n"
        "  return %e, %r#1 : tensor<2x3xf32>, tensor<i64> } }");
    for (int again = 0; again < 2; again++) {
        must(execute(program, inputs, 2, outputs, NULL), __LINE__);
        download(outputs[0], y, sizeof y);
        download(outputs[1], &sum, sizeof sum);
        for (int i = 0; i < 6; i++) CHECK(y[i] > 2 * x[i] + 0.499f && y[i] < 2 * x[i] + 0.501f);
        CHECK(sum == 42);
    }
    CHECK(calls == 2);

    /* By columns: the handler sees 1 4 2 5 3 6, and adds 0 100 200 ... to them in that order. */
    program = compile(
        "module { func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {\n"
        "  %r = stablehlo.custom_call @my_number(%x) {api_version = 4 : i32, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], result_layouts = [dense<[0, 1]> : tensor<2xindex>]}\n"
        "    : (tensor<2x3xf32>) -> tensor<2x3xf32>\n"
        "  return %r : tensor<2x3xf32> } }");
    must(execute(program, inputs, 1, outputs, NULL), __LINE__);
    download(outputs[0], y, sizeof y);
    const float by_columns[] = { 1, 202, 403, 104, 305, 506 };
    for (int i = 0; i < 6; i++) CHECK(y[i] == by_columns[i]);

    /* In place, on an argument that must not change. */
    program = compile(
        "module { func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {\n"
        "  %r = stablehlo.custom_call @my_number(%x) {api_version = 4 : i32, mhlo.backend_config = {in_place = true},\n"
        "    output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 0, operand_tuple_indices = []>]} : (tensor<2x3xf32>) -> tensor<2x3xf32>\n"
        "  return %r : tensor<2x3xf32> } }");
    must(execute(program, inputs, 1, outputs, NULL), __LINE__);
    download(outputs[0], y, sizeof y);
    for (int i = 0; i < 6; i++) CHECK(y[i] == x[i] + 100 * i);
    download(inputs[0], y, sizeof y);
    CHECK(!memcmp(y, x, sizeof x));

    program = compile(
        "module { func.func @main() -> tensor<f32> {\n"
        "  %r = stablehlo.custom_call @my_refusal() {api_version = 4 : i32} : () -> tensor<f32>\n"
        "  return %r : tensor<f32> } }");
    CHECK(code_and_destroy(execute(program, NULL, 0, outputs, NULL), "the third kind is not welcome") == 3);

    /* User data travels with the execution. */
    PJRT_FFI_Type_Register_Args type = { sizeof type, NULL, "my_data", 7, 0, NULL };
    must(extension->type_register(&type), __LINE__);
    CHECK(type.type_id);
    data_type = type.type_id;
    PJRT_ExecuteContext_Args context = { sizeof context, NULL, NULL };
    MUST(F_ExecuteContext_Create, &context);
    float answer = 42;
    PJRT_FFI_UserData_Add_Args add = { sizeof add, NULL, context.context, data_type, &answer };
    must(extension->user_data_add(&add), __LINE__);
    CHECK(code_and_destroy(extension->user_data_add(&add), "already") == 6);
    program = compile(
        "module { func.func @main() -> tensor<f32> {\n"
        "  %r = stablehlo.custom_call @my_question() {api_version = 4 : i32, has_side_effect = true} : () -> tensor<f32>\n"
        "  return %r : tensor<f32> } }");
    must(execute(program, NULL, 0, outputs, context.context), __LINE__);
    download(outputs[0], y, sizeof(float));
    CHECK(y[0] == 42);
    CHECK(code_and_destroy(execute(program, NULL, 0, outputs, NULL), "no user data") == 5);
    MUST(F_ExecuteContext_Destroy, &context);

    /* A program whose handler launches another, with a token in and out: an array of nothing. */
    doubling = compile("module { func.func @main(%x: tensor<65536xf32>) -> tensor<65536xf32> { %r = stablehlo.add %x, %x : tensor<65536xf32>\n return %r : tensor<65536xf32> } }");
    must(add_handler("my_launch", "cpu", launch), __LINE__);
    program = compile(
        "module { func.func @main(%t: !stablehlo.token, %x: tensor<65536xf32>) -> (!stablehlo.token, tensor<65536xf32>) {\n"
        "  %r:2 = stablehlo.custom_call @my_launch(%t, %x) {api_version = 1 : i32, has_side_effect = true, mhlo.backend_config = {}}\n"
        "    : (!stablehlo.token, tensor<65536xf32>) -> (!stablehlo.token, tensor<65536xf32>)\n"
        "  return %r#0, %r#1 : !stablehlo.token, tensor<65536xf32> } }");
    static float large[1 << 16];
    for (int i = 0; i < 1 << 16; i++) large[i] = (float)i;
    const int64_t length = 1 << 16, none = 0;
    PJRT_BufferFromHostBuffer_Args nothing = { 0 };
    nothing.struct_size = sizeof nothing;
    nothing.client = client;
    nothing.data = large;
    nothing.type = 1;
    nothing.dims = &none;
    nothing.num_dims = 1;
    nothing.device = device;
    MUST(F_BufferFromHostBuffer, &nothing);
    void *with_token[] = { nothing.buffer, upload_f32(client, device, large, &length, 1) };
    for (int again = 0; again < 2; again++) {
        must(execute(program, with_token, 2, outputs, NULL), __LINE__);
        with_token[0] = outputs[0];
        download(outputs[1], large, sizeof large);
        for (int i = 0; i < 1 << 16; i++) CHECK(large[i] == 2.0f * i);
    }

    /* A call that nobody answers is an error of compilation. */
    const char *text = "module { func.func @main() -> tensor<f32> { %r = stablehlo.custom_call @nobody() {api_version = 4 : i32} : () -> tensor<f32>\n return %r : tensor<f32> } }";
    PJRT_Program nobody = { sizeof nobody, NULL, text, strlen(text), "mlir", 4 };
    PJRT_Client_Compile_Args bad = { sizeof bad, NULL, client, &nobody, NULL, 0, NULL };
    CHECK(code_and_destroy(CALL(F_Client_Compile, &bad), "nobody") == 12);
    puts("ok");
    return 0;
}
