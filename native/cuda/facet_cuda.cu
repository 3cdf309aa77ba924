// The host's side: memory, weights, and which kernel runs with which grid. Built by nvcc for devices, and by a C++ compiler with
// -DFACET_ON_CPU for tests without one (CMakeLists.txt has the options that keep the bits).
#include "facet_cuda.h"

#ifdef FACET_ON_CPU
#include "on_cpu.h"
#else
#include <cuda_runtime.h>
#define LAUNCH(kernel, grid, block, stream, ...) kernel<<<grid, block, 0, stream>>>(__VA_ARGS__)
#define LAUNCH_WITH_BARRIERS LAUNCH
#endif

#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels.cuh"

namespace {

thread_local std::string error;

void check(cudaError_t code, const char *what) {
  if (code != cudaSuccess) {
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(code));
  }
}

constexpr size_t STAGING = 4 << 20;  // bytes of page-locked memory that copies go through
constexpr int THREADS = 256;

unsigned blocks(int64_t threads) { return (unsigned)((threads + THREADS - 1) / THREADS); }

int rounded(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

// Columns that one block computes: as many as the weights' rows are padded to.
int column_parts(int columns) { return columns > PART ? 2 : 1; }

}  // namespace

struct facet_device {
  int number = 0;
  cudaStream_t stream = 0;
  std::string description;
  std::mutex mutex;  // of everything below, and so of the order of calls
  std::map<int64_t, std::vector<float *>> free;  // by size
  std::set<float *> all;
  char *staging = nullptr;

  float *take(int64_t n) {
    auto &same = free[n];
    float *memory = nullptr;
    if (!same.empty()) {
      memory = same.back();
      same.pop_back();
    } else if (cudaMalloc((void **)&memory, n * sizeof(float)) != cudaSuccess) {
      cudaGetLastError();
      drop();
      check(cudaMalloc((void **)&memory, n * sizeof(float)), "memory of the device");
    }
    all.insert(memory);
#ifdef FACET_ON_CPU
    memset(memory, 0xff, n * sizeof(float));  // NaN: whoever reads before writing is found out
#endif
    return memory;
  }

  void give(float *memory, int64_t n) { free[n].push_back(memory); }

  void drop() {
    for (auto &same : free) {
      for (float *memory : same.second) {
        all.erase(memory);
        cudaFree(memory);
      }
    }
    free.clear();
  }

  void upload(void *to, const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes; done += STAGING) {
      size_t part = bytes - done < STAGING ? bytes - done : STAGING;
      memcpy(staging, (const char *)from + done, part);
      check(cudaMemcpyAsync((char *)to + done, staging, part, cudaMemcpyHostToDevice, stream), "copy to the device");
      check(cudaStreamSynchronize(stream), "copy to the device");
    }
  }

  void download(void *to, const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes; done += STAGING) {
      size_t part = bytes - done < STAGING ? bytes - done : STAGING;
      check(cudaMemcpyAsync(staging, (const char *)from + done, part, cudaMemcpyDeviceToHost, stream), "copy from the device");
      check(cudaStreamSynchronize(stream), "copy from the device");
      memcpy((char *)to + done, staging, part);
    }
  }

  float *constant(const float *from, int64_t n) {
    float *to = take(n);
    upload(to, from, n * sizeof(float));
    return to;
  }
};

// A matrix of (depth, columns) weights, its rows padded with zeros to whole blocks; as many of them as there are batches.
struct weights {
  float *data = nullptr;
  int stride = 0, columns = 0, depth = 0, batches = 0;

  void upload(facet_device &device, const float *from, int batches, int depth, int columns) {
    this->batches = batches, this->depth = depth, this->columns = columns;
    stride = rounded(columns, column_parts(columns) * PART);
    std::vector<float> padded((size_t)size());
    for (int64_t k = 0; k < (int64_t)batches * depth; k++) {
      memcpy(&padded[k * stride], from + k * columns, columns * sizeof(float));
    }
    data = device.constant(padded.data(), size());
  }

