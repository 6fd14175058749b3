/*
 * What JAX does with a plugin, call by call, from a C program with no .NET and no Python in it: how its client starts, describes devices and memory
 * spaces, compiles (options as its compiler fills them in), asks about the executable, moves arrays in every form that NumPy has, donates them, runs
 * sharded programs and reads errors; then the same from many threads. Prints "ok" and exits 0 when all is as JAX needs it.
 */
#include "jax_client.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8 };

static void start(const char *path)
{
    load(path);
    int layouts = 0, memories = 0;
    for (PJRT_Extension *e = api->extension_start; e; e = e->next) {
        CHECK(e->struct_size >= sizeof *e);
        layouts += e->type == 4;
        memories += e->type == 6;
    }
    CHECK(layouts == 1 && memories == 1);
    PJRT_Plugin_Initialize_Args initialize = { sizeof initialize, NULL };
    MUST(F_Plugin_Initialize, &initialize);
    PJRT_Plugin_Attributes_Args attributes = { sizeof attributes, NULL, NULL, 0 };
    MUST(F_Plugin_Attributes, &attributes);
    int versions = 0;
    for (size_t i = 0; i < attributes.count; i++) {
        const PJRT_NamedValue *a = &attributes.items[i];
        if (a->name_size == 25 && !memcmp(a->name, "stablehlo_current_version", 25)) versions += a->type == 2 && a->value_size == 3 && a->value.integers[0] == 1;
        if (a->name_size == 25 && !memcmp(a->name, "stablehlo_minimum_version", 25)) versions += a->type == 2 && a->value_size == 3;
        if (a->name_size == 11 && !memcmp(a->name, "xla_version", 11)) versions += a->type == 1;
    }
    CHECK(versions == 3);
    PJRT_NamedValue option = { sizeof option, NULL, "cpu_device_count", 16, 1, { .integer = DEVICES }, 1 };
    PJRT_Client_Create_Args create = { 0 };
    create.struct_size = sizeof create;
    create.options = &option;
    create.num_options = 1;
    MUST(F_Client_Create, &create);
    client = create.client;
}

static void look_around(void)
{
    CHECK(is_text(F_Client_PlatformName, client, "cpu"));
    CHECK(is_text(F_Client_PlatformVersion, client, NULL));
    CHECK(integer(F_Client_ProcessIndex, client) == 0);
    PJRT_List_Args all = list(F_Client_Devices, client), addressable = list(F_Client_AddressableDevices, client), memories = list(F_Client_AddressableMemories, client);
    CHECK(all.count == DEVICES && addressable.count == DEVICES && memories.count >= DEVICES);
    for (int i = 0; i < DEVICES; i++) {
        devices[i] = addressable.items[i];
        CHECK(all.items[i] == devices[i]);
        PJRT_LookupDevice_Args lookup = { sizeof lookup, NULL, client, i, NULL };
        MUST(F_Client_LookupDevice, &lookup);
        CHECK(lookup.device == devices[i]);
        CHECK(truth(F_Device_IsAddressable, devices[i]));
        CHECK(integer(F_Device_LocalHardwareId, devices[i]) == i);
        void *description = pointer(F_Device_GetDescription, devices[i]);
        CHECK(integer(F_DeviceDescription_Id, description) == i && integer(F_DeviceDescription_ProcessIndex, description) == 0);
        CHECK(is_text(F_DeviceDescription_Kind, description, "cpu"));
        CHECK(is_text(F_DeviceDescription_DebugString, description, NULL) && is_text(F_DeviceDescription_ToString, description, NULL));
        PJRT_DescriptionAttributes_Args attributes = { sizeof attributes, NULL, description, 0, NULL };
        MUST(F_DeviceDescription_Attributes, &attributes);
        for (size_t k = 0; k < attributes.count; k++) CHECK(attributes.items[k].type <= 2);
        PJRT_List_Args spaces = list(F_Device_AddressableMemories, devices[i]);
        void *standard = pointer(F_Device_DefaultMemory, devices[i]);
        int found = 0;
        for (size_t k = 0; k < spaces.count; k++) {
            found += spaces.items[k] == standard;
            CHECK(is_text(F_Memory_Kind, spaces.items[k], NULL));
            PJRT_List_Args near = list(F_Memory_AddressableByDevices, spaces.items[k]);
            CHECK(near.count == 1 && near.items[0] == devices[i]);
        }
        CHECK(found == 1);
    }
    PJRT_LookupDevice_Args lookup = { sizeof lookup, NULL, client, 99, NULL };
    CHECK(fails_with(CALL(F_Client_LookupDevice, &lookup), "99") == INVALID_ARGUMENT);
    void *topology = pointer(F_Client_TopologyDescription, client);
    CHECK(is_text(F_TopologyDescription_PlatformName, topology, "cpu") && is_text(F_TopologyDescription_PlatformVersion, topology, NULL));
    CHECK(list(F_TopologyDescription_GetDeviceDescriptions, topology).count == DEVICES);
    PJRT_NamedValues_Args attributes = { sizeof attributes, NULL, topology, NULL, 0 };
    MUST(F_TopologyDescription_Attributes, &attributes);
    PJRT_Serialized_Args serialized = { sizeof serialized, NULL, topology, NULL, 0, NULL, NULL };
    MUST(F_TopologyDescription_Serialize, &serialized);
    CHECK(serialized.size > 0);
    serialized.release(serialized.owner);
}

