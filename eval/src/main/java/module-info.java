/** Data sets, generated scenes, measures and reports: what it takes to say how good a codec is for a task. */
module dev.facet.eval {
  requires transitive dev.facet.codec;
  requires transitive dev.facet.vision;
  requires java.desktop;
  requires tools.jackson.databind;
  requires static org.jspecify;
}
