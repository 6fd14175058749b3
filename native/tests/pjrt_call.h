/* Calling a plugin from a test program: what fails is printed with its line, and ends the program. For one C file a program. */
#ifndef I1XLA_PJRT_CALL_H
#define I1XLA_PJRT_CALL_H
#include "pjrt_subset.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static PJRT_Api *api;

#define CALL(F, ARGUMENTS) (((PJRT_Error *(*)(void *))api->functions[F])(ARGUMENTS))
#define CHECK(CONDITION)                                                                 \
    do {                                                                                 \
        if (!(CONDITION)) { fprintf(stderr, "line %d: %s\n", __LINE__, #CONDITION); exit(1); } \
    } while (0)

static void must(PJRT_Error *error, int line)
{
    if (!error) return;
    PJRT_Error_Message_Args message = { sizeof message, NULL, error, NULL, 0 };
    ((void (*)(void *))api->functions[F_Error_Message])(&message);
    fprintf(stderr, "line %d: %.*s\n", line, (int)message.message_size, message.message);
    exit(1);
}
#define MUST(F, ARGUMENTS) must(CALL(F, ARGUMENTS), __LINE__)

/* Loads the library and takes its table. */
static void load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); exit(1); }
    PJRT_Api *(*get)(void) = (PJRT_Api *(*)(void))dlsym(library, "GetPjrtApi");
    CHECK(get);
    api = get();
    CHECK(api);
    CHECK(api == get());
}

/* Waits for an event and gives it back. */
static inline void await(void *event)
{
    PJRT_Event_Args args = { sizeof args, NULL, event };
    MUST(F_Event_Await, &args);
    MUST(F_Event_Destroy, &args);
}

/* An array of f32 in a device's memory. */
static inline void *upload_f32(void *client, void *device, const float *data, const int64_t *dims, size_t rank)
{
    PJRT_BufferFromHostBuffer_Args args = { 0 };
    args.struct_size = sizeof args;
    args.client = client;
    args.data = data;
    args.type = 11; /* F32 */
    args.dims = dims;
    args.num_dims = rank;
    args.device = device;
    MUST(F_BufferFromHostBuffer, &args);
    await(args.done_with_host_buffer);
    return args.buffer;
}
#endif
