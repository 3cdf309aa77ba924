/*
 * Facet's numeric operations on a CUDA device: the C interface that dev.facet.ffi.Cuda binds.
 *
 * Bits are those of numeric profile 1 (docs/numerics.md). Every output is one chain of fused multiply-adds in the profile's order: no
 * tensor cores, no atomics, no library whose order of summation is its own, and nothing contracted that the profile rounds.
 *
 * Tensors are (H, W, C) float32 in device memory. Operations are queued on the device's one stream, in the order of the calls, and
 * return at once; facet_cuda_download waits. Functions may be called from several threads. Those that return int give 0, those that
 * return pointers not NULL, or facet_cuda_error says why.
 */
#ifndef FACET_CUDA_H
#define FACET_CUDA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FACET_CUDA_ABI 1

typedef struct facet_device facet_device;
typedef struct facet_convolution facet_convolution;
typedef struct facet_gdn facet_gdn;

/* activations */
enum { FACET_IDENTITY = 0, FACET_RELU = 1, FACET_LEAKY_RELU = 2 };

/* sizes of a convolution, in this order; docs/numerics.md, section 2 */
typedef struct {
  int32_t kernel_channels, group_channels, kernel_height, kernel_width, stride, padding, dilation, groups, taps, subpixel;
  int32_t winograd; /* 1: section 3, weights are transformed filters; 0: section 2 */
} facet_convolution_shape;

int facet_cuda_abi(void);

/* Why the last call of this thread failed. */
const char *facet_cuda_error(void);

/* The device of this number, and a line about it for people. */
facet_device *facet_cuda_open(int number);
const char *facet_cuda_describe(facet_device *device);
void facet_cuda_close(facet_device *device);

/* Memory for n floats, which hold anything. What is given back is kept for the next of its size. */
float *facet_cuda_take(facet_device *device, int64_t n);
void facet_cuda_give(facet_device *device, float *memory, int64_t n);

/* Both wait until the copy is done. */
int facet_cuda_upload(facet_device *device, float *to, const float *from, int64_t n);
int facet_cuda_download(facet_device *device, float *to, const float *from, int64_t n);

/* Waits for all that is queued. */
int facet_cuda_wait(facet_device *device);

/*
 * A convolution's weights, copied to the device. weights: row k of kernel_channels in stored order, k = tap * group_channels + i for
 * direct summation; k = position * group_channels + i for Winograd. bias: in stored order.
 */
facet_convolution *facet_cuda_convolution(
    facet_device *device, const facet_convolution_shape *shape, const float *weights, const float *bias);
void facet_cuda_convolution_free(facet_device *device, facet_convolution *convolution);

/* y = act(convolution(x) + before) + after; before and after may be NULL. */
int facet_cuda_convolve(
    facet_device *device, const facet_convolution *convolution, const float *x, int32_t height, int32_t width, const float *before,
    int32_t activation, const float *after, float *y);

/* beta: C; gamma: row j is what channel j's square adds to each channel, C x C. */
facet_gdn *facet_cuda_gdn(facet_device *device, int32_t channels, const float *beta, const float *gamma, int32_t inverse);
void facet_cuda_gdn_free(facet_device *device, facet_gdn *gdn);

/* residual may be NULL. */
int facet_cuda_normalize(facet_device *device, const facet_gdn *gdn, const float *x, int32_t pixels, const float *residual, float *y);

/* y = fma(a, sigmoid(b), x) */
int facet_cuda_gate(facet_device *device, const float *x, const float *a, const float *b, int64_t n, float *y);

int facet_cuda_activate(facet_device *device, const float *x, int64_t n, int32_t activation, float *y);

/* Each channel times its factor; factors are in host memory. */
int facet_cuda_scale(facet_device *device, const float *x, int64_t pixels, int32_t channels, const float *factors, float *y);

int facet_cuda_concat(facet_device *device, const float *a, int32_t ca, const float *b, int32_t cb, int64_t pixels, float *y);

/*
 * y[oy][ox] = x[rows[oy]][columns[ox]], or +0 where an index is negative: padding, cropping, mirroring, subsampling. Indices are in
 * host memory.
 */
int facet_cuda_pick(
    facet_device *device, const float *x, int32_t width, int32_t channels, const int32_t *rows, int32_t height_out,
    const int32_t *columns, int32_t width_out, float *y);

#ifdef __cplusplus
}
#endif
#endif
