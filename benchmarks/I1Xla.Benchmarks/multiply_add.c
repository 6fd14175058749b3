/* The multiply-adds that this machine can do, for ProductSuite: independent sums in registers, on so many threads. Kinds: AVX2, AVX-512, AVX-512 with pairs of bf16. */
#include <immintrin.h>
#include <pthread.h>

#define SUMS 12

typedef struct { int kind; long steps; float last; } Part;

/* s[k] becomes ADD, again and again; what is returned keeps the compiler from leaving it out. */
#define LOOP(name, features, vector, operand, x0, y0, SPLAT, ADD, PLUS) \
    __attribute__((target(features))) static float name(long steps) \
    { \
        vector s[SUMS]; \
        operand x = x0, y = y0; \
        float last[sizeof(vector) / sizeof(float)]; \
        _Pragma("GCC unroll 12") for (int k = 0; k < SUMS; k++) s[k] = SPLAT((float)k); \
        for (long i = 0; i < steps; i++) \
            _Pragma("GCC unroll 12") for (int k = 0; k < SUMS; k++) s[k] = ADD; \
        _Pragma("GCC unroll 12") for (int k = 1; k < SUMS; k++) s[0] = PLUS(s[0], s[k]); \
        __builtin_memcpy(last, &s[0], sizeof last); \
        return last[0]; \
    }

LOOP(avx2, "avx2,fma", __m256, __m256, _mm256_set1_ps(0.5f), _mm256_set1_ps(0.25f), _mm256_set1_ps, _mm256_fmadd_ps(s[k], x, y), _mm256_add_ps)
LOOP(avx512, "avx512f", __m512, __m512, _mm512_set1_ps(0.5f), _mm512_set1_ps(0.25f), _mm512_set1_ps, _mm512_fmadd_ps(s[k], x, y), _mm512_add_ps)
LOOP(pairs, "avx512f,avx512bf16", __m512, __m512bh, (__m512bh)_mm512_set1_epi32(0x3f003f00), (__m512bh)_mm512_set1_epi32(0x3e803e80), _mm512_set1_ps, _mm512_dpbf16_ps(s[k], x, y), _mm512_add_ps)

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
