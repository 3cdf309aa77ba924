/** The command line. */
module dev.facet.cli {
  requires dev.facet.codec;
  requires dev.facet.conformance;
  requires dev.facet.eval;
  requires dev.facet.vision;
  requires info.picocli;
  requires tools.jackson.databind;
  requires static org.jspecify;

  opens dev.facet.cli to
      info.picocli;
}
