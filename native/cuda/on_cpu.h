// Runs the kernels without a device: what of CUDA the kernels use, on the host. For tests, not for speed.
//
// The threads of a block are fibers of one host thread, which change at __syncthreads(). Between two barriers they run in a random
// order, so that a barrier that is missing shows as wrong bits sooner or later. Blocks run one after the other.
#pragma once

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#define __global__ static
#define __device__
#define __host__
#define __forceinline__ inline
#define __shared__ static thread_local
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
#define __restrict__

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
struct alignas(16) float4 {
  float x, y, z, w;
};
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline float __int_as_float(int bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
static inline int min(int a, int b) { return a < b ? a : b; }

static thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace on_cpu {

constexpr size_t STACK = 64 << 10;

// The fibers of one block at a time.
class Block {
 public:
  void run(unsigned threads, const std::function<void()> &kernel) {
    while (fibers.size() < threads) {
      fibers.push_back(std::make_unique<Fiber>());
    }
    body = &kernel;
    order.resize(threads);
    for (unsigned t = 0; t < threads; t++) {
      order[t] = t;
      start(*fibers[t]);
    }
    for (unsigned left = threads; left > 0;) {
      shuffle();
      unsigned ended = 0;
      for (unsigned t : order) {
        if (resume(t)) {
          ended++;
        }
      }
      if (ended != 0 && ended != left) {
        fprintf(stderr, "facet_cuda: %u of %u threads of a block ended at a barrier of the others\n", ended, left);
        abort();
      }
      left -= ended;
    }
  }

  void barrier() {
    if (_setjmp(fibers[current]->here) == 0) {
      _longjmp(scheduler, 1);
    }
  }

 private:
  struct Fiber {
    std::unique_ptr<char[]> stack{new char[STACK]};
    ucontext_t context;
    jmp_buf here;
    bool started, ended;
  };

  static void entry() {
    Block &block = mine();
    (*block.body)();
    block.fibers[block.current]->ended = true;
    _longjmp(block.scheduler, 1);
  }

  void start(Fiber &f) {
    f.started = f.ended = false;
    getcontext(&f.context);
    f.context.uc_stack.ss_sp = f.stack.get();
    f.context.uc_stack.ss_size = STACK;
    f.context.uc_link = nullptr;
    makecontext(&f.context, entry, 0);
  }

  bool resume(unsigned t) {
    Fiber &f = *fibers[t];
    current = t;
    threadIdx = dim3(t % blockDim.x, t / blockDim.x % blockDim.y, t / (blockDim.x * blockDim.y));
    if (_setjmp(scheduler) == 0) {
      if (f.started) {
        _longjmp(f.here, 1);
      }
      f.started = true;
      setcontext(&f.context);
    }
    return f.ended;
  }

  void shuffle() {
    for (size_t i = order.size() - 1; i > 0; i--) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      std::swap(order[i], order[(seed >> 33) % (i + 1)]);
    }
  }

  std::vector<std::unique_ptr<Fiber>> fibers;
  std::vector<unsigned> order;
  const std::function<void()> *body = nullptr;
  jmp_buf scheduler;
  unsigned current = 0;
  unsigned long long seed = 1;

 public:
  static Block &mine() {
    static thread_local Block block;
    return block;
  }
};

// barriers: whether the kernel has any; without, threads are a plain loop.
inline void launch(dim3 grid, dim3 block, bool barriers, const std::function<void()> &kernel) {
  gridDim = grid;
  blockDim = block;
  unsigned threads = block.x * block.y * block.z;
  for (unsigned z = 0; z < grid.z; z++) {
    for (unsigned y = 0; y < grid.y; y++) {
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = dim3(x, y, z);
        if (barriers) {
          Block::mine().run(threads, kernel);
          continue;
        }
        for (unsigned t = 0; t < threads; t++) {
          threadIdx = dim3(t % block.x, t / block.x % block.y, t / (block.x * block.y));
          kernel();
        }
      }
    }
  }
}

}  // namespace on_cpu

static inline void __syncthreads() { on_cpu::Block::mine().barrier(); }

// What of the run-time library the host code uses. Everything is done when a call returns.
typedef int cudaError_t;
typedef int cudaStream_t;
struct cudaDeviceProp {
  char name[32];
  int major, minor;
};
enum { cudaSuccess = 0, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };

static inline const char *cudaGetErrorString(cudaError_t) { return "out of memory"; }
static inline cudaError_t cudaGetLastError() { return cudaSuccess; }
static inline cudaError_t cudaSetDevice(int) { return cudaSuccess; }
static inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int) {
  *p = {"the host, for tests", 0, 0};
  return cudaSuccess;
}
static inline cudaError_t cudaStreamCreate(cudaStream_t *) { return cudaSuccess; }
static inline cudaError_t cudaStreamDestroy(cudaStream_t) { return cudaSuccess; }
static inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
static inline cudaError_t cudaMalloc(void **p, size_t n) {
  *p = aligned_alloc(256, (n + 255) / 256 * 256);
  return *p ? cudaSuccess : 1;
}
static inline cudaError_t cudaFree(void *p) {
  free(p);
  return cudaSuccess;
}
static inline cudaError_t cudaMallocHost(void **p, size_t n) { return cudaMalloc(p, n); }
static inline cudaError_t cudaFreeHost(void *p) { return cudaFree(p); }
static inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t n, int, cudaStream_t) {
  memcpy(to, from, n);
  return cudaSuccess;
}

#define LAUNCH(kernel, grid, block, stream, ...) on_cpu::launch(grid, block, false, [&] { kernel(__VA_ARGS__); })
#define LAUNCH_WITH_BARRIERS(kernel, grid, block, stream, ...) on_cpu::launch(grid, block, true, [&] { kernel(__VA_ARGS__); })
