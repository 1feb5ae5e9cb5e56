package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrimmedJarTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:06Z");

  @TempDir Path scratch;

  @Test
  void onlyNativePartsGo() throws IOException {
    byte[] trimmed =
        TrimmedJar.of(
            jar(
                "a",
                1_000_000_000_000L,
                List.of(
                    "META-INF/MANIFEST.MF",
                    "com/sun/jna/Native.class",
                    "com/sun/jna/linux-x86-64/libjnidispatch.so",
                    "com/sun/jna/win32-x86/jnidispatch.dll",
                    "com/sun/jna/aix-ppc/libjnidispatch.a")),
            TIME);

    assertThat(content(trimmed))
        .containsOnly(
            Map.entry("META-INF/MANIFEST.MF", "of META-INF/MANIFEST.MF"),
            Map.entry("com/sun/jna/Native.class", "of com/sun/jna/Native.class"));
  }

  @Test
  void theTimesOfTheOriginalDoNotShow() throws IOException {
    List<String> names = List.of("com/sun/jna/Native.class");

    assertThat(TrimmedJar.of(jar("a", 1_000_000_000_000L, names), TIME))
        .isEqualTo(TrimmedJar.of(jar("b", 1_700_000_000_000L, names), TIME));
  }

  private Path jar(String name, long time, List<String> entries) throws IOException {
    Path jar = scratch.resolve(name + ".jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        ZipEntry header = new ZipEntry(entry);
        header.setTime(time);
        zip.putNextEntry(header);
        zip.write(("of " + entry).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static Map<String, String> content(byte[] jar) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        content.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return content;
  }
}
