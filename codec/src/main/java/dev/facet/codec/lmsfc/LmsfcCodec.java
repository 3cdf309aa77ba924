package dev.facet.codec.lmsfc;

import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelStreamCodec;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.entropy.CorruptStreamException;
import dev.facet.entropy.HyperLatentModel;
import dev.facet.entropy.JointAutoregressive;
import dev.facet.entropy.LatentModel;
import dev.facet.entropy.MeanScaleHyperprior;
import dev.facet.entropy.QuantizedLatent;
import dev.facet.entropy.RansDecoder;
import dev.facet.entropy.RansEncoder;
import dev.facet.entropy.RansLayout;
import dev.facet.entropy.SymbolOrder;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * L-MSFC (Kim et al. 2023), with and without context model, and its variable-rate form {@code lmsfc-gain}:
 *
 * <pre>
 * p2..p5 - pad - g_a - y - gain - round(y - mean) - symbols of y
 *                            \- h_a - z - round - symbols of z - h_s - scales and means (+ context model)
 * symbols - y_hat - inverse gain - g_s - crop - p2..p5
 * </pre>
 */
public final class LmsfcCodec extends ModelStreamCodec {
  private final Backend backend;
  private final boolean ownsBackend;
  private final LmsfcNetworks networks;
  private final EntropyModels entropyModels;
  private final HyperLatentModel hyperLatents;
  private final LatentModel latents;
  private final @Nullable Gains gains;
  private final StreamIdentity identity;
  private final WorkingMemory memory;

  /**
   * Reads the networks of a pack.
   *
   * @param ownsBackend whether {@link #close} closes the backend
   * @throws IOException if weights are missing, misshapen or not finite, do not fit the pack's configuration, or have
   *     another digest than the pack states
   */
  public LmsfcCodec(ModelPack pack, Backend backend, boolean ownsBackend, StreamLimits limits)
      throws IOException {
    super(pack, limits);
    this.backend = backend;
    this.ownsBackend = ownsBackend;
    Weights weights = new Weights(backend, pack.weights());
    entropyModels = new EntropyModels(pack.weights(), pack.config().gaussianTables());
    // hashing all weights takes about as long as reading the networks
    CompletableFuture<byte[]> digest = CompletableFuture.supplyAsync(() -> digest(pack));
    networks = LmsfcNetworks.read(weights);
    gains = Gains.read(pack.weights(), pack.config().qualities(), networks.latentChannels());
    LmsfcNetworks.Context context = networks.context();
    require(weights, pack, context != null);
    hyperLatents = new HyperLatentModel(entropyModels.entropyBottleneck());
    latents =
        context == null
            ? new MeanScaleHyperprior(entropyModels.gaussianConditional())
            : new JointAutoregressive(
                context.model(), context.parameters(), entropyModels.gaussianConditional());
    memory =
        new WorkingMemory(
            networks.featureChannels(),
            networks.ga().hiddenChannels(),
            pack.weights().tensors().stream().mapToLong(CheckpointTensor::elements).sum());
    identity = new StreamIdentity(pack.kind(), Backend.NUMERIC_PROFILE, result(digest));
    pack.weights().unload(); // the networks have what they need
  }

