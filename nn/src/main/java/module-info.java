/** Tensors, the one list of numeric operations and their scalar definition, layers, checkpoint readers. */
module dev.facet.nn {
  requires static transitive org.jspecify;

  exports dev.facet.nn;
  exports dev.facet.nn.checkpoint;
  exports dev.facet.nn.layers;
  exports dev.facet.nn.onnx;
  exports dev.facet.nn.internal to
      dev.facet.cli,
      dev.facet.codec,
      dev.facet.eval,
      dev.facet.simd,
      dev.facet.vision;

  uses dev.facet.nn.BackendProvider;
}
