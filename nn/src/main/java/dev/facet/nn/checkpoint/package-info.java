/**
 * Readers and writers for trained weights and feature tensors: safetensors, PyTorch {@code .pth}
 * (zip and legacy), NumPy {@code .npy} and {@code .npz}.
 *
 * <p>All of them treat the file as untrusted. Sizes, counts and offsets are checked where they are
 * read, against what is left of the file and against {@link dev.facet.nn.checkpoint.Limits}, before
 * anything is allocated; every fault is a {@link dev.facet.nn.checkpoint.CheckpointException}.
 * Nothing that a file names is ever instantiated or called.
 */
@NullMarked
package dev.facet.nn.checkpoint;

import org.jspecify.annotations.NullMarked;