/* Every kind of array that NumPy hands over comes back as it was. */
static void transfers(void)
{
    void *memory = pointer(F_Device_DefaultMemory, devices[1]);
    int released = 0, expected = 0;
    float data[24], back[24];
    for (int i = 0; i < 24; i++) data[i] = (float)i;

    const int64_t dims[] = { 2, 3, 4 }, transposed[] = { 4, 8, 24 }, backwards[] = { -48, -16, -4 }, repeated[] = { 0, 0, 4 }, columns[] = { 3, 2 }, every_other[] = { 16, 8 };
    void *b = upload(memory, data, F32, dims, transposed, 3, ONLY_DURING_CALL, &released);
    wait_for(&released, ++expected);
    CHECK(integer(F_Buffer_ElementType, b) == F32 && truth(F_Buffer_IsOnCpu, b) && number(F_Buffer_OnDeviceSizeInBytes, b) == 96);
    CHECK(pointer(F_Buffer_Device, b) == devices[1] && pointer(F_Buffer_Memory, b) == memory);
    PJRT_Longs_Args dynamic = { sizeof dynamic, NULL, b, NULL, 9 };
    PJRT_Error *error = CALL(F_Buffer_DynamicDimensionIndices, &dynamic);
    CHECK(!error && dynamic.count == 0);
    download(b, back, sizeof back);
    for (int i = 0; i < 24; i++) CHECK(back[i] == data[i / 12 + i / 4 % 3 * 2 + i % 4 * 6]);
    discard(F_Buffer_Destroy, b);

    b = upload(memory, data + 23, F32, dims, backwards, 3, UNTIL_TRANSFER_COMPLETES, &released);
    download(b, back, sizeof back);
    for (int i = 0; i < 24; i++) CHECK(back[i] == data[23 - i]);
    discard(F_Buffer_Destroy, b);
    wait_for(&released, ++expected);

    b = upload(memory, data, F32, dims, repeated, 3, ONLY_DURING_CALL, &released);
    download(b, back, sizeof back);
    for (int i = 0; i < 24; i++) CHECK(back[i] == data[i % 4]);
    discard(F_Buffer_Destroy, b);

    b = upload(memory, data, F32, columns, every_other, 2, ONLY_DURING_CALL, &released);
    download(b, back, 24);
    for (int i = 0; i < 6; i++) CHECK(back[i] == data[i / 2 * 4 + i % 2 * 2]);
    discard(F_Buffer_Destroy, b);
    wait_for(&released, expected += 2);

    /* Zero copies: the host's memory is in use until the buffer is gone. */
    float *aligned = aligned_alloc(64, 4096);
    for (int i = 0; i < 1024; i++) aligned[i] = (float)-i;
    const int64_t many[] = { 1024 }, dense[] = { 4 };
    int kept = 0;
    b = upload(memory, aligned, F32, many, dense, 1, ZERO_COPY, &kept);
    PJRT_Size_Args address = { sizeof address, NULL, b, 0 };
    MUST(F_Buffer_UnsafePointer, &address);
    if (address.value == (size_t)aligned) CHECK(!is_done(&kept));
    CHECK(pointer(F_Buffer_OpaqueDeviceMemoryDataPointer, b) == (void *)address.value);
    discard(F_Buffer_IncreaseExternalReferenceCount, b);
    CHECK(((float *)address.value)[1023] == -1023);
    discard(F_Buffer_DecreaseExternalReferenceCount, b);
    discard(F_Buffer_Destroy, b);
    wait_for(&kept, 1);
    free(aligned);

    /* Types, with one element more than is even. */
    static const struct { int type, bytes; } types[] = { { PRED, 1 }, { S8, 1 }, { U8, 1 }, { S32, 4 }, { S64, 8 }, { F16, 2 }, { BF16, 2 }, { F64, 8 }, { C64, 8 }, { C128, 16 }, { F8E5M2, 1 }, { F8E4M3FN, 1 }, { S4, 1 } };
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        unsigned char in[48], out[48];
        for (int i = 0; i < 48; i++) in[i] = (unsigned char)(types[t].type == PRED ? i & 1 : types[t].type == S4 ? i & 7 : i);
        const int64_t three[] = { 3 };
        b = simple(0, in, types[t].type, three, 1);
        CHECK(integer(F_Buffer_ElementType, b) == types[t].type);
        download(b, out, 3 * (size_t)types[t].bytes);
        CHECK(!memcmp(in, out, 3 * (size_t)types[t].bytes));
        discard(F_Buffer_Destroy, b);
    }

    /* No elements, and no dimensions. */
    const int64_t none[] = { 0, 5 };
    b = simple(0, data, F32, none, 2);
    download(b, back, 0);
    discard(F_Buffer_Destroy, b);
    b = simple(0, data + 7, F32, NULL, 0);
    download(b, back, 4);
    CHECK(back[0] == 7);

    /* Copies to another device, and to other memory of the same one. */
    PJRT_List_Args spaces = list(F_Device_AddressableMemories, devices[3]);
    for (size_t k = 0; k < spaces.count; k++) {
        PJRT_CopyToMemory_Args copy = { sizeof copy, NULL, b, spaces.items[k], NULL };
        MUST(F_Buffer_CopyToMemory, &copy);
        int ready = 0;
        notify(pointer(F_Buffer_ReadyEvent, copy.result), &ready);
        wait_for(&ready, 1);
        CHECK(pointer(F_Buffer_Memory, copy.result) == spaces.items[k] && pointer(F_Buffer_Device, copy.result) == devices[3]);
        back[0] = 0;
        download(copy.result, back, 4);
        CHECK(back[0] == 7);
        discard(F_Buffer_Destroy, copy.result);
    }
    CHECK(!truth(F_Buffer_IsDeleted, b));
    discard(F_Buffer_Delete, b);
    CHECK(truth(F_Buffer_IsDeleted, b));
    discard(F_Buffer_Destroy, b);
}

