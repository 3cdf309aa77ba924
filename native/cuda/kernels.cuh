// The operations of the numeric profile, docs/numerics.md, whose sections the comments name. Built with -fmad=false: what is fused here
// says fmaf, and nothing else may be.
#pragma once

#include <stdint.h>

// ---- elementary functions (section 5) and epilogues (section 2)

__device__ __forceinline__ float activated(float x, int activation) {
  switch (activation) {
    case FACET_RELU:
      return x < 0 ? 0.0f : x;
    case FACET_LEAKY_RELU:
      return x < 0 ? 0.01f * x : x;
    default:
      return x;
  }
}

__device__ __forceinline__ float exponential(float x) {
  constexpr float ROUND = 12582912.0f;
  float t = x < -87.0f ? -87.0f : x;
  t = t > 87.0f ? 87.0f : t;
  float n = fmaf(t, 0x1.715476p0f, ROUND) - ROUND;
  float r = fmaf(n, -0x1.7f7d1cp-20f, fmaf(n, -0x1.62e4p-1f, t));
  float p = fmaf(1.9875691500e-4f, r, 1.3981999507e-3f);
  p = fmaf(p, r, 8.3334519073e-3f);
  p = fmaf(p, r, 4.1665795894e-2f);
  p = fmaf(p, r, 1.6666665459e-1f);
  p = fmaf(p, r, 5.0000001201e-1f);
  float e = fmaf(p, r * r, r) + 1.0f;
  return e * __int_as_float((int)((unsigned)((int)n + 127) << 23));
}

__device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

// act(value + before) + after, at place `at` of y. before and after may be null.
struct Epilogue {
  const float *before;
  int activation;
  const float *after;

  __device__ __forceinline__ float operator()(float value, int64_t at) const {
    if (before) {
      value += before[at];
    }
    value = activated(value, activation);
    return after ? value + after[at] : value;
  }
};

// Where kernel channel c of grid position (gy, gx) goes: stored order is (a, b, channel) under a sub-pixel factor.
struct Output {
  float *y;
  int grid_width, subpixel, channels;
  Epilogue epilogue;

  __device__ __forceinline__ int64_t at(int gy, int gx, int c) const {
    int phase = c / channels;
    int row = gy * subpixel + phase / subpixel, column = gx * subpixel + phase % subpixel;
    return ((int64_t)row * grid_width * subpixel + column) * channels + (c - phase * channels);
  }
};

// ---- chains: every output (row, column) is start(column), then fma over k ascending. Convolutions by direct summation, the products
// of Winograd, and the norms of GDN differ in where rows come from and where results go.

constexpr int SIDE = 16;        // threads of a block along each side
constexpr int PART = 4 * SIDE;  // rows or columns of a block: PART or 2 * PART, each thread has 4 or 2 * 4
constexpr int DEPTH = 16;       // steps of the chain between two barriers

