package dev.acceld.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageFilesTest {
  @TempDir Path dir;

  private static ClaimUsage claim(int n, String name) {
    return new ClaimUsage(
        new ClaimRef("team", name, "uid-" + n),
        List.of("gpu-0"),
        List.of(),
        UsageStage.START,
        n,
        OptionalDouble.empty(),
        new Usage(n, Double.NaN, 0, 1e18, 0),
        Optional.of(UsageStage.START));
  }

  @Test
  void tenThousandClaimsTakeABoundedFile() throws IOException {
    UsageFiles files = new UsageFiles(dir);
    for (int batch = 0; batch < 100; batch++) {
      List<ClaimUsage> ended = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ended.add(claim(100 * batch + i, "claim"));
      }
      files.append(ended);
    }
    List<ClaimUsageView> history = new UsageFiles(dir).history();
    assertThat(history).hasSize(UsageFiles.KEPT_CLAIMS);
    assertThat(history.getLast().uid()).isEqualTo("uid-9999");
    assertThat(history.getLast().claimUsage()).isEqualTo(claim(9999, "claim"));
    try (var lines = Files.lines(dir.resolve("history.jsonl"))) {
      assertThat(lines.count()).isLessThan(2 * UsageFiles.KEPT_CLAIMS);
    }
  }

  @Test
  void hostileNamesNeitherBreakTheFileNorFillTheDisk() throws IOException {
    UsageFiles files = new UsageFiles(dir);
    files.append(List.of(claim(1, "a\n{\"uid\":\"x\"}\n\u202e\"")));
    files.append(List.of(claim(2, "x".repeat(UsageFiles.LONGEST_LINE))));
    files.append(List.of(claim(3, "c")));
    assertThat(files.history()).extracting(ClaimUsageView::uid).containsExactly("uid-1", "uid-3");
    for (int i = 0; i < 400; i++) {
      files.append(List.of(claim(1000 + i, "x".repeat(60_000))));
    }
    assertThat(Files.size(dir.resolve("history.jsonl")))
        .isLessThanOrEqualTo(UsageFiles.MOST_HISTORY_BYTES);
  }

  /** What makes no sense is not counted on from: a negative counter would break every rate. */
  @Test
  void aStateThatMakesNoSenseIsSetAside() throws IOException {
    UsageFiles files = new UsageFiles(dir);
    Files.writeString(
        dir.resolve("state.json"),
        "{\"boot\":\"b\",\"uptimeSeconds\":1,\"claims\":[],\"energyCounters\":{},"
            + "\"namespaces\":{\"team\":{\"deviceSeconds\":-5}}}");
    assertThat(files.load()).isEmpty();
    assertThat(dir.resolve("state.json.damaged")).exists();
    assertThat(files.load()).isEmpty();
  }
}
