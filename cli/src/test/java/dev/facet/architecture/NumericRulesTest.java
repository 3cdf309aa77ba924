package dev.facet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import de.thetaphi.forbiddenapis.Checker;
import de.thetaphi.forbiddenapis.Logger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that guard the bits (docs/numerics.md) fire: each is shown a class that breaks it. */
class NumericRulesTest {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final ClassDesc FLOATS = ClassDesc.of("jdk.incubator.vector.FloatVector");
  private static final ClassDesc OPERATORS = ClassDesc.of("jdk.incubator.vector.VectorOperators");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"exp", "log", "log10", "sin", "cos", "tan", "tanh", "cbrt", "expm1"})
  void mathIsRefused(String function) throws Exception {
    assertThat(refused(code -> callMath(code, function, 1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pow", "atan2", "hypot"})
  void mathOfTwoArgumentsIsRefused(String function) throws Exception {
    assertThat(refused(code -> callMath(code, function, 2))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqrt", "rint", "floor"})
  void exactMathIsNot(String function) throws Exception {
    assertThat(refused(code -> callMath(code, function, 1))).isFalse();
  }

  /** A module is held to the list unless its pom opts out. */
  @ParameterizedTest
  @ValueSource(strings = {"nn", "simd", "entropy", "codec"})
  void theListAppliesToEveryModuleOfTheCodingPath(String module) throws IOException {
    assertThat(Files.readString(root().resolve("pom.xml")))
        .contains("<forbidden.numerics>numerics</forbidden.numerics>");
    assertThat(Files.readString(root().resolve(module).resolve("pom.xml")))
        .doesNotContain("forbidden.numerics", "forbiddenapis.skip");
  }

  static Stream<String> platformOperators() {
    return ArchitectureTest.PLATFORM_OPERATORS.stream();
  }

  @ParameterizedTest
  @MethodSource("platformOperators")
  void platformOperatorIsRefused(String operator) throws IOException {
    assertThat(violates(ArchitectureTest.SAME_BITS_AT_EVERY_WIDTH, code -> read(code, operator)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reduceLanes", "reduceLanesToLong", "pow"})
  void floatReductionIsRefused(String method) throws IOException {
    assertThat(violates(ArchitectureTest.SAME_BITS_AT_EVERY_WIDTH, code -> callLanes(code, method)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADD", "XOR", "F2D"})
  void exactOperatorIsNot(String operator) throws IOException {
    assertThat(violates(ArchitectureTest.SAME_BITS_AT_EVERY_WIDTH, code -> read(code, operator)))
        .isFalse();
    assertThat(violates(ArchitectureTest.FMA_HAS_ONE_PLACE, code -> read(code, operator)))
        .isFalse();
  }

  static Stream<Consumer<CodeBuilder>> waysToFma() {
    return Stream.of(
        code -> callMath(code, "fma", 3),
        code -> callLanes(code, "fma"),
        code -> read(code, "FMA"));
  }

  @ParameterizedTest
  @MethodSource("waysToFma")
  void fmaElsewhereIsRefused(Consumer<CodeBuilder> body) throws IOException {
    assertThat(violates(ArchitectureTest.FMA_HAS_ONE_PLACE, body)).isTrue();
  }

  private static void callMath(CodeBuilder code, String function, int arguments) {
    for (int i = 0; i < arguments; i++) {
      code.dconst_1();
    }
    ClassDesc[] doubles = new ClassDesc[arguments];
    Arrays.fill(doubles, ConstantDescs.CD_double);
    code.invokestatic(MATH, function, MethodTypeDesc.of(ConstantDescs.CD_double, doubles)).pop2();
  }

  /** The rules go by name: no operands are needed, as the class is never run. */
  private static void callLanes(CodeBuilder code, String method) {
    code.aconst_null()
        .checkcast(FLOATS)
        .invokevirtual(FLOATS, method, MethodTypeDesc.of(ConstantDescs.CD_void));
  }

  private static void read(CodeBuilder code, String operator) {
    code.getstatic(OPERATORS, operator, OPERATORS).pop();
  }

  private static byte[] classThatDoes(Consumer<CodeBuilder> body) {
    return ClassFile.of()
        .build(
            ClassDesc.of("dev.facet.simd.Offender"),
            type ->
                type.withMethodBody(
                    "offend",
                    MethodTypeDesc.of(ConstantDescs.CD_void),
                    ClassFile.ACC_STATIC,
                    code -> {
                      body.accept(code);
                      code.return_();
                    }));
  }

  private boolean violates(ArchRule rule, Consumer<CodeBuilder> body) throws IOException {
    Files.write(folder.resolve("Offender.class"), classThatDoes(body));
    JavaClasses offender = new ClassFileImporter().importPath(folder);
    assertThat(offender).hasSize(1);
    return rule.evaluate(offender).hasViolation();
  }

  /** By the list of the build, config/forbidden/numerics.txt. */
  private static boolean refused(Consumer<CodeBuilder> body) throws Exception {
    Checker checker = new Checker(new Silent(), NumericRulesTest.class.getClassLoader());
    checker.parseSignaturesFile(root().resolve("config/forbidden/numerics.txt").toFile());
    checker.streamReadClassToCheck(new ByteArrayInputStream(classThatDoes(body)), "Offender.class");
    return checker.runWithResults().stream().anyMatch(result -> !result.getViolations().isEmpty());
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("config/forbidden"))) {
      at = at.getParent();
    }
    return at;
  }

  private static final class Silent implements Logger {
    @Override
    public void error(String message) {}

    @Override
    public void warn(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void debug(String message) {}
  }
}
