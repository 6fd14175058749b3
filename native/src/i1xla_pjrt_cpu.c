/*
 * libi1xla_pjrt_cpu: lets any PJRT client load I1Xla's CPU plugin. It starts the .NET runtime inside the process (or joins the one that is
 * there), and hands out the function table that I1Xla.Cpu.dll builds.
 *
 * Where it looks:
 *   I1Xla.Cpu.dll   the folder in I1XLA_CPU_HOME, else the folder this library lies in, else its subfolder i1xla-cpu
 *   .NET            the folder in DOTNET_ROOT, else the path in the file dotnet-location beside I1Xla.Cpu.dll (native/build.sh writes it), else the
 *                   path in /etc/dotnet/install_location, else where the dotnet on PATH lies, else /usr/share/dotnet, /usr/lib/dotnet,
 *                   /usr/local/share/dotnet, /opt/dotnet, ~/.dotnet
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__APPLE__)
#define HOSTFXR_NAME "libhostfxr.dylib"
#else
#define HOSTFXR_NAME "libhostfxr.so"
#endif

/* From .NET's hostfxr.h and coreclr_delegates.h; char_t is char outside Windows. */
typedef void *hostfxr_handle;
typedef int (*hostfxr_initialize_fn)(const char *config, const void *parameters, hostfxr_handle *handle);
typedef int (*hostfxr_get_delegate_fn)(hostfxr_handle handle, int type, void **delegate);
typedef int (*hostfxr_close_fn)(hostfxr_handle handle);
typedef int (*load_assembly_fn)(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **function);

enum { LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER = 5 };
#define UNMANAGED_CALLERS_ONLY ((const char *)-1)

