using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Loops;

/// <summary>Loads and stores of lanes at a stride, with the conversions between memory and lanes.</summary>
internal static unsafe class LaneMemory
{
    /// <summary>Reads n elements from element <paramref name="at"/> on, <paramref name="step"/> apart.</summary>
    public static void Load(byte* from, long at, long step, ElementKind kind, byte* to, int n)
    {
        switch (kind)
        {
            case ElementKind.F32 or ElementKind.I32 or ElementKind.UI32:
                if (step == 1)
                {
                    NativeMemory.Copy(from + at * 4, to, (nuint)n * 4);
                    return;
                }
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = ((int*)from)[at + i * step];
                }
                break;
            case ElementKind.F64 or ElementKind.I64 or ElementKind.UI64:
                for (int i = 0; i < n; i++)
                {
                    ((long*)to)[i] = ((long*)from)[at + i * step];
                }
                break;
            case ElementKind.BF16:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = ((ushort*)from)[at + i * step] << 16;
                }
                break;
            case ElementKind.F16:
                for (int i = 0; i < n; i++)
                {
                    ((float*)to)[i] = (float)((Half*)from)[at + i * step];
                }
                break;
            case ElementKind.I1:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = from[at + i * step] != 0 ? -1 : 0;
                }
                break;
            case ElementKind.I8:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = ((sbyte*)from)[at + i * step];
                }
                break;
            case ElementKind.UI8:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = from[at + i * step];
                }
                break;
            case ElementKind.I16:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = ((short*)from)[at + i * step];
                }
                break;
            case ElementKind.UI16:
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[i] = ((ushort*)from)[at + i * step];
                }
                break;
            default:
                throw new InvalidOperationException($"no lane for {kind.Name()}");
        }
    }

    /// <summary>Writes n elements.</summary>
    public static void Store(byte* to, long at, long step, ElementKind kind, byte* from, int n)
    {
        switch (kind)
        {
            case ElementKind.F32 or ElementKind.I32 or ElementKind.UI32:
                if (step == 1)
                {
                    NativeMemory.Copy(from, to + at * 4, (nuint)n * 4);
                    return;
                }
                for (int i = 0; i < n; i++)
                {
                    ((int*)to)[at + i * step] = ((int*)from)[i];
                }
                break;
            case ElementKind.F64 or ElementKind.I64 or ElementKind.UI64:
                for (int i = 0; i < n; i++)
                {
                    ((long*)to)[at + i * step] = ((long*)from)[i];
                }
                break;
            case ElementKind.BF16:
                for (int i = 0; i < n; i++)
                {
                    ((ushort*)to)[at + i * step] = Hlo.ScalarFolding.RoundToBf16(((float*)from)[i]);
                }
                break;
            case ElementKind.F16:
                for (int i = 0; i < n; i++)
                {
                    ((Half*)to)[at + i * step] = (Half)((float*)from)[i];
                }
                break;
            case ElementKind.I1:
                for (int i = 0; i < n; i++)
                {
                    to[at + i * step] = (byte)(((int*)from)[i] & 1);
                }
                break;
            case ElementKind.I8 or ElementKind.UI8:
                for (int i = 0; i < n; i++)
                {
                    to[at + i * step] = (byte)((int*)from)[i];
                }
                break;
            case ElementKind.I16 or ElementKind.UI16:
                for (int i = 0; i < n; i++)
                {
                    ((ushort*)to)[at + i * step] = (ushort)((int*)from)[i];
                }
                break;
            default:
                throw new InvalidOperationException($"no lane for {kind.Name()}");
        }
    }
}
