using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using I1Xla.Cpu.PjrtTable;
using I1Xla.Pjrt;

namespace I1Xla.Cpu.Ffi;

/// <summary>
/// Calls from a program back to the Python that runs it: <c>jax.pure_callback</c>, <c>jax.experimental.io_callback</c>, <c>jax.debug.print</c>. JAX's client gives
/// every execution on a CPU the Python functions of its program (<c>FfiLoadedHostCallbacks</c> in xla/pjrt/host_callback.h) as its only user data, and the
/// program calls them by number through the targets below (jax/_src/callback.py). JAX registers handlers of these with its own CPU backend only, so that this
/// plugin has one: where the process is a Python with NumPy, whose functions are found by name in the running program.
/// </summary>
internal static unsafe class PythonCallbacks
{
    // As py_client_cpu.cc of jaxlib does it: arrays that cannot be written to, None for tokens, results copied to where they belong.
    private const string Helper = """
        import ast, ctypes, math, traceback
        import numpy
        def _dtype(name):
            try:
                return numpy.dtype(name)
            except TypeError:
                import ml_dtypes
                return numpy.dtype(getattr(ml_dtypes, name))
        def call(function, text):
            try:
                operands, results = ast.literal_eval(text)
                arguments = []
                for name, shape, address in operands:
                    if name is None:
                        arguments.append(None)
                        continue
                    dtype = _dtype(name)
                    array = numpy.empty(shape, dtype)
                    ctypes.memmove(array.ctypes.data, address, array.nbytes)
                    array.flags.writeable = False
                    arguments.append(array)
                for (name, shape, address), made in zip(results, function(*arguments)):
                    if name is None:
                        continue
                    data = numpy.asarray(made).tobytes()
                    size = _dtype(name).itemsize * math.prod(shape)
                    if len(data) != size:
                        raise ValueError(f'the callback returned {len(data)} bytes for a result of {name}{list(shape)}')
                    ctypes.memmove(address, data, size)
                return ''
            except BaseException as error:
                return ''.join(traceback.format_exception(error)) or repr(error)
        """;

    private const int FileInput = 257;

    private static readonly string[] s_targets = ["xla_ffi_python_cpu_callback", "xla_ffi_partitioned_python_cpu_callback"];
    private static readonly Lazy<Python?> s_python = new(Python.Find);

    // By XLA's numbers of types (xla_data.proto, PrimitiveType).
    private static readonly Dictionary<int, string> s_types = new()
    {
        [1] = "bool",
        [2] = "int8",
        [3] = "int16",
        [4] = "int32",
        [5] = "int64",
        [6] = "uint8",
        [7] = "uint16",
        [8] = "uint32",
        [9] = "uint64",
        [10] = "float16",
        [11] = "float32",
        [12] = "float64",
        [15] = "complex64",
        [16] = "bfloat16",
        [18] = "complex128",
        [19] = "float8_e5m2",
        [20] = "float8_e4m3fn",
        [21] = "int4",
        [22] = "uint4",
        [23] = "float8_e4m3b11fnuz",
        [24] = "float8_e5m2fnuz",
        [25] = "float8_e4m3fnuz",
        [26] = "int2",
        [27] = "uint2",
        [28] = "float8_e4m3",
        [29] = "float8_e3m4",
        [32] = "float4_e2m1fn",
        [33] = "float8_e8m0fnu",
    };

    /// <summary>The handler of a target; 0 where it is another one, or the process is no Python.</summary>
    public static nint Find(string target) => s_targets.Contains(target) && s_python.Value is not null ? (nint)(delegate* unmanaged<FfiCallFrame*, void*>)&Call : 0;

    [UnmanagedCallersOnly]
    private static void* Call(FfiCallFrame* frame)
    {
        try
        {
            nint data = Handle.Get<ForeignContext>(frame->Context).OnlyUserData;
            // struct FfiLoadedHostCallbacks { void** callbacks; integer num_callbacks; }
            var functions = *(nint**)data;
            uint count = *(uint*)(data + sizeof(nint));
            ulong index = Index(&frame->Attributes);
            if (index >= count) throw PluginException.Invalid($"The program calls Python function {index}; the execution came with {count}.");
            string error = s_python.Value!.Call(functions[index], $"({Describe(&frame->Arguments)}, {Describe(&frame->Results)})");
            return error.Length == 0 ? null : (void*)new PluginError(PjrtErrorCode.Internal, "CpuCallback error calling callback: " + error).ToHandle();
        }
        catch (Exception e)
        {
            return PluginError.From(e).ToHandle();
        }
    }

    private static ulong Index(FfiAttributes* attributes)
    {
        for (long i = 0; i < attributes->Size; i++)
        {
            if (Texts.Read(attributes->Names[i]->Data, attributes->Names[i]->Length) != "index") continue;
            var scalar = (FfiScalar*)attributes->Values[i];
            return scalar->DataType is 5 or 9 ? *(ulong*)scalar->Value : *(uint*)scalar->Value;
        }
        throw PluginException.Invalid("A call of a Python function has no attribute called index.");
    }

