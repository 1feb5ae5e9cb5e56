package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmlFilesTest {
  @TempDir Path root;

  @Test
  void everyCandidateIsFound() throws IOException {
    assertThat(NvmlFiles.find(root)).isEmpty();
    for (Path candidate : NvmlFiles.candidates(root)) {
      Files.createDirectories(candidate.getParent());
      Files.writeString(candidate, "");
      assertThat(NvmlFiles.find(root)).contains(candidate);
      Files.delete(candidate);
    }
  }

  @Test
  void theFirstOfSeveralCountsAndADirectoryOfThatNameDoesNot() throws IOException {
    Path first = NvmlFiles.candidates(root).getFirst();
    Path second = NvmlFiles.candidates(root).get(1);
    Files.createDirectories(first);
    Files.createDirectories(second.getParent());
    Files.writeString(second, "");
    assertThat(NvmlFiles.find(root)).contains(second);
  }

  @Test
  void aDanglingLinkIsNoLibrary() throws IOException {
    Path first = NvmlFiles.candidates(root).getFirst();
    Files.createDirectories(first.getParent());
    Files.createSymbolicLink(first, Path.of("libnvidia-ml.so.580"));
    assertThat(NvmlFiles.find(root)).isEmpty();
  }
}
