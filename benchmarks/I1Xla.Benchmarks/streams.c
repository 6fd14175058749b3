/* The memory bandwidth of this machine, for StreamSuite: n floats in two halves on two threads. Modes: copy, copy past the caches, add past the caches, sum. */
#include <immintrin.h>
#include <pthread.h>

typedef struct { int mode; const float *a, *b; float *c; long n; } Part;

static void sum(const Part *p)
{
    __m256 s[8];
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) s[k] = _mm256_setzero_ps();
    for (long i = 0; i < p->n; i += 64)
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++) s[k] = _mm256_add_ps(s[k], _mm256_load_ps(p->a + i + 8 * k));
#pragma GCC unroll 8
    for (int k = 1; k < 8; k++) s[0] = _mm256_add_ps(s[0], s[k]);
    _mm256_store_ps(p->c, s[0]);
}

static void *run(void *argument)
{
    Part p = *(Part *)argument;
    if (p.mode == 3) { sum(&p); return 0; }
    for (long i = 0; i < p.n; i += 8) {
        __m256 x = _mm256_load_ps(p.a + i);
        if (p.mode == 0) { _mm256_store_ps(p.c + i, x); continue; }
        if (p.mode == 2) x = _mm256_add_ps(x, _mm256_load_ps(p.b + i));
        _mm256_stream_ps(p.c + i, x);
    }
    _mm_sfence();
    return 0;
}

/* n is a multiple of 128, pointers are aligned to 64 bytes. */
void stream(int mode, const float *a, const float *b, float *c, long n)
{
    long half = n / 2;
    Part first = { mode, a, b, c, half }, second = { mode, a + half, b + half, c + half, n - half };
    pthread_t thread;
    pthread_create(&thread, 0, run, &second);
    run(&first);
    pthread_join(thread, 0);
}
