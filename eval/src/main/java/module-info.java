/** Data sets, generated scenes, measures and reports: what it takes to say how good a codec is for a task. */
module dev.facet.eval {
  requires transitive dev.facet.codec;
  requires transitive dev.facet.vision;
  requires java.desktop;
  requires jai.imageio.jpeg2000;
  // linear algebra; its jars have no module name of their own but the file's
  requires ejml.core;
  requires ejml.ddense;
  requires tools.jackson.databind;
  requires static org.jspecify;

  exports dev.facet.eval.dataset;
  exports dev.facet.eval.distortion;
  exports dev.facet.eval.experiment;
  exports dev.facet.eval.metric;
  exports dev.facet.eval.report;
  exports dev.facet.eval.scenes;

  provides dev.facet.codec.video.VideoCodecProvider with
      dev.facet.eval.jpeg2000.Jpeg2000Provider;

  // its records are read and written as JSON
  opens dev.facet.eval.experiment to
      tools.jackson.databind;
}
