using System.Numerics;
using System.Runtime.CompilerServices;

namespace I1Xla.Cpu.Kernels.LinearAlgebra;

/// <summary>
/// The equation 1/ρ + Σ zᵢ² / (Dᵢ - λ) = 0 of a diagonal matrix changed by one of rank one, D + ρ z zᵀ, root by root: the interpolation by two poles of
/// R.-C. Li, "Solving secular equations stably and efficiently" (LAPACK working note 89, 1993), in brackets. Roots are counted from the nearest pole, so
/// that differences from all poles come out to full precision.
/// </summary>
/// <param name="poles">The numbers dᵢ, ascending and distinct; D is d, or d² with <paramref name="squared"/>, where all d are non-negative.</param>
/// <param name="weights">zᵢ², none of them zero.</param>
/// <param name="count">How many there are.</param>
/// <param name="inverse">1/ρ, positive.</param>
/// <param name="squared">Whether the poles are squares, as for singular values.</param>
internal readonly unsafe struct SecularEquation(double* poles, double* weights, int count, double inverse, bool squared)
{
    private const double Epsilon = 2.220446049250313e-16;
    private const int MostSteps = 100;

    /// <summary>Root <paramref name="j"/>, which lies behind pole j: λ, or its square root where poles are squares. Dᵢ - λ go to <paramref name="differences"/>.</summary>
    public double Solve(int j, double* differences)
    {
        if (count == 1)
        {
            differences[0] = -weights[0] / inverse;
            return Value(0, weights[0] / inverse);
        }
        bool last = j == count - 1;
        int left = last ? j - 1 : j, right = left + 1, origin;
        double gap = Difference(right, left), low, high, eta;
        if (!last)
        {
            double middle = gap / 2;
            Shift(left, differences);
            double rest = Rest(differences, left, right, middle), atMiddle = rest - (weights[left] / middle) + (weights[right] / middle), all = weights[left] + weights[right];
            if (atMiddle >= 0)
            {
                (origin, low, high) = (left, 0, middle);
                double a = (rest * gap) + all, b = weights[left] * gap, root = Math.Sqrt(Math.Abs((a * a) - (4 * b * rest)));
                eta = a > 0 ? 2 * b / (a + root) : (a - root) / (2 * rest);
            }
            else
            {
                (origin, low, high) = (right, -middle, 0);
                Shift(right, differences);
                double a = (rest * gap) - all, b = weights[right] * gap, root = Math.Sqrt(Math.Abs((a * a) + (4 * b * rest)));
                eta = a < 0 ? 2 * b / (a - root) : -(a + root) / (2 * rest);
            }
        }
        else
        {
            origin = right;
            Shift(right, differences);
            double sum = 0;
            for (int i = 0; i < count; i++) sum += weights[i];
            (low, high) = (0, sum / inverse);
            double middle = high / 2, rest = Rest(differences, left, right, middle), atMiddle = rest + (weights[left] / (-gap - middle)) - (weights[right] / middle);
            double a = weights[left] + weights[right] - (rest * gap), b = weights[right] * gap, root = Math.Sqrt(Math.Abs((a * a) + (4 * b * rest)));
            eta = rest <= (weights[left] / (gap + high)) + (weights[right] / high) ? high : a < 0 ? 2 * b / (root - a) : (a + root) / (2 * rest);
            if (atMiddle <= 0) low = middle;
            else high = middle;
        }
        if (!(eta >= low && eta <= high) || eta == 0) eta = (low + high) / 2;
        for (int step = 0; step < MostSteps; step++)
        {
            (double psi, double psiSlope) = Sum(differences, 0, right, eta);
            (double phi, double phiSlope) = Sum(differences, right, count, eta);
            double f = inverse + psi + phi, slope = psiSlope + phiSlope;
            if (Math.Abs(f) <= Epsilon * ((8 * (Math.Abs(psi) + Math.Abs(phi))) + inverse + (Math.Abs(eta) * slope))) break;
            if (f < 0) low = eta;
            else high = eta;
            double dl = differences[left] - eta, dr = differences[right] - eta;
            double c = f - (dl * psiSlope) - (dr * phiSlope), a = ((dl + dr) * f) - (dl * dr * slope), b = dl * dr * f;
            if (last && c < 0) c = -c;
            double root = Math.Sqrt(Math.Abs((a * a) - (4 * b * c))), by;
            if (c == 0) by = b / a;
            else if (last) by = a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root);
            else by = a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
            if (!(f * by < 0)) by = -f / slope;
            double next = eta + by;
            if (!(next > low && next < high)) next = (low + high) / 2;
            if (next == eta || high - low <= Epsilon * Math.Max(Math.Abs(low), Math.Abs(high))) break;
            eta = next;
        }
        // The root is no pole.
        for (int i = 0; i < count; i++) differences[i] -= eta;
        return Value(origin, eta);
    }

    /// <summary>Dᵢ - Dⱼ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Difference(int i, int j) => squared ? (poles[i] - poles[j]) * (poles[i] + poles[j]) : poles[i] - poles[j];

    private double Value(int origin, double eta) => squared ? Math.Sqrt((poles[origin] * poles[origin]) + eta) : poles[origin] + eta;

    private void Shift(int origin, double* to)
    {
        for (int i = 0; i < count; i++) to[i] = Difference(i, origin);
    }

    private double Rest(double* differences, int left, int right, double at) => inverse + Sum(differences, 0, left, at).Value + Sum(differences, right + 1, count, at).Value;

    /// <summary>Σ zᵢ² / (xᵢ - at), and Σ zᵢ² / (xᵢ - at)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Value, double Slope) Sum(double* x, int begin, int end, double at)
    {
        Vector<double> sums = default, slopes = default, shift = new(at);
        int i = begin;
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count)
        {
            Vector<double> d = *(Vector<double>*)(x + i) - shift, t = *(Vector<double>*)(weights + i) / d;
            sums += t;
            slopes += t / d;
        }
        double sum = Vector.Sum(sums), slope = Vector.Sum(slopes);
        for (; i < end; i++)
        {
            double d = x[i] - at, t = weights[i] / d;
            sum += t;
            slope += t / d;
        }
        return (sum, slope);
    }

    /// <summary>
    /// Numbers z, for places from <paramref name="begin"/> to <paramref name="end"/> - 1, for which the roots found are exact: with them vectors come out
    /// orthogonal (Gu and Eisenstat, "A stable and efficient algorithm for the rank-one modification of the symmetric eigenproblem", 1994). Signs are those of
    /// what is given.
    /// </summary>
    /// <param name="differences">Dᵢ - λⱼ, root after root.</param>
    /// <param name="z">The numbers that belong to the weights, replaced.</param>
    /// <param name="begin">The first place.</param>
    /// <param name="end">Behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Revise(double* differences, double* z, int begin, int end)
    {
        int length = end - begin;
        using var memory = new Scratch<double>(length);
        double* product = memory.Data;
        new Span<double>(product, length).Fill(inverse);
        for (int j = 0; j < count; j++)
        {
            double* row = differences + ((long)j * count) + begin, d = poles + begin;
            int at = j - begin;
            Multiply(row, d, product, 0, Math.Clamp(at, 0, length), poles[j]);
            if (at >= 0 && at < length) product[at] *= row[at];
            Multiply(row, d, product, Math.Clamp(at + 1, 0, length), length, poles[j]);
        }
        for (int i = 0; i < length; i++) z[begin + i] = Math.CopySign(Math.Sqrt(Math.Abs(product[i])), z[begin + i]);
    }

    private void Multiply(double* row, double* d, double* product, int i, int end, double pole)
    {
        Vector<double> other = new(pole);
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count)
        {
            Vector<double> x = *(Vector<double>*)(d + i), gap = x - other;
            if (squared) gap *= x + other;
            *(Vector<double>*)(product + i) *= *(Vector<double>*)(row + i) / gap;
        }
        for (; i < end; i++) product[i] *= row[i] / (squared ? (d[i] - pole) * (d[i] + pole) : d[i] - pole);
    }
}
