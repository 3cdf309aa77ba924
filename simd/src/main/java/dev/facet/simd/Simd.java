package dev.facet.simd;

import dev.facet.nn.Elementary;
import dev.facet.nn.Fma;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape and the pointwise functions on vectors, each the lanewise repetition of its scalar definition. The
 * species must be static final constants: passed as parameters they cost a factor of up to 65 (no inlining of the vector
 * box).
 */
final class Simd {
  /** The width of {@link VectorWidth}; half of it where there is no fma instruction ({@link SoftFma}). */
  static final VectorSpecies<Float> F =
      Fma.HARDWARE ? VectorSpecies.of(float.class, VectorWidth.shape()) : SoftFma.F;

  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

  static final int LANES = F.length();

  private Simd() {}

  /** a * b + c on every lane, rounded once. */
  static FloatVector fma(FloatVector a, FloatVector b, FloatVector c) {
    return Fma.HARDWARE ? a.fma(b, c) : SoftFma.fma(a, b, c);
  }

  /** {@link Elementary#exp} on every lane. */
  static FloatVector exp(FloatVector x) {
    FloatVector t = x.blend(-Elementary.EXP_LIMIT, x.lt(-Elementary.EXP_LIMIT));
    t = t.blend(Elementary.EXP_LIMIT, t.compare(VectorOperators.GT, Elementary.EXP_LIMIT));
    FloatVector n = fma(t, splat(Elementary.LOG2_E), splat(Elementary.ROUND)).sub(Elementary.ROUND);
    FloatVector r = fma(n, splat(-Elementary.LN2_HIGH), t);
    r = fma(n, splat(-Elementary.LN2_LOW), r);
    FloatVector p = fma(splat(Elementary.E5), r, splat(Elementary.E4));
    p = fma(p, r, splat(Elementary.E3));
    p = fma(p, r, splat(Elementary.E2));
    p = fma(p, r, splat(Elementary.E1));
    p = fma(p, r, splat(Elementary.E0));
    FloatVector e = fma(p, r.mul(r), r).add(1f);
    IntVector power = (IntVector) n.convertShape(VectorOperators.F2I, I, 0);
    return e.mul(power.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  /** {@link Elementary#sigmoid} on every lane. */
  static FloatVector sigmoid(FloatVector x) {
    return splat(1f).div(exp(x.neg()).add(1f));
  }

  private static FloatVector splat(float v) {
    return FloatVector.broadcast(F, v);
  }
}
