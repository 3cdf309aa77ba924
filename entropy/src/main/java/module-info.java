/** rANS coding, CDF tables, entropy models: factorized prior, Gaussian conditional, hyperprior, context model. */
module dev.facet.entropy {
  requires transitive dev.facet.nn;
  requires static org.jspecify;

  exports dev.facet.entropy;
}
