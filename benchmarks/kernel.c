/* An epoch of softmax regression, written by hand: how fast the same work can be done here.

   A line of 16 floats holds a row of the weight (its outputs, and zeros behind them), so a row of
   features is read once for the scores and once, from the cache, for the gradient. A line is one
   vector of AVX-512, two of AVX or four of SSE; as many rows are taken together as there are vector
   registers for. Each thread takes a part of the rows of a batch and keeps a gradient of its own. */

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#if defined(__AVX512F__)
#define VECTORS 1
#define ROWS 8
#elif defined(__AVX__)
#define VECTORS 2
#define ROWS 6
#else
#define VECTORS 4
#define ROWS 3
#endif

typedef float vector __attribute__((vector_size(4 * LANES / VECTORS)));
typedef union {
    vector part[VECTORS];
    float value[LANES];
} line;

/* sum += factor * other */
static inline void add(line *sum, float factor, const line *other) {
    for (int v = 0; v < VECTORS; v++) sum->part[v] += factor * other->part[v];
}

static float softmax(line *scores, int outputs, int64_t label) {
    float *score = scores->value;
    float highest = -INFINITY, sum = 0, chosen = score[label];
    for (int j = 0; j < outputs; j++)
        if (score[j] > highest) highest = score[j];
    for (int j = 0; j < LANES; j++) {
        score[j] = j < outputs ? expf(score[j] - highest) : 0;
        sum += score[j];
    }
    for (int j = 0; j < LANES; j++) score[j] /= sum;
    score[label] -= 1;
    return logf(sum) + highest - chosen;
}

static float rows_of(const float *features, const int64_t *targets, const int64_t *order, int count,
                     int width, int outputs, const line *weight, const line *bias, line *gradient,
                     line *bias_gradient) {
    const float *x[ROWS];
    line scores[ROWS];
    float loss = 0;
    for (int r = 0; r < ROWS; r++) {
        /* Rows beyond the last repeat it, with a derivative of zero. */
        x[r] = features + order[r < count ? r : count - 1] * width;
        scores[r] = *bias;
    }
    for (int k = 0; k < width; k++)
        for (int r = 0; r < ROWS; r++) add(&scores[r], x[r][k], &weight[k]);
    for (int r = 0; r < ROWS; r++) {
        if (r < count) loss += softmax(&scores[r], outputs, targets[order[r]]);
        else memset(&scores[r], 0, sizeof scores[r]);
        add(bias_gradient, 1, &scores[r]);
    }
    for (int k = 0; k < width; k++) {
        line sum = gradient[k];
        for (int r = 0; r < ROWS; r++) add(&sum, x[r][k], &scores[r]);
        gradient[k] = sum;
    }
    return loss;
}

/* Trains once through the examples; weight has width + 1 rows of 16 floats, the bias last. */
double epoch(const float *features, const int64_t *targets, const int64_t *order, int64_t examples,
             int width, int outputs, int batch, float rate, float *parameters, int threads) {
    line *weight = (line *)parameters;
    size_t bytes = sizeof(line) * (width + 1);
    line *gradients = aligned_alloc(64, bytes * threads);
    double total = 0;
#pragma omp parallel num_threads(threads) reduction(+ : total)
    {
        line *own = gradients + (width + 1) * omp_get_thread_num();
        for (int64_t start = 0; start < examples; start += batch) {
            int size = examples - start < batch ? (int)(examples - start) : batch;
            memset(own, 0, bytes);
#pragma omp for schedule(static)
            for (int row = 0; row < size; row += ROWS)
                total += rows_of(features, targets, order + start + row,
                                 size - row < ROWS ? size - row : ROWS, width, outputs, weight,
                                 &weight[width], own, own + width);
#pragma omp for schedule(static)
            for (int k = 0; k <= width; k++) {
                for (int t = 0; t < threads; t++)
                    add(&weight[k], -rate / size, &gradients[t * (width + 1) + k]);
            }
        }
    }
    free(gradients);
    return total / examples;
}
