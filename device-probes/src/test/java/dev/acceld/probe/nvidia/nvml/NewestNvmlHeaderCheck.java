package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The audit against NVIDIA's newest header, which pip fetches from PyPI. It needs the network, so
 * it runs in a profile of its own: {@code ./mvnw -Pnvml-header -pl device-probes -am test}. Without
 * pip or the package it is skipped, and says so.
 */
class NewestNvmlHeaderCheck {
  private static final String PACKAGE = "nvidia-nvml-dev";
  private static final List<List<String>> PIPS =
      List.of(List.of("pip"), List.of("pip3"), List.of("python3", "-m", "pip"));

  @TempDir Path dir;

  @Test
  void everyNumberIsTheNewestHeadersNumber() throws Exception {
    LayoutAuditTest audit = new LayoutAuditTest();
    audit.dir = Files.createDirectory(dir.resolve("audit"));
    audit.header = header(download()).toString();
    audit.everyNumberIsTheHeadersNumber();
  }

  private Path download() throws Exception {
    String said = "there is no pip";
    for (List<String> pip : PIPS) {
      try {
        List<String> command = new ArrayList<>(pip);
        command.addAll(
            List.of("download", "-q", "--no-deps", "--only-binary=:all:", "-d", dir.toString()));
        command.add(PACKAGE);
        Path log = dir.resolve("log");
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        } else if (process.exitValue() == 0) {
          return wheel();
        }
        said = String.join(" ", command) + ": " + Files.readString(log);
      } catch (IOException e) {
        continue; // this spelling of pip is not there; the next may be
      }
    }
    String skipped = "SKIPPED: the binding is not compared with the newest nvml.h: " + said;
    System.err.println(skipped);
    Assumptions.abort(skipped);
    throw new IllegalStateException(skipped);
  }

  private Path wheel() throws IOException {
    try (DirectoryStream<Path> wheels = Files.newDirectoryStream(dir, "*.whl")) {
      Path wheel = wheels.iterator().next();
      System.err.println("comparing with nvml.h of " + wheel.getFileName());
      return wheel;
    }
  }

  private Path header(Path wheel) throws IOException {
    Optional<Path> found = Optional.empty();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(wheel))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith("/nvml.h")) {
          found = Optional.of(Files.write(dir.resolve("nvml.h"), zip.readAllBytes()));
        }
      }
    }
    assertThat(found).as("nvml.h in " + wheel).isPresent();
    return found.orElseThrow();
  }
}
