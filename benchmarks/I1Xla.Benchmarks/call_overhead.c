/*
 * The C side of the call overhead benchmark: runs an empty program many times and prints nanoseconds per run, once a
 * round, for as many rounds as it is told on standard input (a line each). Usage: call_overhead PLUGIN EXECUTIONS
 */
#include "../../native/tests/pjrt_subset.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static PJRT_Api *api;

#define CALL(F, ARGUMENTS) (((PJRT_Error *(*)(void *))api->functions[F])(ARGUMENTS))

static void must(PJRT_Error *error)
{
    if (error) {
        PJRT_Error_Message_Args message = { sizeof message, NULL, error, NULL, 0 };
        ((void (*)(void *))api->functions[F_Error_Message])(&message);
        fprintf(stderr, "%.*s\n", (int)message.message_size, message.message);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    api = ((PJRT_Api *(*)(void))dlsym(library, "GetPjrtApi"))();
    int executions = atoi(argv[2]);
    PJRT_Plugin_Initialize_Args initialize = { sizeof initialize, NULL };
    must(CALL(F_Plugin_Initialize, &initialize));
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    must(CALL(F_Client_Create, &create));
    PJRT_Client_Devices_Args devices = { sizeof devices, NULL, create.client, NULL, 0 };
    must(CALL(F_Client_Devices, &devices));
    static const char code[] = "module @empty { func.func public @main(%a: tensor<f32>) -> (tensor<f32>) { return %a : tensor<f32> } }";
    /* xla.CompileOptionsProto: executable_build_options { device_ordinal: -1, num_replicas: 1, num_partitions: 1 } */
    static const char options_bytes[] = "\x1a\x0f\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x20\x01\x28\x01";
    PJRT_Program program = { sizeof program, NULL, code, sizeof code - 1, "mlir", 4 };
    PJRT_Client_Compile_Args compile = { sizeof compile, NULL, create.client, &program, options_bytes, sizeof options_bytes - 1, NULL };
    must(CALL(F_Client_Compile, &compile));
    float one = 1;
    PJRT_BufferFromHostBuffer_Args upload = { 0 };
    upload.struct_size = sizeof upload;
    upload.client = create.client;
    upload.data = &one;
    upload.type = 11; /* F32 */
    upload.device = devices.devices[0];
    must(CALL(F_BufferFromHostBuffer, &upload));
    void *inputs[] = { upload.buffer };
    void *const *argument_lists[] = { inputs };
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int i = 0; i < executions; i++) {
            void *outputs[1] = { NULL };
            void **output_lists[] = { outputs };
            PJRT_ExecuteOptions options = { 0 };
            options.struct_size = sizeof options;
            PJRT_Execute_Args execute = { sizeof execute, NULL, compile.executable, &options, argument_lists, 1, 1, output_lists, NULL, NULL };
            must(CALL(F_Execute, &execute));
            PJRT_Destroy_Args destroy = { sizeof destroy, NULL, outputs[0] };
            must(CALL(F_Buffer_Destroy, &destroy));
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%.1f\n", ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / executions);
        fflush(stdout);
    }
    return 0;
}