  private byte[] digest(ModelPack pack) {
    try {
      return pack.digest(entropyModels.tensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] result(CompletableFuture<byte[]> digest) throws IOException {
    try {
      return digest.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  private void require(Weights weights, ModelPack pack, boolean context)
      throws CheckpointException {
    weights.require(
        networks.featureChannels() == pack.config().features()
            && networks.latentChannels() == pack.config().latent()
            && networks.ga().hiddenChannels() == pack.config().hidden()
            && context == pack.config().context(),
        "the weights are of F = %d, M = %d, %d hidden, context %s; the pack says %s",
        networks.featureChannels(),
        networks.latentChannels(),
        networks.ga().hiddenChannels(),
        context,
        pack.config());
    weights.require(
        entropyModels.entropyBottleneck().channels() == networks.hyperChannels(),
        "entropy_bottleneck has %d channels, z has %d",
        entropyModels.entropyBottleneck().channels(),
        networks.hyperChannels());
    weights.require(
        gains != null || pack.config().qualities() == 1,
        "%d qualities, but no gain vectors",
        pack.config().qualities());
  }

  @Override
  public StreamIdentity identity() {
    return identity;
  }

  @Override
  public List<CheckpointTensor> entropyTables() {
    return entropyModels.tensors();
  }

  /** The networks, for tests and reports. */
  public LmsfcNetworks networks() {
    return networks;
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    Coded coded = quantize(pyramid, quality);
    RansEncoder out = new RansEncoder();
    try {
      hyperLatents.encode(coded.z, SymbolOrder.FACET, out);
      latents.encode(coded.y, SymbolOrder.FACET, out);
    } catch (IllegalArgumentException e) {
      throw tooFarOutside(e);
    }
    return out.finish(RansLayout.COMPACT);
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    return restore(
        decodeSymbols(frame).y.yHat(), new Quality(frame.qualitySteps()), frame.shapes());
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) throws StreamException {
    Coded coded = decodeSymbols(frame);
    Map<String, Double> bits = new LinkedHashMap<>();
    bits.put("z", hyperLatents.bits(coded.z));
    bits.put("y", latents.bits(coded.y));
    return bits;
  }

  @Override
  public ReferenceFile encodeReference(FeaturePyramid pyramid, Quality quality)
      throws FeatureException {
    requireCodable(pyramid, quality);
    List<LevelShape> shapes = pyramid.shapes();
    if (!shapes.equals(LevelShape.halves(shapes.getFirst(), shapes.size()))) {
      throw new FeatureException(
          String.format(
              Locale.ROOT,
              "levels of %s: the reference format cannot say sizes other than ceil halves; use the facet format",
              shapes));
    }
    Coded coded = quantize(pyramid, quality);
    RansEncoder y = new RansEncoder();
    RansEncoder z = new RansEncoder();
    try {
      latents.encode(coded.y, SymbolOrder.REFERENCE, y);
      hyperLatents.encode(coded.z, SymbolOrder.REFERENCE, z);
    } catch (IllegalArgumentException e) {
      throw tooFarOutside(e);
    }
    return new ReferenceFile(shapes.getFirst(), y.finish(), z.finish());
  }

  @Override
  public FeaturePyramid decodeReference(ReferenceFile file, Quality quality)
      throws StreamException {
    quality.requireIn(pack().config());
    if (file.p2().pixels() > limits().maxPixels()) {
      throw new StreamException.LimitExceeded(
          0,
          "p2 size",
          String.format(
              Locale.ROOT, "%s positions, the limit is %d", file.p2(), limits().maxPixels()));
    }
    requireMemory(file.p2(), "p2 size");
    List<LevelShape> shapes = LevelShape.halves(file.p2(), PyramidPadding.LEVELS);
    PyramidPadding padding = new PyramidPadding(file.p2().height(), file.p2().width());
    try {
      RansDecoder zIn = new RansDecoder(file.z());
      QuantizedLatent z =
          hyperLatents.decode(
              padding.hyperHeight(), padding.hyperWidth(), SymbolOrder.REFERENCE, zIn);
      zIn.finish();
      RansDecoder yIn = new RansDecoder(file.y());
      QuantizedLatent y = latents.decode(networks.hs().apply(z.yHat()), SymbolOrder.REFERENCE, yIn);
      yIn.finish();
      return restore(y.yHat(), quality, shapes);
    } catch (CorruptStreamException e) {
      throw corrupt(e);
    }
  }

  @Override
  public void close() {
    if (ownsBackend) {
      backend.close();
    }
  }

  /** Both latents of a pyramid, quantized. */
  Coded quantize(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    Optional<String> shortage = memory.shortageToEncode(pyramid.shapes().getFirst());
    if (shortage.isPresent()) {
      throw new FeatureException(shortage.get());
    }
    PyramidPadding padding =
        new PyramidPadding(pyramid.level(0).height(), pyramid.level(0).width());
    List<Tensor> padded = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      try {
        padded.add(padding.pad(backend, i, pyramid.level(i)));
      } catch (IllegalArgumentException e) {
        throw new FeatureException(String.valueOf(e.getMessage()));
      }
    }
    Tensor y = networks.ga().apply(padded);
    for (int i = 0; i < padded.size(); i++) {
      if (padded.get(i) != pyramid.level(i)) {
        padded.get(i).close();
      }
    }
    if (gains != null) {
      y = backend.scaleChannels(y, gains.gain(quality));
    }
    try {
      QuantizedLatent z = hyperLatents.quantize(networks.ha().apply(y));
      return new Coded(z, latents.quantize(y, networks.hs().apply(z.yHat())));
    } catch (IllegalArgumentException e) {
      throw tooFarOutside(e);
    }
  }

  private static FeatureException tooFarOutside(IllegalArgumentException e) {
    return new FeatureException(
        "the features lie too far outside what the model was trained on: " + e.getMessage());
  }

  /** Features of a dequantized latent, cropped to their true sizes. */
  FeaturePyramid restore(Tensor yHat, Quality quality, List<LevelShape> shapes)
      throws StreamException {
    Tensor scaled = gains == null ? yHat : backend.scaleChannels(yHat, gains.inverse(quality));
    List<Tensor> levels = new ArrayList<>(networks.gs().apply(scaled));
    PyramidPadding padding =
        new PyramidPadding(shapes.getFirst().height(), shapes.getFirst().width());
    for (int i = 0; i < levels.size(); i++) {
      LevelShape shape = shapes.get(i);
      Tensor level = levels.get(i);
      Tensor cropped = padding.crop(backend, i, level, shape.height(), shape.width());
      if (cropped != level) {
        level.close();
      }
      levels.set(i, cropped);
    }
    try {
      return FeaturePyramid.of(levels).requireFinite();
    } catch (FeatureException e) {
      throw new StreamException.Corrupt(0, "payload", "no encoder's: decoded, " + e.getMessage());
    }
  }

  private void requireMemory(LevelShape p2, String field) throws StreamException {
    Optional<String> shortage = memory.shortageToDecode(p2);
    if (shortage.isPresent()) {
      throw new StreamException.LimitExceeded(0, field, shortage.get());
    }
  }

  private Coded decodeSymbols(StreamFrame frame) throws StreamException {
    LevelShape p2 = frame.shapes().getFirst();
    requireMemory(p2, "shapes");
    PyramidPadding padding = new PyramidPadding(p2.height(), p2.width());
    for (int i = 0; i < frame.shapes().size(); i++) {
      LevelShape shape = frame.shapes().get(i);
      if (shape.height() > padding.paddedHeight(i) || shape.width() > padding.paddedWidth(i)) {
        throw new StreamException.Corrupt(
            0,
            "shapes",
            String.format(Locale.ROOT, "level %d of %s beside a p2 of %s", i + 2, shape, p2));
      }
    }
    byte[] payload = frame.payload();
    try {
      RansDecoder in = new RansDecoder(payload, 0, payload.length, RansLayout.COMPACT);
      QuantizedLatent z =
          hyperLatents.decode(padding.hyperHeight(), padding.hyperWidth(), SymbolOrder.FACET, in);
      QuantizedLatent y = latents.decode(networks.hs().apply(z.yHat()), SymbolOrder.FACET, in);
      in.finish();
      return new Coded(z, y);
    } catch (CorruptStreamException e) {
      throw corrupt(e);
    }
  }

  private static StreamException corrupt(CorruptStreamException e) {
    return new StreamException.Corrupt(e.offset(), "payload", String.valueOf(e.getMessage()));
  }

  /** Both latents of one image. */
  record Coded(QuantizedLatent z, QuantizedLatent y) {}
}