static void ask_about(void *loaded)
{
    void *executable = pointer(F_LoadedExecutable_GetExecutable, loaded);
    PJRT_List_Args where = list(F_LoadedExecutable_AddressableDevices, loaded);
    CHECK(where.count == 1 && where.items[0] == devices[0]);
    PJRT_Serialized_Args assignment = { sizeof assignment, NULL, loaded, NULL, 0, NULL, NULL };
    MUST(F_GetDeviceAssignment, &assignment);
    CHECK(assignment.size > 0);
    assignment.release(assignment.owner);
    CHECK(number(F_Executable_NumReplicas, executable) == 1 && number(F_Executable_NumPartitions, executable) == 1 && number(F_Executable_NumOutputs, executable) == 2);
    CHECK(is_text(F_Executable_Fingerprint, executable, NULL));
    PJRT_OutputMemoryKinds_Args kinds = { sizeof kinds, NULL, executable, 0, NULL, NULL };
    PJRT_Error *unknown = CALL(F_Executable_OutputMemoryKinds, &kinds);
    if (unknown) fails_with(unknown, "not supported"); /* JAX can do without. */
    else CHECK(kinds.count == 2 && kinds.sizes[1] == 6 && !memcmp(kinds.kinds[1], "device", 6));
    PJRT_OutputTypes_Args types = { sizeof types, NULL, executable, NULL, 0 };
    MUST(F_Executable_OutputElementTypes, &types);
    CHECK(types.count == 2 && types.types[0] == F32 && types.types[1] == PRED);
    PJRT_OutputDimensions_Args shapes = { sizeof shapes, NULL, executable, 0, NULL, NULL };
    MUST(F_Executable_OutputDimensions, &shapes);
    CHECK(shapes.count == 2 && shapes.ranks[0] == 1 && shapes.ranks[1] == 0 && shapes.dims[0] == 4);
    PJRT_CompiledMemoryStats_Args memory = { 0 };
    memory.struct_size = sizeof memory;
    memory.executable = executable;
    MUST(F_Executable_GetCompiledMemoryStats, &memory);
    CHECK(memory.arguments == 16 && memory.outputs >= 17 && memory.alias == 0);
    PJRT_Program program = { sizeof program, NULL, NULL, 0, NULL, 0 };
    PJRT_OptimizedProgram_Args optimized = { sizeof optimized, NULL, executable, &program };
    MUST(F_Executable_OptimizedProgram, &optimized);
    CHECK(program.code_size > 0 && !program.code);
    char *text = malloc(program.code_size);
    program.code = text;
    MUST(F_Executable_OptimizedProgram, &optimized);
    CHECK(program.format_size == 15 && !memcmp(program.format, "hlo_with_config", 15));
    free(text);
    for (PJRT_Extension *e = api->extension_start; e; e = e->next) {
        if (e->type != 4) continue;
        PJRT_Layouts_Extension *layouts = (PJRT_Layouts_Extension *)e;
        struct { ARGS; void *executable; size_t count; void **layouts; } outputs = { sizeof outputs, NULL, executable, 0, NULL };
        must(((PJRT_Error *(*)(void *))layouts->of_outputs)(&outputs), __LINE__);
        CHECK(outputs.count == 2);
        PJRT_Serialized_Args layout = { sizeof layout, NULL, outputs.layouts[0], NULL, 0, NULL, NULL };
        must(((PJRT_Error *(*)(void *))layouts->serialize)(&layout), __LINE__);
        CHECK(layout.size == 3 && !memcmp(layout.bytes, "{0}", 3));
        layout.release(layout.owner);
    }
    discard(F_Executable_Destroy, executable);
}

