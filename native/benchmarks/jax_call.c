/*
 * What a call of a tiny program costs through the C API: jax_call LIBRARY... runs a scalar addition, and one of a hundred scalars, on each library
 * in turns, with the calls that JAX's client makes around an execution (execute context with user data, number of outputs, completion by callback,
 * device and memory of each result, its readiness), and prints the microseconds a call of the fastest rounds: until it returns, and until the result is there.
 */
#include "../tests/pjrt_call.h"
#include "../tests/xla_ffi_subset.h"
#include <pthread.h>
#include <string.h>
#include <time.h>

enum { MOST = 4, ROUNDS = 60, CALLS = 400, MANY = 100 };

typedef struct {
    PJRT_Api *api;
    PJRT_FFI_Extension *ffi;
    void *client, *device, *one, *many, *arguments[MANY];
    int64_t data_type;
    double least[4];
} Side;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void discard(int function, void *object)
{
    PJRT_Destroy_Args args = { sizeof args, NULL, object };
    MUST(function, &args);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t happened = PTHREAD_COND_INITIALIZER;
static int ended, ready;

static void on_ready(PJRT_Error *error, void *user)
{
    CHECK(!error);
    pthread_mutex_lock(&lock);
    ++*(int *)user;
    pthread_cond_signal(&happened);
    pthread_mutex_unlock(&lock);
}

static void *compile(Side *side, int arguments)
{
    static char code[1 << 14];
    char *at = code;
    at += sprintf(at, "module @jit_f { func.func public @main(");
    for (int i = 0; i < arguments; i++) at += sprintf(at, "%s%%a%d: tensor<f32>", i ? ", " : "", i);
    at += sprintf(at, ") -> tensor<f32> {\n%%s0 = stablehlo.add %%a0, %%a%d : tensor<f32>\n", arguments > 1);
    for (int i = 2; i < arguments; i++) at += sprintf(at, "%%s%d = stablehlo.add %%s%d, %%a%d : tensor<f32>\n", i - 1, i - 2, i);
    sprintf(at, "return %%s%d : tensor<f32> } }", arguments > 2 ? arguments - 2 : 0);
    PJRT_Program program = { sizeof program, NULL, code, strlen(code), "mlir", 4 };
    /* One replica and one partition. */
    PJRT_Client_Compile_Args args = { sizeof args, NULL, side->client, &program, "\x1a\x04\x20\x01\x28\x01", 6, NULL };
    MUST(F_Client_Compile, &args);
    return args.executable;
}

static void start(Side *side, const char *path)
{
    load(path);
    side->api = api;
    for (PJRT_Extension *e = api->extension_start; e; e = e->next) {
        if (e->type == 5) side->ffi = (PJRT_FFI_Extension *)e;
    }
    CHECK(side->ffi);
    PJRT_Plugin_Initialize_Args initialize = { sizeof initialize, NULL };
    MUST(F_Plugin_Initialize, &initialize);
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    MUST(F_Client_Create, &create);
    side->client = create.client;
    PJRT_Client_Devices_Args devices = { sizeof devices, NULL, side->client, NULL, 0 };
    MUST(F_Client_Devices, &devices);
    side->device = devices.devices[0];
    static void *no_functions[8];
    PJRT_FFI_Type_Register_Args type = { sizeof type, NULL, "callbacks", 9, 0, no_functions };
    must(side->ffi->type_register(&type), __LINE__);
    side->data_type = type.type_id;
    for (int i = 0; i < MANY; i++) {
        float value = (float)i;
        PJRT_BufferFromHostBuffer_Args args = { 0 };
        args.struct_size = sizeof args;
        args.client = side->client;
        args.data = &value;
        args.type = 11; /* F32 */
        args.device = side->device;
        MUST(F_BufferFromHostBuffer, &args);
        PJRT_Event_Args await = { sizeof await, NULL, args.done_with_host_buffer };
        MUST(F_Event_Await, &await);
        MUST(F_Event_Destroy, &await);
        side->arguments[i] = args.buffer;
    }
    side->one = compile(side, 1);
    side->many = compile(side, MANY);
    for (int i = 0; i < 4; i++) side->least[i] = 1e30;
}

/* One call as JAX makes it; returns the result. */
static void *call(Side *side, void *loaded, size_t arguments)
{
    static int user_data;
    PJRT_ExecuteContext_Args context = { sizeof context, NULL, NULL };
    MUST(F_ExecuteContext_Create, &context);
    PJRT_FFI_UserData_Add_Args data = { sizeof data, NULL, context.context, side->data_type, &user_data };
    must(side->ffi->user_data_add(&data), __LINE__);
    PJRT_Pointer_Args executable = { sizeof executable, NULL, loaded, NULL };
    MUST(F_LoadedExecutable_GetExecutable, &executable);
    PJRT_Size_Args count = { sizeof count, NULL, executable.value, 0 };
    MUST(F_Executable_NumOutputs, &count);
    discard(F_Executable_Destroy, executable.value);
    PJRT_ExecuteOptions options = { 0 };
    options.struct_size = sizeof options;
    options.context = context.context;
    options.call_location = "";
    void *const *lists[] = { side->arguments };
    void *output = NULL, *event = NULL, **outputs[] = { &output };
    PJRT_Execute_Args execute = { sizeof execute, NULL, loaded, &options, lists, 1, arguments, outputs, &event, NULL };
    MUST(F_Execute, &execute);
    PJRT_Event_OnReady_Args notify = { sizeof notify, NULL, event, on_ready, &ended };
    MUST(F_Event_OnReady, &notify);
    discard(F_Event_Destroy, event);
    MUST(F_ExecuteContext_Destroy, &context);
    PJRT_Pointer_Args place = { sizeof place, NULL, output, NULL };
    MUST(F_Buffer_Device, &place);
    CHECK(place.value == side->device);
    MUST(F_Buffer_Memory, &place);
    PJRT_Text_Args kind = { sizeof kind, NULL, place.value, NULL, 0 };
    MUST(F_Memory_Kind, &kind);
    return output;
}

static void block(void *buffer)
{
    PJRT_Bool_Args state = { sizeof state, NULL, buffer, true };
    MUST(F_Buffer_IsDeleted, &state);
    CHECK(!state.value);
    PJRT_Pointer_Args event = { sizeof event, NULL, buffer, NULL };
    MUST(F_Buffer_ReadyEvent, &event);
    PJRT_Bool_Args is_ready = { sizeof is_ready, NULL, event.value, false };
    MUST(F_Event_IsReady, &is_ready);
    if (is_ready.value) {
        PJRT_Event_Args error = { sizeof error, NULL, event.value };
        MUST(F_Event_Error, &error);
    } else {
        PJRT_Event_OnReady_Args notify = { sizeof notify, NULL, event.value, on_ready, &ready };
        ready = 0;
        MUST(F_Event_OnReady, &notify);
        pthread_mutex_lock(&lock);
        while (!ready) pthread_cond_wait(&happened, &lock);
        pthread_mutex_unlock(&lock);
    }
    discard(F_Event_Destroy, event.value);
    discard(F_Buffer_Destroy, buffer);
}

static void round_of(Side *side)
{
    api = side->api;
    for (int kind = 0; kind < 2; kind++) {
        void *program = kind ? side->many : side->one;
        double dispatch = 0, from = now();
        for (int i = 0; i < CALLS; i++) {
            double before = now();
            void *result = call(side, program, kind ? MANY : 1);
            dispatch += now() - before;
            block(result);
        }
        double whole = (now() - from) / CALLS;
        dispatch /= CALLS;
        if (dispatch < side->least[2 * kind]) side->least[2 * kind] = dispatch;
        if (whole < side->least[2 * kind + 1]) side->least[2 * kind + 1] = whole;
    }
}

int main(int argc, char **argv)
{
    static Side sides[MOST];
    CHECK(argc > 1 && argc <= 1 + MOST);
    for (int s = 1; s < argc; s++) start(&sides[s - 1], argv[s]);
    for (int r = 0; r < ROUNDS; r++) {
        for (int s = 1; s < argc; s++) round_of(&sides[s - 1]);
    }
    for (int s = 1; s < argc; s++) {
        const double *t = sides[s - 1].least;
        printf("%s: 1 argument %.2f us (%.2f with the result), %d arguments %.2f us (%.2f with the result)\n", argv[s], t[0], t[1], MANY, t[2], t[3]);
    }
    return 0;
}
