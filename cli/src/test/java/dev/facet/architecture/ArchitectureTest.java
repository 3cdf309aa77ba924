package dev.facet.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house that the compiler does not see: who may depend on whom, where the incubating and the restricted APIs may
 * be used, what a module may export. Looks at the compiled classes of every module, not only those that cli depends on.
 */
class ArchitectureTest {

  /** Modules that run on java.base alone (and simd on the vector module). */
  private static final Set<String> BARE =
      Set.of(
          "dev.facet.nn",
          "dev.facet.simd",
          "dev.facet.entropy",
          "dev.facet.codec",
          "dev.facet.ffi",
          "dev.facet.conformance");

  private static final Map<String, Path> MODULES = new LinkedHashMap<>();
  private static final List<ModuleDescriptor> DESCRIPTORS = new ArrayList<>();
  private static JavaClasses classes;

  /** Finds the classes folder of every module beside this one: target/classes, or target/quick/classes in a quick build. */
  @BeforeAll
  static void importEveryModule() throws IOException, URISyntaxException {
    Path testClasses =
        Path.of(ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    // in a module the tests are patched into the main classes: either folder's parent is the build
    // folder
    Path buildFolder = testClasses.getParent();
    Path cli = buildFolder;
    while (!Files.exists(cli.resolve("pom.xml"))) {
      cli = cli.getParent();
    }
    Path target = cli.relativize(buildFolder);
    try (Stream<Path> folders = Files.list(cli.getParent())) {
      for (Path module : folders.sorted().toList()) {
        if (Files.exists(module.resolve("src/main/java/module-info.java"))) {
          Path output = module.resolve(target).resolve("classes");
          assertThat(output.resolve("module-info.class"))
              .as(
                  "module %s has sources but no classes; build all modules: ./mvnw verify",
                  module.getFileName())
              .exists();
          MODULES.put(module.getFileName().toString(), output);
        }
      }
    }
    MODULES.values().forEach(output -> DESCRIPTORS.add(descriptor(output)));
    classes = new ClassFileImporter().importPaths(MODULES.values());
  }

  private static ModuleDescriptor descriptor(Path output) {
    try (InputStream in = Files.newInputStream(output.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyModuleIsSeen() {
    assertThat(MODULES)
        .containsKeys(
            "nn", "simd", "entropy", "codec", "native", "conformance", "vision", "eval", "cli");
    assertThat(classes.contain("dev.facet.nn.BackendProvider")).isTrue();
  }

  @Test
  void dependenciesPointDownward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.facet..")
        .withOptionalLayers(true)
        .layer("nn")
        .definedBy("dev.facet.nn..")
        .layer("simd")
        .definedBy("dev.facet.simd..")
        .layer("entropy")
        .definedBy("dev.facet.entropy..")
        .layer("codec")
        .definedBy("dev.facet.codec..")
        .layer("conformance")
        .definedBy("dev.facet.conformance..")
        .layer("vision")
        .definedBy("dev.facet.vision..")
        .layer("native")
        .definedBy("dev.facet.ffi..")
        .layer("eval")
        .definedBy("dev.facet.eval..")
        .layer("bench")
        .definedBy("dev.facet.bench..")
        .layer("cli")
        .definedBy("dev.facet.cli..")
        .whereLayer("cli")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        // found by ServiceLoader, never named
        .whereLayer("simd")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("native")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("eval")
        .mayOnlyBeAccessedByLayers("cli", "bench")
        .whereLayer("conformance")
        .mayOnlyBeAccessedByLayers("cli", "bench")
        .whereLayer("vision")
        .mayOnlyBeAccessedByLayers("eval", "cli", "bench")
        .whereLayer("codec")
        .mayOnlyBeAccessedByLayers("native", "conformance", "eval", "cli", "bench")
        .whereLayer("entropy")
        .mayOnlyBeAccessedByLayers("codec", "native", "conformance", "eval", "cli", "bench")
        .because("a lower module must be usable without the upper ones")
        .check(classes);
  }

  @Test
  void everyClassBelongsToAModulesPackage() {
    classes()
        .should()
        .resideInAnyPackage(
            DESCRIPTORS.stream().map(module -> module.name() + "..").toArray(String[]::new))
        .because("a package outside its module's name cannot be found, and escapes the layer rule")
        .check(classes);
  }

  @Test
  void theIncubatingVectorApiIsUsedInSimdOnly() {
    noClasses()
        .that(not(resideInAnyPackage("dev.facet.simd..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("jdk.incubator.."))
        .because("everything else must load on a JVM without the incubating module")
        .check(classes);
  }

  private static final String VECTOR_OPERATORS = "jdk.incubator.vector.VectorOperators";

  private static final Set<String> FLOAT_VECTORS =
      Set.of("jdk.incubator.vector.FloatVector", "jdk.incubator.vector.DoubleVector");

  /** Lane by lane these call SVML, SLEEF or Java, whichever the platform has. */
  static final Set<String> PLATFORM_OPERATORS =
      Set.of(
          "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "SINH", "COSH", "TANH", "EXP",
          "EXPM1", "LOG", "LOG10", "LOG1P", "POW", "CBRT", "HYPOT");

  /** Proved to bite by {@link NumericRulesTest}, as is {@link #FMA_HAS_ONE_PLACE}. */
  static final ArchRule SAME_BITS_AT_EVERY_WIDTH =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "reduces or raises the lanes of a float or double vector",
                  call ->
                      FLOAT_VECTORS.contains(call.getTargetOwner().getName())
                          && Set.of("reduceLanes", "reduceLanesToLong", "pow")
                              .contains(call.getTarget().getName())))
          .orShould()
          .accessFieldWhere(
              describe(
                  "reads an operator that the platform's mathematical library computes",
                  access ->
                      access.getTargetOwner().getName().equals(VECTOR_OPERATORS)
                          && PLATFORM_OPERATORS.contains(access.getTarget().getName())))
          .because(
              "the order of a float reduction is unspecified (it changed inside one process between interpreter and C2),"
                  + " and the mathematical library differs with CPU and width: one lane per output, one fma chain per lane,"
                  + " fixed polynomials (docs/numerics.md)");

  static final ArchRule FMA_HAS_ONE_PLACE =
      noClasses()
          .that(
              describe(
                  "are not the place",
                  type ->
                      !Set.of("dev.facet.nn.Fma", "dev.facet.simd.Simd").contains(type.getName())))
          .should()
          .callMethodWhere(
              describe(
                  "calls an fma of the JDK",
                  call ->
                      call.getTarget().getName().equals("fma")
                          && (call.getTargetOwner().getName().equals("java.lang.Math")
                              || FLOAT_VECTORS.contains(call.getTargetOwner().getName()))))
          .orShould()
          .accessFieldWhere(
              describe(
                  "reads VectorOperators.FMA",
                  access ->
                      access.getTargetOwner().getName().equals(VECTOR_OPERATORS)
                          && access.getTarget().getName().equals("FMA")))
          .because(
              "without the instruction the JDK computes it by BigDecimal, hundreds of times slower: call dev.facet.nn.Fma.fma,"
                  + " or Simd.fma on vectors");

  @Test
  void vectorCodeGivesTheSameBitsAtEveryWidth() {
    SAME_BITS_AT_EVERY_WIDTH.check(classes);
  }

  @Test
  void fmaHasOnePlace() {
    FMA_HAS_ONE_PLACE.check(classes);
  }

  @Test
  void restrictedNativeAccessIsUsedInNativeOnly() {
    DescribedPredicate<JavaClass> binding =
        describe(
            "bind native code",
            type ->
                Set.of("java.lang.foreign.Linker", "java.lang.foreign.SymbolLookup")
                    .contains(type.getName()));
    noClasses()
        .that(not(resideInAnyPackage("dev.facet.ffi..")))
        .should()
        .dependOnClassesThat(binding)
        .orShould()
        .callMethod("java.lang.System", "load", "java.lang.String")
        .orShould()
        .callMethod("java.lang.System", "loadLibrary", "java.lang.String")
        .orShould()
        .callMethod("java.lang.foreign.MemorySegment", "reinterpret", "long")
        .because("everything else must run where native access is denied")
        .check(classes);
  }

  /** The compiler enforces qualified exports; this keeps an internal package from being exported to everybody. */
  @Test
  void internalPackagesAreExportedToNamedModulesOnly() {
    for (ModuleDescriptor module : DESCRIPTORS) {
      for (ModuleDescriptor.Exports exported : module.exports()) {
        if (isInternal(exported.source())) {
          assertThat(exported.targets())
              .as("%s exports %s", module.name(), exported.source())
              .isNotEmpty()
              .allMatch(target -> target.startsWith("dev.facet."));
        }
      }
    }
  }

  /** A public signature that names an internal type is one that no caller can use. */
  @Test
  void exportedTypesShowNoInternalType() {
    for (ModuleDescriptor module : DESCRIPTORS) {
      String[] open =
          module.exports().stream()
              .filter(exported -> !exported.isQualified())
              .map(ModuleDescriptor.Exports::source)
              .toArray(String[]::new);
      if (open.length > 0) {
        noClasses()
            .that()
            .resideInAnyPackage(open)
            .and()
            .arePublic()
            .should(new ShowInternalTypes())
            .allowEmptyShould(true)
            .check(classes);
      }
    }
  }

  static boolean isInternal(String packageName) {
    return (packageName + ".").contains(".internal.");
  }

  @Test
  void theCoreNeedsTheJdksBaseModuleOnly() {
    for (ModuleDescriptor module : DESCRIPTORS) {
      if (BARE.contains(module.name())) {
        assertThat(module.requires())
            .filteredOn(required ->
                !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
            .extracting(ModuleDescriptor.Requires::name)
            .as("%s requires", module.name())
            .allMatch(name ->
                name.equals("java.base")
                    || name.startsWith("dev.facet.")
                    || (name.equals("jdk.incubator.vector")
                        && module.name().equals("dev.facet.simd")));
      }
    }
  }

  /** NullAway checks packages by name; the annotation tells callers, IDEs and Kotlin the same. */
  @Test
  void everyPackageIsNullMarked() {
    Set<String> marked =
        classes.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .filter(type -> type.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
            .map(JavaClass::getPackageName)
            .collect(java.util.stream.Collectors.toSet());
    assertThat(marked)
        .containsAll(classes.stream().map(JavaClass::getPackageName).distinct().toList());
  }
}