static void programs(void)
{
    const float values[] = { 1, 2, 3, 4 };
    const int64_t four[] = { 4 };
    float back[4];
    void *outputs[2], *f = compile(
        "module @jit_f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {\n"
        "  func.func public @main(%arg0: tensor<4xf32>) -> (tensor<4xf32> {jax.result_info = \"result[0]\"}, tensor<i1> {jax.result_info = \"result[1]\"}) {\n"
        "    %0 = stablehlo.add %arg0, %arg0 : tensor<4xf32>\n"
        "    %c = stablehlo.constant dense<true> : tensor<i1>\n"
        "    return %0, %c : tensor<4xf32>, tensor<i1>\n  }\n}", 1, 1);
    ask_about(f);
    void *a = simple(0, values, F32, four, 1);
    run(f, &a, 1, outputs, NULL, 0);
    int ready = 0;
    notify(pointer(F_Buffer_ReadyEvent, outputs[0]), &ready);
    wait_for(&ready, 1);
    download(outputs[0], back, 16);
    CHECK(back[3] == 8);
    bool flag = false;
    download(outputs[1], &flag, 1);
    CHECK(flag);
    CHECK(!truth(F_Buffer_IsDeleted, a));
    discard(F_Buffer_Destroy, outputs[0]);
    discard(F_Buffer_Destroy, outputs[1]);

    /* A wrong argument is an error of the call. */
    const int64_t two[] = { 2, 2 };
    void *wrong = simple(0, values, F32, two, 2);
    void *const *lists[] = { &wrong };
    void **into[] = { outputs };
    void *event = NULL;
    CHECK(fails_with(try_execute(f, lists, 1, 1, into, &event, NULL, 0), "") == INVALID_ARGUMENT);
    discard(F_Buffer_Destroy, wrong);
    discard(F_LoadedExecutable_Destroy, f);

    /* Donation: the argument is gone at once, its memory may be the result's; not if the call says so. */
    void *g = compile("module @jit_g { func.func public @main(%arg0: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %arg1: tensor<4xf32>) -> tensor<4xf32> {\n"
                      "  %0 = stablehlo.multiply %arg0, %arg1 : tensor<4xf32>\n  return %0 : tensor<4xf32> } }", 1, 1);
    const int64_t first[] = { 0 };
    void *x = simple(0, values, F32, four, 1), *both[] = { x, a }, *result;
    run(g, both, 2, &result, first, 1);
    CHECK(!truth(F_Buffer_IsDeleted, x));
    download(result, back, 16);
    CHECK(back[3] == 16);
    download(x, back, 16);
    CHECK(back[3] == 4);
    discard(F_Buffer_Destroy, result);
    run(g, both, 2, &result, NULL, 0);
    CHECK(truth(F_Buffer_IsDeleted, x) && !truth(F_Buffer_IsDeleted, a));
    download(result, back, 16);
    CHECK(back[3] == 16);
    void *const *gone[] = { both };
    CHECK(fails_with(try_execute(g, gone, 1, 2, into, &event, NULL, 0), "deleted or donated") == INVALID_ARGUMENT);
    PJRT_ToHostBuffer_Args host = { sizeof host, NULL, x, NULL, back, 16, NULL };
    CHECK(fails_with(CALL(F_ToHostBuffer, &host), "deleted or donated") == INVALID_ARGUMENT);
    discard(F_Buffer_Destroy, x);
    /* A long chain of donations, enqueued faster than it runs. */
    for (int i = 0; i < 200; i++) {
        void *chain[] = { result, a }, *next;
        run(g, chain, 2, &next, NULL, 0);
        discard(F_Buffer_Destroy, result);
        result = next;
    }
    download(result, back, 16);
    CHECK(back[0] == 1 && isinf(back[3]));
    discard(F_Buffer_Destroy, result);
    discard(F_LoadedExecutable_Delete, g);
    discard(F_LoadedExecutable_Destroy, g);
    discard(F_Buffer_Destroy, a);

    void *none;
    CHECK(fails_with(try_compile("module @bad {", 1, 1, &none), "") == INVALID_ARGUMENT);
    fails_with(try_compile("func.func @main() -> tensor<f32> { %0 = stablehlo.custom_call @xla_ffi_python_cpu_callback() : () -> tensor<f32>\n return %0 : tensor<f32> }", 1, 1, &none), "xla_ffi_python_cpu_callback");
}

