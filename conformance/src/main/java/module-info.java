/** Conformance vectors, and the verifier that runs them on any JVM. */
module dev.facet.conformance {
  requires transitive dev.facet.codec;
  requires static org.jspecify;

  exports dev.facet.conformance;
}
