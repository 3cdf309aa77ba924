/** The numeric operations on a CUDA device: bindings of {@code native/cuda/facet_cuda.h} and the backend on them. */
@NullMarked
package dev.facet.ffi.cuda;

import org.jspecify.annotations.NullMarked;