template <int ROW_PARTS, int COLUMN_PARTS, class Rows, class Store>
__global__ void __launch_bounds__(SIDE *SIDE)
    chains(Rows rows, const float *__restrict__ weights, int weight_stride, int64_t weight_batch, int row_count, int column_count, int depth, Store store) {
  // rows lie transposed; four more floats keep them aligned and lessen bank conflicts
  __shared__ __align__(16) float a[2][DEPTH][ROW_PARTS * PART + 4];
  __shared__ __align__(16) float b[2][DEPTH][COLUMN_PARTS * PART];
  const int thread = threadIdx.x, tx = thread % SIDE, ty = thread / SIDE;
  const int first_row = blockIdx.x * (ROW_PARTS * PART), first_column = blockIdx.y * (COLUMN_PARTS * PART), batch = blockIdx.z;
  weights += weight_batch * batch + first_column;

  // what this thread fetches: 4 steps of each of ROW_PARTS rows, 4 columns of COLUMN_PARTS steps
  const int fetch_row = thread / 4, fetch_step = thread % 4 * 4;
  const int fetch_k = ty, fetch_column = tx * 4;
  typename Rows::Row from[ROW_PARTS];
#pragma unroll
  for (int p = 0; p < ROW_PARTS; p++) {
    from[p] = rows.row(first_row + p * PART + fetch_row, row_count, batch);
  }
  float4 next_a[ROW_PARTS], next_b[COLUMN_PARTS];
  auto fetch = [&](int k0) {
#pragma unroll
    for (int p = 0; p < ROW_PARTS; p++) {
      next_a[p] = rows.four(from[p], k0 + fetch_step, depth);
    }
#pragma unroll
    for (int p = 0; p < COLUMN_PARTS; p++) {
      next_b[p] = k0 + fetch_k < depth ? *(const float4 *)(weights + (int64_t)(k0 + fetch_k) * weight_stride + p * PART + fetch_column)
                                       : make_float4(0, 0, 0, 0);
    }
  };
  auto keep = [&](int half) {
#pragma unroll
    for (int p = 0; p < ROW_PARTS; p++) {
      float *to = &a[half][fetch_step][p * PART + fetch_row];
      constexpr int step = ROW_PARTS * PART + 4;
      to[0] = next_a[p].x, to[step] = next_a[p].y, to[2 * step] = next_a[p].z, to[3 * step] = next_a[p].w;
    }
#pragma unroll
    for (int p = 0; p < COLUMN_PARTS; p++) {
      *(float4 *)&b[half][fetch_k][p * PART + fetch_column] = next_b[p];
    }
  };

  float sum[ROW_PARTS * 4][COLUMN_PARTS * 4];
#pragma unroll
  for (int j = 0; j < COLUMN_PARTS * 4; j++) {
    int column = first_column + j / 4 * PART + tx * 4 + j % 4;
    float start = column < column_count ? store.start(column) : 0.0f;
#pragma unroll
    for (int i = 0; i < ROW_PARTS * 4; i++) {
      sum[i][j] = start;
    }
  }
  auto multiply = [&](int half, int k) {
    __align__(16) float x[ROW_PARTS * 4], w[COLUMN_PARTS * 4];
#pragma unroll
    for (int p = 0; p < ROW_PARTS; p++) {
      *(float4 *)&x[p * 4] = *(const float4 *)&a[half][k][p * PART + ty * 4];
    }
#pragma unroll
    for (int p = 0; p < COLUMN_PARTS; p++) {
      *(float4 *)&w[p * 4] = *(const float4 *)&b[half][k][p * PART + tx * 4];
    }
#pragma unroll
    for (int i = 0; i < ROW_PARTS * 4; i++) {
#pragma unroll
      for (int j = 0; j < COLUMN_PARTS * 4; j++) {
        sum[i][j] = fmaf(x[i], w[j], sum[i][j]);
      }
    }
  };

  fetch(0);
  keep(0);
  __syncthreads();
  int half = 0;
  for (int k0 = 0; k0 < depth; k0 += DEPTH, half ^= 1) {
    bool more = k0 + DEPTH < depth;
    if (more) {
      fetch(k0 + DEPTH);
    }
    if (k0 + DEPTH <= depth) {
#pragma unroll
      for (int k = 0; k < DEPTH; k++) {
        multiply(half, k);
      }
    } else {  // not one step too many: fma(0, 0, -0) is +0
      for (int k = 0; k < depth - k0; k++) {
        multiply(half, k);
      }
    }
    if (more) {
      keep(half ^ 1);  // nobody reads this half any more since the last barrier
    }
    __syncthreads();
  }

#pragma unroll
  for (int i = 0; i < ROW_PARTS * 4; i++) {
    int row = first_row + i / 4 * PART + ty * 4 + i % 4;
    if (row < row_count) {
      typename Store::Place place = store.place(row, batch);
#pragma unroll
      for (int j = 0; j < COLUMN_PARTS * 4; j++) {
        int column = first_column + j / 4 * PART + tx * 4 + j % 4;
        if (column < column_count) {
          store.put(place, column, sum[i][j]);
        }
      }
    }
  }
}

// Rows of a convolution, as if all pixels under a kernel lay side by side: k = tap * channels + channel. FOURS: channels are a
// multiple of 4, so that four steps are one load.
template <bool FOURS>
struct PixelRows {
  const float *__restrict__ x;
  int height, width, channels, kernel_width, stride, padding, dilation, grid_width;

  struct Row {
    int y, x;
    bool inside;
  };

  __device__ __forceinline__ Row row(int index, int count, int) const {
    return {index / grid_width * stride - padding, index % grid_width * stride - padding, index < count};
  }

  __device__ __forceinline__ const float *pixel(const Row &row, int tap) const {
    int y = row.y + tap / kernel_width * dilation, column = row.x + tap % kernel_width * dilation;
    bool there = row.inside && (unsigned)y < (unsigned)height && (unsigned)column < (unsigned)width;
    return there ? x + ((int64_t)y * width + column) * channels : nullptr;
  }

  __device__ __forceinline__ float one(const Row &row, int k, int depth) const {
    if (k >= depth) {
      return 0.0f;
    }
    const float *from = pixel(row, k / channels);
    return from ? from[k % channels] : 0.0f;
  }

  __device__ __forceinline__ float4 four(const Row &row, int k, int depth) const {
    if (!FOURS) {
      return make_float4(one(row, k, depth), one(row, k + 1, depth), one(row, k + 2, depth), one(row, k + 3, depth));
    }
    const float *from = k < depth ? pixel(row, k / channels) : nullptr;
    return from ? *(const float4 *)(from + k % channels) : make_float4(0, 0, 0, 0);
  }
};

