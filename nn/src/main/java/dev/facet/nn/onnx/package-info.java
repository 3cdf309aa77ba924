/** Networks as ONNX graphs: {@link dev.facet.nn.onnx.OnnxRecorder} watches one run, {@link dev.facet.nn.onnx.OnnxGraph} is what it saw. */
@NullMarked
package dev.facet.nn.onnx;

import org.jspecify.annotations.NullMarked;
