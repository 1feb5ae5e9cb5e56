package dev.acceld.image.assembly;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * What production does not need: the fake control plane with the libraries that only it uses. That
 * nothing else uses them is looked up in the class files at every build: from the classes of acceld
 * along every name that a class mentions.
 */
final class LeftOut {
  /** Of acceld itself; these stay in its jars, and do not run in the image. */
  static final List<String> PACKAGES =
      List.of("dev/acceld/agent/bench/", "dev/acceld/agent/demo/", "dev/acceld/fake/");

  /** Artifacts that stay out. */
  static final Set<String> ARTIFACTS =
      Set.of(
          "animal-sniffer-annotations",
          "annotations",
          "asm",
          "asm-analysis",
          "asm-commons",
          "asm-tree",
          "asm-util",
          "grpc-okhttp",
          "jffi",
          "jnr-a64asm",
          "jnr-constants",
          "jnr-enxio",
          "jnr-ffi",
          "jnr-posix",
          "jnr-unixsocket",
          "jnr-x86asm",
          "kotlin-stdlib",
          "kotlin-stdlib-common",
          "kotlin-stdlib-jdk7",
          "kotlin-stdlib-jdk8",
          "okio",
          "okio-jvm",
          "proto-google-common-protos");

  private final Map<String, Path> shipped = new HashMap<>();
  private final Map<String, Path> missing = new HashMap<>();
  private final Map<String, String> via = new HashMap<>();

  private LeftOut(Collection<Path> shippedJars, Collection<Path> leftOutJars) throws IOException {
    for (Path jar : shippedJars) {
      classesOf(jar).forEach(name -> shipped.putIfAbsent(name, jar));
    }
    for (Path jar : leftOutJars) {
      classesOf(jar).forEach(name -> missing.putIfAbsent(name, jar));
    }
    missing.keySet().removeAll(shipped.keySet());
  }

  /**
   * Looks whether the jars that go in can do without the others.
   *
   * @throws ImageException they cannot; with the way from acceld to the missing class
   */
  static void check(Collection<Path> shippedJars, Collection<Path> leftOutJars) throws IOException {
    new LeftOut(shippedJars, leftOutJars).walk();
  }

  /** Class names with slashes, without {@code .class}. */
  static Set<String> classesOf(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }
  }

  private void walk() throws IOException {
    Deque<String> open = new ArrayDeque<>();
    shipped.keySet().stream()
        .filter(name -> name.startsWith("dev/acceld/") && !isOutside(name))
        .sorted()
        .forEach(name -> {
          via.put(name, "");
          open.add(name);
        });
    Map<Path, JarFile> jars = new HashMap<>();
    try {
      while (!open.isEmpty()) {
        String name = open.poll();
        if (missing.containsKey(name)) {
          throw new ImageException(
              missing.get(name).getFileName()
                  + " is omitted from the image, but it is needed: "
                  + way(name)
                  + "; remove it from the list in LeftOut");
        }
        Path jar = shipped.get(name);
        if (jar == null) {
          continue;
        }
        for (String mentioned : mentionedBy(opened(jars, jar), name)) {
          boolean known = shipped.containsKey(mentioned) || missing.containsKey(mentioned);
          if (known && !isOutside(mentioned) && via.putIfAbsent(mentioned, name) == null) {
            open.add(mentioned);
          }
        }
      }
    } finally {
      for (JarFile jar : jars.values()) {
        jar.close();
      }
    }
  }

  private static JarFile opened(Map<Path, JarFile> jars, Path jar) throws IOException {
    JarFile file = jars.get(jar);
    if (file == null) {
      file = new JarFile(jar.toFile());
      jars.put(jar, file);
    }
    return file;
  }

  private static Set<String> mentionedBy(JarFile jar, String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getJarEntry(name + ".class"))) {
      ClassModel model = ClassFile.of().parse(in.readAllBytes());
      Set<String> names = new LinkedHashSet<>();
      for (PoolEntry entry : model.constantPool()) {
        if (entry instanceof ClassEntry mentioned) {
          String text = mentioned.asInternalName();
          int element = text.lastIndexOf('[') + 1; // [Lcom/example/Array;
          names.add(
              element == 0 || !text.endsWith(";")
                  ? text
                  : text.substring(element + 1, text.length() - 1));
        }
      }
      return names;
    }
  }

  private static boolean isOutside(String name) {
    return PACKAGES.stream().anyMatch(name::startsWith);
  }

  private String way(String name) {
    StringBuilder text = new StringBuilder(name);
    String step = via.getOrDefault(name, "");
    while (!step.isEmpty()) {
      text.insert(0, step + " -> ");
      step = via.getOrDefault(step, "");
    }
    return text.toString();
  }
}