  int64_t size() const { return (int64_t)batches * depth * stride; }

  template <class Rows, class Store>
  void multiply(facet_device &device, int rows, Rows from, Store store) const {
    // two parts of rows unless that leaves processors idle
    bool narrow = column_parts(columns) == 1, few = (int64_t)rows * batches <= 64 * PART;
    dim3 grid((rows + (few ? 1 : 2) * PART - 1) / ((few ? 1 : 2) * PART), stride / (column_parts(columns) * PART), batches);
    int64_t batch = (int64_t)depth * stride;
    if (narrow && few) {
      LAUNCH_WITH_BARRIERS((chains<1, 1, Rows, Store>), grid, dim3(SIDE * SIDE), device.stream, from, data, stride, batch, rows, columns, depth, store);
    } else if (narrow) {
      LAUNCH_WITH_BARRIERS((chains<2, 1, Rows, Store>), grid, dim3(SIDE * SIDE), device.stream, from, data, stride, batch, rows, columns, depth, store);
    } else if (few) {
      LAUNCH_WITH_BARRIERS((chains<1, 2, Rows, Store>), grid, dim3(SIDE * SIDE), device.stream, from, data, stride, batch, rows, columns, depth, store);
    } else {
      LAUNCH_WITH_BARRIERS((chains<2, 2, Rows, Store>), grid, dim3(SIDE * SIDE), device.stream, from, data, stride, batch, rows, columns, depth, store);
    }
    check(cudaGetLastError(), "a kernel");
  }
};

struct facet_convolution {
  facet_convolution_shape shape;
  weights filters;
  float *bias = nullptr;
};

struct facet_gdn {
  weights gamma;
  float *beta = nullptr;
  bool inverse = false;
};

namespace {

// Runs with the device for itself; what goes wrong becomes the message of facet_cuda_error.
template <class Body>
bool guarded(facet_device *device, Body body) {
  try {
    std::lock_guard<std::mutex> lock(device->mutex);
    check(cudaSetDevice(device->number), "the device");
    body();
    return true;
  } catch (const std::exception &e) {
    error = e.what();
    return false;
  }
}

template <class Body>
int queued(facet_device *device, Body body) {
  return guarded(device, [&] {
    body();
    check(cudaGetLastError(), "a kernel");
  }) ? 0 : 1;
}

void convolve_directly(facet_device &device, const facet_convolution &c, const float *x, int height, int width, int count, const Output &output) {
  const auto &s = c.shape;
  ConvolutionStore store{c.bias, output};
  int channels = s.group_channels * s.groups;
  if (s.groups > 1) {
    PixelRows<false> rows{x, height, width, channels, s.kernel_width, s.stride, s.padding, s.dilation, output.grid_width};
    LAUNCH(grouped, dim3(blocks((int64_t)count * s.kernel_channels)), dim3(THREADS), device.stream, rows, c.filters.data, c.filters.stride, s.taps,
           s.group_channels, s.kernel_channels / s.groups, count, s.kernel_channels, store);
  } else if (channels % 4 == 0) {
    c.filters.multiply(device, count, PixelRows<true>{x, height, width, channels, s.kernel_width, s.stride, s.padding, s.dilation, output.grid_width}, store);
  } else {
    c.filters.multiply(device, count, PixelRows<false>{x, height, width, channels, s.kernel_width, s.stride, s.padding, s.dilation, output.grid_width}, store);
  }
}

void convolve_by_tiles(facet_device &device, const facet_convolution &c, const float *x, int height, int width, const Output &output) {
  int channels = c.shape.group_channels, columns = c.shape.kernel_channels;
  int tiles_x = (width + STEP - 1) / STEP, tiles = (height + STEP - 1) / STEP * tiles_x;
  int64_t v_size = (int64_t)POSITIONS * tiles * channels, m_size = (int64_t)POSITIONS * tiles * columns;
  float *v = device.take(v_size), *m = device.take(m_size);
  LAUNCH(winograd_input, dim3(blocks((int64_t)tiles * channels)), dim3(THREADS), device.stream, x, height, width, channels, tiles_x, tiles, v);
  MatrixStore store{m, tiles, columns};
  if (channels % 4 == 0) {
    c.filters.multiply(device, tiles, MatrixRows<true, false>{v, channels}, store);
  } else {
    c.filters.multiply(device, tiles, MatrixRows<false, false>{v, channels}, store);
  }
  LAUNCH(winograd_output, dim3(blocks((int64_t)tiles * columns)), dim3(THREADS), device.stream, m, height, width, columns, tiles_x, tiles, c.bias, output);
  device.give(v, v_size);  // whoever takes it next is behind in the stream
  device.give(m, m_size);
}

}  // namespace

