/** The command line. */
module dev.facet.cli {
  requires dev.facet.codec;
  requires info.picocli;
  requires tools.jackson.databind;
  requires static org.jspecify;

  opens dev.facet.cli to
      info.picocli;
}
