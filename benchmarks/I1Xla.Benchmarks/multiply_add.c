/* The multiply-adds that this machine can do, for ProductSuite: independent sums in registers, on so many threads. Kinds: AVX2, AVX-512, AVX-512 with pairs of bf16. */
#include <immintrin.h>
#include <pthread.h>

#define SUMS 12

typedef struct { int kind; long steps; float last; } Part;

__attribute__((target("avx2,fma"))) static float avx2(long steps)
{
    __m256 s[SUMS], x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(0.25f);
    float last[8];
#pragma GCC unroll 12
    for (int k = 0; k < SUMS; k++) s[k] = _mm256_set1_ps((float)k);
    for (long i = 0; i < steps; i++)
#pragma GCC unroll 12
        for (int k = 0; k < SUMS; k++) s[k] = _mm256_fmadd_ps(s[k], x, y);
#pragma GCC unroll 12
    for (int k = 1; k < SUMS; k++) s[0] = _mm256_add_ps(s[0], s[k]);
    _mm256_storeu_ps(last, s[0]);
    return last[0];
}

__attribute__((target("avx512f"))) static float avx512(long steps)
{
    __m512 s[SUMS], x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(0.25f);
#pragma GCC unroll 12
    for (int k = 0; k < SUMS; k++) s[k] = _mm512_set1_ps((float)k);
    for (long i = 0; i < steps; i++)
#pragma GCC unroll 12
        for (int k = 0; k < SUMS; k++) s[k] = _mm512_fmadd_ps(s[k], x, y);
#pragma GCC unroll 12
    for (int k = 1; k < SUMS; k++) s[0] = _mm512_add_ps(s[0], s[k]);
    return _mm512_cvtss_f32(s[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static float pairs(long steps)
{
    __m512 s[SUMS];
    __m512bh x = (__m512bh)_mm512_set1_epi32(0x3f003f00), y = (__m512bh)_mm512_set1_epi32(0x3e803e80);
#pragma GCC unroll 12
    for (int k = 0; k < SUMS; k++) s[k] = _mm512_set1_ps((float)k);
    for (long i = 0; i < steps; i++)
#pragma GCC unroll 12
        for (int k = 0; k < SUMS; k++) s[k] = _mm512_dpbf16_ps(s[k], x, y);
#pragma GCC unroll 12
    for (int k = 1; k < SUMS; k++) s[0] = _mm512_add_ps(s[0], s[k]);
    return _mm512_cvtss_f32(s[0]);
}

static void *run(void *argument)
{
    Part *p = argument;
    p->last = p->kind == 0 ? avx2(p->steps) : p->kind == 1 ? avx512(p->steps) : pairs(p->steps);
    return 0;
}

/* Operations done, a multiply-add being two; threads is at most 64. */
double multiply_add(int kind, int threads, long steps)
{
    Part parts[64];
    pthread_t others[64];
    for (int t = threads - 1; t >= 0; t--) {
        parts[t] = (Part){ kind, steps, 0 };
        if (t > 0) pthread_create(&others[t], 0, run, &parts[t]);
        else run(&parts[t]);
    }
    for (int t = 1; t < threads; t++) pthread_join(others[t], 0);
    return 2.0 * SUMS * (kind == 0 ? 8 : kind == 1 ? 16 : 32) * steps * threads;
}