extern "C" {

int facet_cuda_abi(void) { return FACET_CUDA_ABI; }

const char *facet_cuda_error(void) { return error.c_str(); }

facet_device *facet_cuda_open(int number) {
  auto *device = new facet_device;
  device->number = number;
  bool opened = guarded(device, [&] {
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, number), "the device");
    device->description = std::string(properties.name) + ", compute capability " + std::to_string(properties.major) + "." + std::to_string(properties.minor);
    check(cudaStreamCreate(&device->stream), "a stream");
    check(cudaMallocHost((void **)&device->staging, STAGING), "page-locked memory");
  });
  if (!opened) {
    delete device;
    return nullptr;
  }
  return device;
}

const char *facet_cuda_describe(facet_device *device) { return device->description.c_str(); }

void facet_cuda_close(facet_device *device) {
  guarded(device, [&] {
    cudaStreamSynchronize(device->stream);
    for (float *memory : device->all) {
      cudaFree(memory);
    }
    cudaFreeHost(device->staging);
    cudaStreamDestroy(device->stream);
  });
  delete device;
}

float *facet_cuda_take(facet_device *device, int64_t n) {
  float *memory = nullptr;
  guarded(device, [&] { memory = device->take(n); });
  return memory;
}

void facet_cuda_give(facet_device *device, float *memory, int64_t n) {
  guarded(device, [&] { device->give(memory, n); });
}

int facet_cuda_upload(facet_device *device, float *to, const float *from, int64_t n) {
  return guarded(device, [&] { device->upload(to, from, n * sizeof(float)); }) ? 0 : 1;
}

int facet_cuda_download(facet_device *device, float *to, const float *from, int64_t n) {
  return guarded(device, [&] { device->download(to, from, n * sizeof(float)); }) ? 0 : 1;
}

int facet_cuda_wait(facet_device *device) {
  return guarded(device, [&] { check(cudaStreamSynchronize(device->stream), "the device"); }) ? 0 : 1;
}

facet_convolution *facet_cuda_convolution(facet_device *device, const facet_convolution_shape *shape, const float *from, const float *bias) {
  auto *c = new facet_convolution;
  c->shape = *shape;
  bool made = guarded(device, [&] {
    int batches = shape->winograd ? POSITIONS : 1;
    c->filters.upload(*device, from, batches, (shape->winograd ? 1 : shape->taps) * shape->group_channels, shape->kernel_channels);
    c->bias = device->constant(bias, shape->kernel_channels);
  });
  if (!made) {
    delete c;
    return nullptr;
  }
  return c;
}

void facet_cuda_convolution_free(facet_device *device, facet_convolution *c) {
  guarded(device, [&] {
    device->give(c->filters.data, c->filters.size());
    device->give(c->bias, c->shape.kernel_channels);
  });
  delete c;
}

