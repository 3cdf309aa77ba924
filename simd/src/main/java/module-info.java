/** The Vector API backend: the only module that uses the incubating vector module. */
module dev.facet.simd {
  requires transitive dev.facet.nn;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  provides dev.facet.nn.BackendProvider with
      dev.facet.simd.SimdBackendProvider;
}