// Rows of a matrix (batch, count, depth). SQUARES: of their elements, each rounded.
template <bool FOURS, bool SQUARES>
struct MatrixRows {
  const float *__restrict__ x;
  int depth;

  typedef const float *Row;

  __device__ __forceinline__ Row row(int index, int count, int batch) const {
    return index < count ? x + ((int64_t)batch * count + index) * depth : nullptr;
  }

  __device__ __forceinline__ float one(Row row, int k) const {
    float v = row && k < depth ? row[k] : 0.0f;
    return SQUARES ? v * v : v;
  }

  __device__ __forceinline__ float4 four(Row row, int k, int) const {
    if (!FOURS) {
      return make_float4(one(row, k), one(row, k + 1), one(row, k + 2), one(row, k + 3));
    }
    float4 v = row && k < depth ? *(const float4 *)(row + k) : make_float4(0, 0, 0, 0);
    return SQUARES ? make_float4(v.x * v.x, v.y * v.y, v.z * v.z, v.w * v.w) : v;
  }
};

// Results of a convolution: from the bias on, through the epilogue.
struct ConvolutionStore {
  const float *bias;
  Output output;

  struct Place {
    int gy, gx;
  };

  __device__ __forceinline__ float start(int column) const { return bias[column]; }
  __device__ __forceinline__ Place place(int row, int) const { return {row / output.grid_width, row % output.grid_width}; }
  __device__ __forceinline__ void put(const Place &place, int column, float value) const {
    int64_t at = output.at(place.gy, place.gx, column);
    output.y[at] = output.epilogue(value, at);
  }
};

// Products of Winograd as they are: (batch, rows, columns).
struct MatrixStore {
  float *y;
  int rows, columns;

  typedef float *Place;

  __device__ __forceinline__ float start(int) const { return 0.0f; }
  __device__ __forceinline__ Place place(int row, int batch) const { return y + ((int64_t)batch * rows + row) * columns; }
  __device__ __forceinline__ void put(Place place, int column, float value) const { place[column] = value; }
};

// GDN (section 4): the chain is the norm of channel `column`.
struct GdnStore {
  const float *beta, *x, *residual;
  float *y;
  int channels;
  bool inverse;

  typedef int64_t Place;

  __device__ __forceinline__ float start(int column) const { return beta[column]; }
  __device__ __forceinline__ Place place(int row, int) const { return (int64_t)row * channels; }
  __device__ __forceinline__ void put(Place place, int column, float norm) const {
    float root = sqrtf(norm), v = x[place + column];
    v = inverse ? v * root : v / root;
    y[place + column] = residual ? v + residual[place + column] : v;
  }
};

// A convolution in groups, one thread an output: rare, and small.
__global__ void grouped(
    PixelRows<false> rows, const float *__restrict__ weights, int weight_stride, int taps, int group_channels, int group_outputs, int count,
    int columns, ConvolutionStore store) {
  int64_t index = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  int row = (int)(index / columns), column = (int)(index % columns);
  if (row >= count) {
    return;
  }
  auto from = rows.row(row, count, 0);
  int first = column / group_outputs * group_channels;
  float sum = store.start(column);
  for (int tap = 0; tap < taps; tap++) {
    const float *pixel = rows.pixel(from, tap);
    for (int i = 0; i < group_channels; i++) {
      float x = pixel ? pixel[first + i] : 0.0f;
      sum = fmaf(x, weights[(int64_t)(tap * group_channels + i) * weight_stride + column], sum);
    }
  }
  store.put(store.place(row, 0), column, sum);
}

// ---- Winograd F(4x4, 3x3), section 3

constexpr int TILE = 6, STEP = 4, POSITIONS = TILE * TILE;
constexpr float P = 0.75f, Q = 1.5f, P2 = P * P, Q2 = Q * Q, P3 = P * P * P, Q3 = Q * Q * Q, P2Q2 = P2 * Q2, P2_PLUS_Q2 = P2 + Q2;

__device__ __forceinline__ void input_line(const float x[TILE], float r[TILE]) {
  float even_p = fmaf(-Q2, x[2], x[4]), odd_p = fmaf(-Q2, x[1], x[3]), even_q = fmaf(-P2, x[2], x[4]), odd_q = fmaf(-P2, x[1], x[3]);
  r[0] = fmaf(P2Q2, x[0], fmaf(-P2_PLUS_Q2, x[2], x[4]));
  r[1] = fmaf(P, odd_p, even_p);
  r[2] = fmaf(-P, odd_p, even_p);
  r[3] = fmaf(Q, odd_q, even_q);
  r[4] = fmaf(-Q, odd_q, even_q);
  r[5] = fmaf(P2Q2, x[1], fmaf(-P2_PLUS_Q2, x[3], x[5]));
}