/* Two rows on each of 4 devices, whole on pairs of the other axis; a sum over everything; and a replicated program with a collective. */
static void many_devices(void)
{
    void *f = compile(
        "module @jit_h attributes {mhlo.num_partitions = 8 : i32, mhlo.num_replicas = 1 : i32} {\n"
        "  sdy.mesh @mesh = <[\"x\"=4, \"y\"=2]>\n"
        "  func.func public @main(%arg0: tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{\"x\"}, {}]>}) -> (tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{\"x\"}, {\"y\"}]>}, tensor<f32>) {\n"
        "    %z = stablehlo.constant dense<0.0> : tensor<f32>\n"
        "    %0 = stablehlo.add %arg0, %arg0 : tensor<8x4xf32>\n"
        "    %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x4xf32>, tensor<f32>) -> tensor<f32>\n"
        "    return %0, %1 : tensor<8x4xf32>, tensor<f32>\n  }\n}", 1, 8);
    const int64_t shard[] = { 2, 4 };
    void *shards[DEVICES], *outputs[DEVICES][2], *events[DEVICES];
    void *const *arguments[DEVICES];
    void **into[DEVICES];
    for (int d = 0; d < DEVICES; d++) {
        float rows[8];
        for (int i = 0; i < 8; i++) rows[i] = (float)(d / 2 * 8 + i);
        shards[d] = simple(d, rows, F32, shard, 2);
        arguments[d] = &shards[d];
        into[d] = outputs[d];
    }
    must(try_execute(f, arguments, DEVICES, 1, into, events, NULL, 0), __LINE__);
    for (int d = 0; d < DEVICES; d++) {
        await(events[d]);
        PJRT_Longs_Args shape = { sizeof shape, NULL, outputs[d][0], NULL, 0 };
        MUST(F_Buffer_Dimensions, &shape);
        CHECK(shape.count == 2 && shape.items[0] == 2 && shape.items[1] == 2);
        CHECK(pointer(F_Buffer_Device, outputs[d][0]) == devices[d] && pointer(F_Buffer_Device, outputs[d][1]) == devices[d]);
        float part[4], sum;
        download(outputs[d][0], part, sizeof part);
        for (int i = 0; i < 4; i++) CHECK(part[i] == (float)(2 * (d / 2 * 8 + i / 2 * 4 + d % 2 * 2 + i % 2)));
        download(outputs[d][1], &sum, 4);
        CHECK(sum == 992);
        for (int k = 0; k < 2; k++) discard(F_Buffer_Destroy, outputs[d][k]);
        discard(F_Buffer_Destroy, shards[d]);
    }
    discard(F_LoadedExecutable_Destroy, f);

    f = compile("module @pmap_f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 8 : i32} { func.func public @main(%arg0: tensor<f32>) -> (tensor<f32>, tensor<ui32>) {\n"
                "  %0 = \"stablehlo.all_reduce\"(%arg0) ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>): %s = stablehlo.add %a, %b : tensor<f32> \n stablehlo.return %s : tensor<f32> })\n"
                "    {replica_groups = dense<[[0, 1, 2, 3], [4, 5, 6, 7]]> : tensor<2x4xi64>} : (tensor<f32>) -> tensor<f32>\n"
                "  %1 = stablehlo.replica_id : tensor<ui32>\n  return %0, %1 : tensor<f32>, tensor<ui32> } }", 8, 1);
    for (int d = 0; d < DEVICES; d++) {
        float value = (float)(1 << d);
        shards[d] = simple(d, &value, F32, NULL, 0);
    }
    must(try_execute(f, arguments, DEVICES, 1, into, events, NULL, 0), __LINE__);
    for (int d = 0; d < DEVICES; d++) {
        await(events[d]);
        float sum;
        uint32_t id;
        download(outputs[d][0], &sum, 4);
        download(outputs[d][1], &id, 4);
        CHECK(sum == (d < 4 ? 15 : 240) && id == (uint32_t)d);
        for (int k = 0; k < 2; k++) discard(F_Buffer_Destroy, outputs[d][k]);
        discard(F_Buffer_Destroy, shards[d]);
    }
    discard(F_LoadedExecutable_Destroy, f);
}

