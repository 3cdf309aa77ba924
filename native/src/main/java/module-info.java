/**
 * Video codecs that the user has installed, through the foreign function interface or as programs: the only module with native access.
 * Nothing needs it; it is found by service binding, and does without native access where that is denied.
 */
module dev.facet.ffi {
  requires dev.facet.codec;
  requires static org.jspecify;

  provides dev.facet.codec.video.VideoCodecProvider with
      dev.facet.ffi.HevcProvider,
      dev.facet.ffi.VvcProvider;
}
