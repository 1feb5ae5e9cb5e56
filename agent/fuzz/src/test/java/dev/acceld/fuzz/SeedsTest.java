package dev.acceld.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The seeds of all fuzz tests, whole and cut off anywhere; no fuzzer takes part. */
class SeedsTest {
  private static final int FUZZ_TESTS = 27;
  private static final String SUFFIX = "Fuzz.class";

  @TestFactory
  List<DynamicTest> seedsAreReadOrRefusedAsDocumented() throws Exception {
    List<Class<?>> all = fuzzTests();
    assertThat(all).hasSize(FUZZ_TESTS);
    return all.stream().map(test -> dynamicTest(test.getSimpleName(), () -> replay(test))).toList();
  }

  private static List<Class<?>> fuzzTests() throws IOException, URISyntaxException {
    Path classes =
        Path.of(SeedsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(SUFFIX))
          .sorted()
          .<Class<?>>map(file -> named(file.replace('/', '.').replaceFirst("\\.class$", "")))
          .toList();
    }
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void replay(Class<?> test) throws Exception {
    Method seeds = test.getDeclaredMethod("seeds");
    seeds.setAccessible(true);
    var constructor = test.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object instance = constructor.newInstance();
    Method input = test.getDeclaredMethod("input", byte[].class);
    input.setAccessible(true);
    List<?> all = (List<?>) seeds.invoke(null);
    assertThat(all).isNotEmpty();
    for (Object seed : all) {
      byte[] bytes = (byte[]) seed;
      for (int length = 0; length <= bytes.length; length++) {
        replay(instance, input, Arrays.copyOf(bytes, length));
      }
    }
  }

  private static void replay(Object instance, Method input, byte[] bytes) throws Exception {
    long before = Executions.counted();
    try {
      input.invoke(instance, (Object) bytes);
    } catch (InvocationTargetException e) {
      throw new AssertionError(
          "the input '" + Inputs.text(bytes) + "', which is " + Arrays.toString(bytes),
          e.getCause());
    }
    assertThat(Executions.counted()).as("inputs that %s has counted", input).isEqualTo(before + 1);
  }
}
