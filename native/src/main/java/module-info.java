/**
 * What is not Java: the numeric operations on a CUDA device, and video codecs that the user has installed, through the foreign function
 * interface or as programs. The only module with native access. Nothing needs it; it is found by service binding, and does without native
 * access where that is denied.
 */
module dev.facet.ffi {
  requires dev.facet.codec;
  requires dev.facet.nn;
  requires static org.jspecify;

  provides dev.facet.nn.BackendProvider with
      dev.facet.ffi.cuda.CudaBackend.Provider;
  provides dev.facet.codec.video.VideoCodecProvider with
      dev.facet.ffi.HevcProvider,
      dev.facet.ffi.VvcProvider;
}
