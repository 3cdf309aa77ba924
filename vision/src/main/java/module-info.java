/** Vision networks and detection geometry on the same backend. */
module dev.facet.vision {
  requires transitive dev.facet.nn;
  requires transitive java.desktop;
  requires static org.jspecify;

  exports dev.facet.vision;
  exports dev.facet.vision.backbone;
  exports dev.facet.vision.classification;
  exports dev.facet.vision.detection;
  exports dev.facet.vision.image;
}