    // A Python literal: a list of types, shapes and addresses.
    private static string Describe(FfiArrays* arrays)
    {
        var text = new StringBuilder("[");
        for (long i = 0; i < arrays->Size; i++)
        {
            var array = (FfiBuffer*)arrays->Values[i];
            text.Append(s_types.TryGetValue(array->DataType, out string? name) ? $"('{name}', (" : "(None, (");
            for (long d = 0; d < array->Rank; d++) text.Append(CultureInfo.InvariantCulture, $"{array->Dims[d]},");
            text.Append(CultureInfo.InvariantCulture, $"), {(nint)array->Data}),");
        }
        return text.Append(']').ToString();
    }

    // The functions of Python's C API that are needed; the lock of the interpreter is held for a call.
    private sealed class Python(nint program)
    {
        private readonly delegate* unmanaged<int> _ensure = (delegate* unmanaged<int>)NativeLibrary.GetExport(program, "PyGILState_Ensure");
        private readonly delegate* unmanaged<int, void> _release = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(program, "PyGILState_Release");
        private readonly delegate* unmanaged<byte*, nint> _addModule = (delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(program, "PyImport_AddModule");
        private readonly delegate* unmanaged<nint, nint> _moduleDict = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(program, "PyModule_GetDict");
        private readonly delegate* unmanaged<nint> _builtins = (delegate* unmanaged<nint>)NativeLibrary.GetExport(program, "PyEval_GetBuiltins");
        private readonly delegate* unmanaged<nint, byte*, nint, int> _setItem = (delegate* unmanaged<nint, byte*, nint, int>)NativeLibrary.GetExport(program, "PyDict_SetItemString");
        private readonly delegate* unmanaged<nint, byte*, nint> _getItem = (delegate* unmanaged<nint, byte*, nint>)NativeLibrary.GetExport(program, "PyDict_GetItemString");
        private readonly delegate* unmanaged<byte*, int, nint, nint, nint, nint> _run = (delegate* unmanaged<byte*, int, nint, nint, nint, nint>)NativeLibrary.GetExport(program, "PyRun_StringFlags");
        private readonly delegate* unmanaged<nint, nint> _newTuple = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(program, "PyTuple_New");
        private readonly delegate* unmanaged<nint, nint, nint, int> _setTuple = (delegate* unmanaged<nint, nint, nint, int>)NativeLibrary.GetExport(program, "PyTuple_SetItem");
        private readonly delegate* unmanaged<byte*, nint> _text = (delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(program, "PyUnicode_FromString");
        private readonly delegate* unmanaged<nint, byte*> _utf8 = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(program, "PyUnicode_AsUTF8");
        private readonly delegate* unmanaged<nint, nint, nint> _call = (delegate* unmanaged<nint, nint, nint>)NativeLibrary.GetExport(program, "PyObject_CallObject");
        private readonly delegate* unmanaged<nint, void> _hold = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(program, "Py_IncRef");
        private readonly delegate* unmanaged<nint, void> _drop = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(program, "Py_DecRef");
        private readonly delegate* unmanaged<void> _print = (delegate* unmanaged<void>)NativeLibrary.GetExport(program, "PyErr_Print");

        /// <summary>The Python that this process is; null when it is none.</summary>
        public static Python? Find()
        {
            nint program = NativeLibrary.GetMainProgramHandle();
            if (!NativeLibrary.TryGetExport(program, "Py_IsInitialized", out nint isInitialized) || ((delegate* unmanaged<int>)isInitialized)() == 0) return null;
            try
            {
                return new Python(program);
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }

        /// <summary>Calls a function through the helper. Returns what went wrong, or nothing.</summary>
        public string Call(nint function, string arrays)
        {
            int state = _ensure();
            try
            {
                nint helper = HelperFunction();
                nint arguments = _newTuple(2);
                _hold(function);
                _setTuple(arguments, 0, function);
                fixed (byte* text = Utf8(arrays)) _setTuple(arguments, 1, _text(text));
                nint answer = _call(helper, arguments);
                _drop(arguments);
                if (answer == 0) return Failed("the helper of callbacks failed; Python's error is on standard error");
                string error = Marshal.PtrToStringUTF8((nint)_utf8(answer)) ?? "an error whose text is not UTF-8";
                _drop(answer);
                return error;
            }
            finally
            {
                _release(state);
            }
        }

        // In a module of its own, made by the first call.
        private nint HelperFunction()
        {
            fixed (byte* module = "_i1xla_callbacks\0"u8, builtins = "__builtins__\0"u8, name = "call\0"u8, source = Utf8(Helper))
            {
                nint dict = _moduleDict(_addModule(module));
                nint helper = _getItem(dict, name);
                if (helper != 0) return helper;
                _setItem(dict, builtins, _builtins());
                nint done = _run(source, FileInput, dict, dict, 0);
                if (done == 0) throw new PluginException(PjrtErrorCode.FailedPrecondition, Failed("Callbacks to Python need NumPy; Python's error is on standard error."));
                _drop(done);
                return _getItem(dict, name);
            }
        }

        private string Failed(string what)
        {
            _print();
            return what;
        }

        private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + "\0");
    }
}
