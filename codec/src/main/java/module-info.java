/** Feature pyramids, model packs, the Facet stream, and one package for each codec. */
module dev.facet.codec {
  requires transitive dev.facet.nn;
  requires transitive dev.facet.entropy;
  requires static org.jspecify;

  exports dev.facet.codec;
  // random models, of which their tests make packs
  exports dev.facet.codec.internal to
      dev.facet.cli,
      dev.facet.conformance,
      dev.facet.eval;
  exports dev.facet.codec.anchor;
  exports dev.facet.codec.lmsfc;
  exports dev.facet.codec.logquant;
  exports dev.facet.codec.pca;
  exports dev.facet.codec.stream;
  exports dev.facet.codec.video;

  // conventional video codecs: modules that the core does not need
  uses dev.facet.codec.video.VideoCodecProvider;
}
