using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>The micro-kernel in <see cref="Vector{T}"/>, for machines without an emitted one. Same operands and order of additions.</summary>
internal static unsafe class PortableMicroKernel
{
    public static void Run<T>(MicroKernelArgs* args, int rows, int vectors)
        where T : unmanaged, INumber<T>
    {
        if (rows == 4 && vectors == 2) Four<T>(args);
        else
        {
            for (int row = 0; row < rows; row++)
            {
                for (int v = 0; v < vectors; v++) One<T>(args, row, rows, v);
            }
        }
    }

    /// <summary>As <see cref="Run{T}"/>, of pairs of 16-bit integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunWords(MicroKernelArgs* args, int rows, int vectors)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int v = 0; v < vectors; v++)
            {
                Vector<int> sum = default;
                int* a = (int*)args->A + row;
                byte* b = (byte*)args->B + v * sizeof(Vector<int>);
                for (nint k = args->Steps; k > 0; k--, a += rows, b += args->BStride)
                {
                    Vector<int> pair = *(Vector<int>*)b;
                    sum += new Vector<int>((short)*a) * ((pair << 16) >> 16) + new Vector<int>(*a >> 16) * (pair >> 16);
                }
                Store(args, row, v, sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<T>(MicroKernelArgs* args)
        where T : unmanaged, INumber<T>
    {
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        T* a = (T*)args->A;
        byte* b = (byte*)args->B;
        for (nint k = args->Steps; k > 0; k--, a += 4, b += args->BStride)
        {
            Vector<T> b0 = *(Vector<T>*)b, b1 = *((Vector<T>*)b + 1);
            var x = new Vector<T>(a[0]);
            c00 = Add(c00, x, b0);
            c01 = Add(c01, x, b1);
            x = new Vector<T>(a[1]);
            c10 = Add(c10, x, b0);
            c11 = Add(c11, x, b1);
            x = new Vector<T>(a[2]);
            c20 = Add(c20, x, b0);
            c21 = Add(c21, x, b1);
            x = new Vector<T>(a[3]);
            c30 = Add(c30, x, b0);
            c31 = Add(c31, x, b1);
        }
        Store(args, 0, 0, c00);
        Store(args, 0, 1, c01);
        Store(args, 1, 0, c10);
        Store(args, 1, 1, c11);
        Store(args, 2, 0, c20);
        Store(args, 2, 1, c21);
        Store(args, 3, 0, c30);
        Store(args, 3, 1, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<T>(MicroKernelArgs* args, int row, int rows, int vector)
        where T : unmanaged, INumber<T>
    {
        Vector<T> sum = default;
        T* a = (T*)args->A + row;
        byte* b = (byte*)args->B + vector * sizeof(Vector<T>);
        for (nint k = args->Steps; k > 0; k--, a += rows, b += args->BStride) sum = Add(sum, new Vector<T>(*a), *(Vector<T>*)b);
        Store(args, row, vector, sum);
    }

    private static Vector<T> Add<T>(Vector<T> sum, Vector<T> a, Vector<T> b)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) return Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), sum.As<T, float>()).As<float, T>();
        return Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), sum.As<T, double>()).As<double, T>();
    }

    private static void Store<T>(MicroKernelArgs* args, int row, int vector, Vector<T> value)
        where T : unmanaged, INumber<T>
    {
        Vector<T>* c = (Vector<T>*)((byte*)args->C + row * args->CStride) + vector;
        *c = args->Accumulate != 0 ? *c + value : value;
    }
}