typedef struct PJRT_Api PJRT_Api;
typedef const PJRT_Api *(*get_api_fn)(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const PJRT_Api *api;

static void complain(const char *what, const char *detail)
{
    fprintf(stderr, "i1xla_pjrt_cpu: %s%s%s\n", what, detail[0] ? ": " : "", detail);
}

static int join(char *out, const char *folder, const char *name)
{
    return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

/* Compares dotted versions number by number; a pre-release sorts before its release. */
static int compare_versions(const char *a, const char *b)
{
    while (*a || *b) {
        char *enda, *endb;
        long x = strtol(a, &enda, 10), y = strtol(b, &endb, 10);
        if (x != y) return x < y ? -1 : 1;
        if ((*enda == '-') != (*endb == '-')) return *enda == '-' ? -1 : 1;
        if (*enda == '-') return strcmp(enda, endb);
        a = *enda ? enda + 1 : enda;
        b = *endb ? endb + 1 : endb;
    }
    return 0;
}

/* The newest hostfxr below a .NET folder. */
static int find_hostfxr_in(const char *root, char *out)
{
    char fxr[PATH_MAX], best[NAME_MAX + 1] = "";
    if (!root || !root[0] || !join(fxr, root, "host/fxr")) return 0;
    DIR *dir = opendir(fxr);
    if (!dir) return 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char candidate[PATH_MAX];
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        if (snprintf(candidate, PATH_MAX, "%s/%s/" HOSTFXR_NAME, fxr, entry->d_name) >= PATH_MAX || access(candidate, R_OK)) continue;
        if (!best[0] || compare_versions(entry->d_name, best) > 0) strcpy(best, entry->d_name);
    }
    closedir(dir);
    return best[0] && snprintf(out, PATH_MAX, "%s/%s/" HOSTFXR_NAME, fxr, best) < PATH_MAX;
}

/* The folder that the first line of a file names. */
static int find_hostfxr_by(const char *file, char *out)
{
    char line[PATH_MAX];
    FILE *location = fopen(file, "r");
    if (!location) return 0;
    int found = fgets(line, sizeof line, location) != NULL;
    fclose(location);
    line[strcspn(line, "\r\n")] = 0;
    return found && find_hostfxr_in(line, out);
}

/* The folder of the dotnet that a shell would run, links followed. */
static int find_hostfxr_on_path(char *out)
{
    char candidate[PATH_MAX], real[PATH_MAX];
    for (const char *at = getenv("PATH"); at && *at;) {
        size_t length = strcspn(at, ":");
        if (length && snprintf(candidate, PATH_MAX, "%.*s/dotnet", (int)length, at) < PATH_MAX && realpath(candidate, real)) {
            *strrchr(real, '/') = 0;
            if (find_hostfxr_in(real, out)) return 1;
        }
        at += length + (at[length] == ':');
    }
    return 0;
}

static int find_hostfxr(const char *home, char *out)
{
    static const char *const usual[] = { "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet", "/opt/dotnet" };
    char line[PATH_MAX];
    if (find_hostfxr_in(getenv("DOTNET_ROOT"), out)) return 1;
    if (join(line, home, "dotnet-location") && find_hostfxr_by(line, out)) return 1;
    if (find_hostfxr_by("/etc/dotnet/install_location", out) || find_hostfxr_on_path(out)) return 1;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (find_hostfxr_in(usual[i], out)) return 1;
    return getenv("HOME") && join(line, getenv("HOME"), ".dotnet") && find_hostfxr_in(line, out);
}

static int find_home(char *out)
{
    char dll[PATH_MAX];
    const char *given = getenv("I1XLA_CPU_HOME");
    if (given && given[0]) {
        if (strlen(given) >= PATH_MAX) return 0;
        strcpy(out, given);
        if (join(dll, out, "I1Xla.Cpu.dll") && !access(dll, R_OK)) return 1;
        complain("I1XLA_CPU_HOME has no I1Xla.Cpu.dll", given);
        return 0;
    }
    Dl_info self;
    char path[PATH_MAX];
    if (!dladdr((void *)&find_home, &self) || !self.dli_fname || !realpath(self.dli_fname, path)) {
        complain("cannot tell where this library lies; set I1XLA_CPU_HOME", "");
        return 0;
    }
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    strcpy(out, path);
    if (join(dll, out, "I1Xla.Cpu.dll") && !access(dll, R_OK)) return 1;
    if (join(out, path, "i1xla-cpu") && join(dll, out, "I1Xla.Cpu.dll") && !access(dll, R_OK)) return 1;
    complain("I1Xla.Cpu.dll lies neither beside this library nor in i1xla-cpu/; set I1XLA_CPU_HOME", path);
    return 0;
}

static void load(void)
{
    char home[PATH_MAX], config[PATH_MAX], assembly[PATH_MAX], fxr[PATH_MAX], code[32];
    if (!find_home(home) || !join(config, home, "I1Xla.Cpu.runtimeconfig.json") || !join(assembly, home, "I1Xla.Cpu.dll")) return;
    if (!find_hostfxr(home, fxr)) {
        complain("no .NET runtime found; install .NET 10 or set DOTNET_ROOT to where it is", "");
        return;
    }
    void *library = dlopen(fxr, RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        complain("cannot load hostfxr", dlerror());
        return;
    }
    hostfxr_initialize_fn initialize = (hostfxr_initialize_fn)dlsym(library, "hostfxr_initialize_for_runtime_config");
    hostfxr_get_delegate_fn get_delegate = (hostfxr_get_delegate_fn)dlsym(library, "hostfxr_get_runtime_delegate");
    hostfxr_close_fn close_handle = (hostfxr_close_fn)dlsym(library, "hostfxr_close");
    if (!initialize || !get_delegate || !close_handle) {
        complain("this hostfxr is too old", fxr);
        return;
    }
    hostfxr_handle handle = NULL;
    /* 0: started; 1, 2: a runtime was there already, with the same or other properties. */
    int status = initialize(config, NULL, &handle);
    if (status < 0 || status > 2 || !handle) {
        snprintf(code, sizeof code, "0x%08x", (unsigned)status);
        complain("the .NET runtime does not start (COREHOST_TRACE=1 tells more), status", code);
        if (handle) close_handle(handle);
        return;
    }
    load_assembly_fn load_assembly = NULL;
    get_api_fn get_api = NULL;
    status = get_delegate(handle, LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER, (void **)&load_assembly);
    if (status == 0)
        status = load_assembly(assembly, "I1Xla.Cpu.PjrtTable.NativeEntry, I1Xla.Cpu", "GetPjrtApi", UNMANAGED_CALLERS_ONLY, NULL, (void **)&get_api);
    close_handle(handle);
    if (status != 0 || !get_api) {
        snprintf(code, sizeof code, "0x%08x", (unsigned)status);
        complain("I1Xla.Cpu.dll does not load, status", code);
        return;
    }
    api = get_api();
}

/* The entry point that PJRT clients look up; NULL after a message on standard error when the plugin cannot start. */
__attribute__((visibility("default"))) const PJRT_Api *GetPjrtApi(void)
{
    pthread_once(&once, load);
    return api;
}