int facet_cuda_convolve(
    facet_device *device, const facet_convolution *c, const float *x, int32_t height, int32_t width, const float *before, int32_t activation,
    const float *after, float *y) {
  return queued(device, [&] {
    const auto &s = c->shape;
    int grid_height = (height + 2 * s.padding - s.dilation * (s.kernel_height - 1) - 1) / s.stride + 1;
    int grid_width = (width + 2 * s.padding - s.dilation * (s.kernel_width - 1) - 1) / s.stride + 1;
    Output output{y, grid_width, s.subpixel, s.kernel_channels / (s.subpixel * s.subpixel), {before, activation, after}};
    if (s.winograd) {
      convolve_by_tiles(*device, *c, x, height, width, output);
    } else {
      convolve_directly(*device, *c, x, height, width, grid_height * grid_width, output);
    }
  });
}

facet_gdn *facet_cuda_gdn(facet_device *device, int32_t channels, const float *beta, const float *gamma, int32_t inverse) {
  auto *g = new facet_gdn;
  g->inverse = inverse != 0;
  bool made = guarded(device, [&] {
    g->gamma.upload(*device, gamma, 1, channels, channels);
    g->beta = device->constant(beta, channels);
  });
  if (!made) {
    delete g;
    return nullptr;
  }
  return g;
}

void facet_cuda_gdn_free(facet_device *device, facet_gdn *g) {
  guarded(device, [&] {
    device->give(g->gamma.data, g->gamma.size());
    device->give(g->beta, g->gamma.columns);
  });
  delete g;
}

int facet_cuda_normalize(facet_device *device, const facet_gdn *g, const float *x, int32_t pixels, const float *residual, float *y) {
  return queued(device, [&] {
    int channels = g->gamma.columns;
    GdnStore store{g->beta, x, residual, y, channels, g->inverse};
    if (channels % 4 == 0) {
      g->gamma.multiply(*device, pixels, MatrixRows<true, true>{x, channels}, store);
    } else {
      g->gamma.multiply(*device, pixels, MatrixRows<false, true>{x, channels}, store);
    }
  });
}

int facet_cuda_gate(facet_device *device, const float *x, const float *a, const float *b, int64_t n, float *y) {
  return queued(device, [&] { LAUNCH(gate, dim3(blocks(n)), dim3(THREADS), device->stream, x, a, b, n, y); });
}

int facet_cuda_activate(facet_device *device, const float *x, int64_t n, int32_t activation, float *y) {
  return queued(device, [&] { LAUNCH(activate, dim3(blocks(n)), dim3(THREADS), device->stream, x, n, activation, y); });
}

int facet_cuda_scale(facet_device *device, const float *x, int64_t pixels, int32_t channels, const float *factors, float *y) {
  return queued(device, [&] {
    float *known = device->constant(factors, channels);
    LAUNCH(scale, dim3(blocks(pixels * channels)), dim3(THREADS), device->stream, x, pixels * channels, channels, known, y);
    device->give(known, channels);
  });
}

int facet_cuda_concat(facet_device *device, const float *a, int32_t ca, const float *b, int32_t cb, int64_t pixels, float *y) {
  return queued(device, [&] {
    LAUNCH(concatenate, dim3(blocks(pixels * (ca + cb))), dim3(THREADS), device->stream, a, ca, b, cb, pixels * (ca + cb), y);
  });
}

int facet_cuda_pick(
    facet_device *device, const float *x, int32_t width, int32_t channels, const int32_t *rows, int32_t height_out, const int32_t *columns,
    int32_t width_out, float *y) {
  return queued(device, [&] {
    std::vector<int32_t> indices(rows, rows + height_out);
    indices.insert(indices.end(), columns, columns + width_out);
    float *known = device->take((int64_t)indices.size());  // of the same size as floats
    device->upload(known, indices.data(), indices.size() * sizeof(int32_t));
    LAUNCH(pick, dim3(blocks((int64_t)height_out * width_out * channels)), dim3(THREADS), device->stream, x, width, channels, (const int32_t *)known,
           height_out, width_out, y);
    device->give(known, (int64_t)indices.size());
  });
}

}  // extern "C"
