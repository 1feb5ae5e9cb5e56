package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessCollectorTest {

  @Test
  void thisProcessHasMemoryThreadsAndFiles() {
    assertThat(new ProcessCollector().collect().stream().map(s -> s.getMetadata().getName()))
        .contains(
            "process_resident_memory_bytes",
            "process_threads",
            "process_open_fds",
            "process_cpu_seconds",
            "jvm_memory_used_bytes");
  }

  @Test
  void withoutProcTheHeapIsLeft() {
    assertThat(
            new ProcessCollector(Path.of("/does/not/exist"))
                .collect().stream().map(s -> s.getMetadata().getName()))
        .contains("jvm_memory_used_bytes")
        .doesNotContain("process_resident_memory_bytes", "process_cpu_seconds");
  }

  @Test
  void aCommandWithBracketsAndSpacesDoesNotShiftTheFields() {
    assertThat(
            ProcessCollector.cpuSeconds(
                "42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 24 0 1000"))
        .hasValue(4.0);
    assertThat(ProcessCollector.cpuSeconds("42 (java) S 1")).isEmpty();
  }

  @Test
  void statusFieldsAreFoundByName() {
    String status = "Name:\tjava\nVmRSS:\t   1024 kB\nThreads:\t24\n";
    assertThat(ProcessCollector.field(status, "VmRSS:")).hasValue(1024);
    assertThat(ProcessCollector.field(status, "Threads:")).hasValue(24);
    assertThat(ProcessCollector.field(status, "VmSwap:")).isEmpty();
    assertThat(ProcessCollector.field("Name:\tx\nThreads:\tmany\n", "Threads:")).isEmpty();
  }
}
