package dev.acceld.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.health.Mark;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Marks of devices on disk. */
class MarkFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"format":1,"device":"gpu-0a1b2c3d","reason":"bad-riser","effect":"NoSchedule",
         "note":"ticket 4711","by":"root","at":"2026-11-22T12:00:00Z"}
        """,
        "{\"device\":\"gpu-1\",\"reason\":\"x\",\"effect\":\"None\",\"at\":\"+1000000000-12-31T23:59:59Z\"}");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    Mark mark;
    try {
      mark = MarkFiles.parse(bytes);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return;
    }
    assertThat(MarkFiles.parse(MarkFiles.encode(mark))).isEqualTo(mark);
  }
}
