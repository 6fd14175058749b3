/*
 * A PJRT client with no .NET in it: loads the plugin named on the command line, compiles a module, runs it on two devices' worth of client, and
 * checks the numbers, errors and events. Prints "ok" and exits 0 when all is right.
 */
#include "pjrt_call.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t happened = PTHREAD_COND_INITIALIZER;
static int calls;

static void on_ready(PJRT_Error *error, void *user)
{
    CHECK(!error);
    CHECK(user == &calls);
    pthread_mutex_lock(&lock);
    calls++;
    pthread_cond_signal(&happened);
    pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    load(argv[1]);
    CHECK(api->struct_size >= sizeof *api);
    CHECK(api->major_version == 0 && api->minor_version >= 81);
    PJRT_Plugin_Initialize_Args initialize = { sizeof initialize, NULL };
    MUST(F_Plugin_Initialize, &initialize);

    PJRT_NamedValue option = { sizeof option, NULL, "cpu_device_count", 16, 1, { .integer = 2 }, 1 };
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    create.options = &option;
    create.num_options = 1;
    MUST(F_Client_Create, &create);
    PJRT_Client_Devices_Args devices = { sizeof devices, NULL, create.client, NULL, 0 };
    MUST(F_Client_Devices, &devices);
    CHECK(devices.num_devices == 2);

    static const char code[] =
        "module @jit_f { func.func public @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>\n"
        "  %1 = stablehlo.tanh %0 : tensor<2x2xf32>\n"
        "  return %1 : tensor<2x2xf32> } }";
    PJRT_Program program = { sizeof program, NULL, code, sizeof code - 1, "mlir", 4 };
    PJRT_Client_Compile_Args compile = { sizeof compile, NULL, create.client, &program, NULL, 0, NULL };
    MUST(F_Client_Compile, &compile);

    const float a[] = { 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f }, b[] = { 1, 2, 3, 4, 5, 6 };
    const int64_t da[] = { 2, 3 }, db[] = { 3, 2 };
    void *inputs[] = { upload_f32(create.client, devices.devices[0], a, da, 2), upload_f32(create.client, devices.devices[0], b, db, 2) };
    void *const *argument_lists[] = { inputs };
    void *outputs[1] = { NULL };
    void **output_lists[] = { outputs };
    void *event = NULL;
    PJRT_ExecuteOptions options = { 0 };
    options.struct_size = sizeof options;
    PJRT_Execute_Args execute = { sizeof execute, NULL, compile.executable, &options, argument_lists, 1, 2, output_lists, &event, NULL };
    MUST(F_Execute, &execute);
    CHECK(event && outputs[0]);
    PJRT_Event_OnReady_Args ready = { sizeof ready, NULL, event, on_ready, &calls };
    MUST(F_Event_OnReady, &ready);
    pthread_mutex_lock(&lock);
    while (!calls) pthread_cond_wait(&happened, &lock);
    pthread_mutex_unlock(&lock);
    await(event);

    PJRT_ToHostBuffer_Args host = { sizeof host, NULL, outputs[0], NULL, NULL, 0, NULL };
    MUST(F_ToHostBuffer, &host);
    CHECK(host.target_size == 16);
    float result[4];
    host.target = result;
    MUST(F_ToHostBuffer, &host);
    await(host.event);
    const float expected[] = { 0.97574313f, 0.99263152f, 0.99988910f, 0.99999449f };
    for (int i = 0; i < 4; i++) CHECK(result[i] > expected[i] - 1e-5f && result[i] < expected[i] + 1e-5f);

    /* A program that does not parse is an error with a message, not a crash. */
    PJRT_Program bad = { sizeof bad, NULL, "module {", 8, "mlir", 4 };
    compile.program = &bad;
    PJRT_Error *error = CALL(F_Client_Compile, &compile);
    CHECK(error);
    PJRT_Error_GetCode_Args error_code = { sizeof error_code, NULL, error, 0 };
    MUST(F_Error_GetCode, &error_code);
    CHECK(error_code.code == 3);
    PJRT_Error_Destroy_Args destroy_error = { sizeof destroy_error, NULL, error };
    CALL(F_Error_Destroy, &destroy_error);

    void *objects[] = { inputs[0], inputs[1], outputs[0] };
    for (int i = 0; i < 3; i++) {
        PJRT_Destroy_Args destroy = { sizeof destroy, NULL, objects[i] };
        MUST(F_Buffer_Destroy, &destroy);
    }
    PJRT_Destroy_Args destroy = { sizeof destroy, NULL, execute.executable };
    MUST(F_LoadedExecutable_Destroy, &destroy);
    PJRT_Client_Destroy_Args destroy_client = { sizeof destroy_client, NULL, create.client };
    MUST(F_Client_Destroy, &destroy_client);
    puts("ok");
    return 0;
}
