/* An epoch of softmax regression, written by hand: how fast the same work can be done here.

   Vectors of 16 floats hold a row of the weight (its outputs, and zeros behind them), so a row of
   features is read once for the scores and once, from the cache, for the gradient. gcc makes AVX-512
   of them where the processor has it, and pairs or fours of shorter vectors elsewhere. Each thread
   takes a part of the rows of a batch and keeps a gradient of its own. */

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#define ROWS 8

typedef float vector __attribute__((vector_size(4 * LANES)));

static float softmax(vector *scores, int outputs, int64_t label) {
    float highest = -INFINITY, sum = 0, chosen = (*scores)[label];
    for (int j = 0; j < outputs; j++)
        if ((*scores)[j] > highest) highest = (*scores)[j];
    for (int j = 0; j < LANES; j++) {
        (*scores)[j] = j < outputs ? expf((*scores)[j] - highest) : 0;
        sum += (*scores)[j];
    }
    *scores /= sum;
    (*scores)[label] -= 1;
    return logf(sum) + highest - chosen;
}

static float rows_of(const float *features, const int64_t *targets, const int64_t *order, int count,
                     int width, int outputs, const vector *weight, vector bias, vector *gradient,
                     vector *bias_gradient) {
    const float *x[ROWS];
    vector scores[ROWS];
    float loss = 0;
    for (int r = 0; r < ROWS; r++) {
        /* Rows beyond the last repeat it, with a derivative of zero. */
        x[r] = features + order[r < count ? r : count - 1] * width;
        scores[r] = bias;
    }
    for (int k = 0; k < width; k++)
        for (int r = 0; r < ROWS; r++) scores[r] += x[r][k] * weight[k];
    for (int r = 0; r < ROWS; r++) {
        if (r < count) loss += softmax(&scores[r], outputs, targets[order[r]]);
        else memset(&scores[r], 0, sizeof scores[r]);
        *bias_gradient += scores[r];
    }
    for (int k = 0; k < width; k++) {
        vector sum = gradient[k];
        for (int r = 0; r < ROWS; r++) sum += x[r][k] * scores[r];
        gradient[k] = sum;
    }
    return loss;
}

/* Trains once through the examples; weight has width + 1 rows of 16 floats, the bias last. */
double epoch(const float *features, const int64_t *targets, const int64_t *order, int64_t examples,
             int width, int outputs, int batch, float rate, float *parameters, int threads) {
    vector *weight = (vector *)parameters;
    size_t bytes = sizeof(vector) * (width + 1);
    vector *gradients = aligned_alloc(64, bytes * threads);
    double total = 0;
#pragma omp parallel num_threads(threads) reduction(+ : total)
    {
        vector *own = gradients + (width + 1) * omp_get_thread_num();
        for (int64_t start = 0; start < examples; start += batch) {
            int size = examples - start < batch ? (int)(examples - start) : batch;
            memset(own, 0, bytes);
#pragma omp for schedule(static)
            for (int row = 0; row < size; row += ROWS)
                total += rows_of(features, targets, order + start + row,
                                 size - row < ROWS ? size - row : ROWS, width, outputs, weight,
                                 weight[width], own, own + width);
#pragma omp for schedule(static)
            for (int k = 0; k <= width; k++) {
                vector sum = gradients[k];
                for (int t = 1; t < threads; t++) sum += gradients[t * (width + 1) + k];
                weight[k] -= rate / size * sum;
            }
        }
    }
    free(gradients);
    return total / examples;
}