static void *worker(void *which)
{
    int d = (int)(intptr_t)which;
    char code[256];
    snprintf(code, sizeof code, "func.func @main(%%a: tensor<4xi32>) -> tensor<4xi32> { %%c = stablehlo.constant dense<%d> : tensor<4xi32>\n %%0 = stablehlo.add %%a, %%c : tensor<4xi32>\n return %%0 : tensor<4xi32> }", d + 1);
    void *f = compile(code, 1, 1);
    int32_t values[] = { 0, 1, 2, 3 };
    const int64_t four[] = { 4 };
    void *a = simple(0, values, S32, four, 1);
    for (int i = 0; i < 50; i++) {
        void *next;
        run(f, &a, 1, &next, NULL, 0);
        discard(F_Buffer_Destroy, a);
        a = next;
    }
    download(a, values, sizeof values);
    CHECK(values[3] == 3 + 50 * (d + 1));
    discard(F_Buffer_Destroy, a);
    discard(F_LoadedExecutable_Destroy, f);
    return NULL;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    start(argv[1]);
    look_around();
    transfers();
    programs();
    many_devices();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, worker, (void *)(intptr_t)i));
    for (int i = 0; i < THREADS; i++) CHECK(!pthread_join(threads[i], NULL));
    discard(F_Client_Destroy, client);
    puts("ok");
    return 0;
}
