package dev.facet.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A native library, loaded for good. {@code -Ddev.facet.ffi.NAME=/path/to/library} names the file; else the system looks for it. */
public final class Library {
  public static final String PROPERTY = "dev.facet.ffi.";

  private final String name;
  private final SymbolLookup symbols;

  private Library(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /**
   * Loads a library.
   *
   * @param name for the property and for messages, such as {@code x265}
   * @param files names to try, such as {@code libx265.so.199}
   * @throws LibraryException if native access is denied, or there is no such library
   */
  public static Library open(String name, List<String> files) throws LibraryException {
    if (!Library.class.getModule().isNativeAccessEnabled()) {
      throw new LibraryException(
          "lib" + name + " needs --enable-native-access=dev.facet.ffi (./facet gives it)");
    }
    String path = System.getProperty(PROPERTY + name);
    if (path != null) {
      // a name of a path that is there: dlopen tells no reason
      Path file = Path.of(path);
      if (!Files.isReadable(file)) {
        throw new LibraryException("-D" + PROPERTY + name + "=" + path + " is no readable file");
      }
      return load(name, file.toAbsolutePath().toString())
          .orElseThrow(() ->
              new LibraryException(
                  "-D" + PROPERTY + name + "=" + path + " cannot be loaded as a library"));
    }
    for (String file : files) {
      Optional<Library> library = load(name, file);
      if (library.isPresent()) {
        return library.get();
      }
    }
    throw new LibraryException("no " + String.join(" or ", files));
  }

  @SuppressWarnings("restricted") // native access was asked for
  private static Optional<Library> load(String name, String file) {
    try {
      return Optional.of(new Library(name, SymbolLookup.libraryLookup(file, Arena.global())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Names of a library on this system, with the versions of its binary interface that are known. */
  public static List<String> files(String name, List<String> versions) {
    String system = System.getProperty("os.name", "");
    if (system.startsWith("Windows")) {
      return List.of("lib" + name + ".dll", name + ".dll");
    }
    boolean mac = system.startsWith("Mac");
    return versions.stream()
        .map(version -> {
          String dotted = version.isEmpty() ? "" : "." + version;
          return mac ? "lib" + name + dotted + ".dylib" : "lib" + name + ".so" + dotted;
        })
        .toList();
  }

  Optional<MemorySegment> find(String symbol) {
    return symbols.find(symbol);
  }

  /**
   * A function.
   *
   * @throws LibraryException if the library does not have it
   */
  public MethodHandle function(String symbol, FunctionDescriptor type) throws LibraryException {
    MemorySegment address =
        find(symbol)
            .orElseThrow(
                () -> new LibraryException("lib" + name + " has no " + symbol + ": it is too old"));
    return handle(address, type);
  }

  /** A function at an address. */
  @SuppressWarnings("restricted") // as above
  static MethodHandle handle(MemorySegment address, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(address, type);
  }
}