__device__ __forceinline__ void output_line(const float m[TILE], float y[STEP]) {
  float sum_p = m[1] + m[2], difference_p = m[1] - m[2], sum_q = m[3] + m[4], difference_q = m[3] - m[4];
  y[0] = (m[0] + sum_p) + sum_q;
  y[1] = fmaf(Q, difference_q, P * difference_p);
  y[2] = fmaf(Q2, sum_q, P2 * sum_p);
  y[3] = fmaf(Q3, difference_q, fmaf(P3, difference_p, m[5]));
}

// v: (position, tile, channel). One thread a tile and channel.
__global__ void winograd_input(const float *__restrict__ x, int height, int width, int channels, int tiles_x, int tiles, float *__restrict__ v) {
  int64_t index = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  int tile = (int)(index / channels), channel = (int)(index % channels);
  if (tile >= tiles) {
    return;
  }
  int top = tile / tiles_x * STEP - 1, left = tile % tiles_x * STEP - 1;
  float down[TILE][TILE];
#pragma unroll
  for (int s = 0; s < TILE; s++) {
    float line[TILE], turned[TILE];
#pragma unroll
    for (int r = 0; r < TILE; r++) {
      bool inside = (unsigned)(top + r) < (unsigned)height && (unsigned)(left + s) < (unsigned)width;
      line[r] = inside ? x[((int64_t)(top + r) * width + left + s) * channels + channel] : 0.0f;
    }
    input_line(line, turned);
#pragma unroll
    for (int r = 0; r < TILE; r++) {
      down[r][s] = turned[r];
    }
  }
#pragma unroll
  for (int r = 0; r < TILE; r++) {
    float across[TILE];
    input_line(down[r], across);
#pragma unroll
    for (int s = 0; s < TILE; s++) {
      v[((int64_t)(r * TILE + s) * tiles + tile) * channels + channel] = across[s];
    }
  }
}

// m: (position, tile, kernel channel). One thread a tile and kernel channel.
__global__ void winograd_output(
    const float *__restrict__ m, int height, int width, int columns, int tiles_x, int tiles, const float *__restrict__ bias, Output output) {
  int64_t index = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  int tile = (int)(index / columns), column = (int)(index % columns);
  if (tile >= tiles) {
    return;
  }
  float down[STEP][TILE];
#pragma unroll
  for (int s = 0; s < TILE; s++) {
    float line[TILE], turned[STEP];
#pragma unroll
    for (int r = 0; r < TILE; r++) {
      line[r] = m[((int64_t)(r * TILE + s) * tiles + tile) * columns + column];
    }
    output_line(line, turned);
#pragma unroll
    for (int r = 0; r < STEP; r++) {
      down[r][s] = turned[r];
    }
  }
  int top = tile / tiles_x * STEP, left = tile % tiles_x * STEP;
  float b = bias[column];
#pragma unroll
  for (int r = 0; r < STEP; r++) {
    float across[STEP];
    output_line(down[r], across);
#pragma unroll
    for (int s = 0; s < STEP; s++) {
      if (top + r < height && left + s < width) {
        int64_t at = output.at(top + r, left + s, column);
        output.y[at] = output.epilogue(across[s] + b, at);
      }
    }
  }
}

// ---- element by element

__global__ void gate(const float *x, const float *a, const float *b, int64_t n, float *y) {
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = fmaf(a[i], sigmoid(b[i]), x[i]);
  }
}

__global__ void activate(const float *x, int64_t n, int activation, float *y) {
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = activated(x[i], activation);
  }
}

__global__ void scale(const float *x, int64_t n, int channels, const float *factors, float *y) {
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = x[i] * factors[i % channels];
  }
}

__global__ void concatenate(const float *a, int ca, const float *b, int cb, int64_t n, float *y) {
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    int64_t pixel = i / (ca + cb);
    int c = (int)(i % (ca + cb));
    y[i] = c < ca ? a[pixel * ca + c] : b[pixel * cb + c - ca];
  }
}

// indices: height_out rows, then width_out columns.
__global__ void pick(const float *x, int width, int channels, const int32_t *indices, int height_out, int width_out, float *y) {
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < (int64_t)height_out * width_out * channels) {
    int c = (int)(i % channels);
    int64_t pixel = i / channels;
    int row = indices[pixel / width_out], column = indices[height_out + pixel % width_out];
    y[i] = row < 0 || column < 0 ? 0.0f : x[((int64_t)row * width + column) * channels + c];
  }
}
