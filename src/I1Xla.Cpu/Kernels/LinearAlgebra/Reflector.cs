using System.Numerics;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>A Householder reflector H = I - tau v vᴴ, v beginning with a one.</summary>
internal static unsafe class Reflector
{
    /// <summary>The reflector whose adjoint sends x to beta e₀; its vector is left in x (<c>larfg</c>).</summary>
    public static (T Tau, double Beta) Make<T>(T* x, int n)
        where T : unmanaged, INumberBase<T>
    {
        double tail = Level1.Norm(x + 1, n - 1);
        T alpha = x[0];
        x[0] = T.One;
        if (tail == 0 && alpha == Scalars.Conjugate(alpha)) return (T.Zero, Scalars.Real(alpha));
        double beta = -Math.CopySign(double.Hypot(Scalars.Modulus(alpha), tail), Scalars.Real(alpha));
        if (alpha is float first)
        {
            // The difference may overflow f32 where the quotients do not.
            double difference = first - beta;
            if (Math.Abs(difference) is > 1e-30 and < 1e30) Level1.Scale(x + 1, Scalars.Of<T>(1 / difference), n - 1);
            else
            {
                for (int i = 1; i < n; i++) x[i] = Scalars.Of<T>(Scalars.Real(x[i]) / difference);
            }
            return (Scalars.Of<T>(-difference / beta), beta);
        }
        T gap = alpha - Scalars.Of<T>(beta);
        if (Math.Abs(beta) is > 1e-290 and < 1e290) Level1.Scale(x + 1, T.One / gap, n - 1);
        else Level1.Divide(x + 1, gap, n - 1);
        return (-gap / Scalars.Of<T>(beta), beta);
    }
}
