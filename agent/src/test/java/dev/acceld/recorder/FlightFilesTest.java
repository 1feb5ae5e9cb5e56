package dev.acceld.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the records is read, and how much at a time. */
class FlightFilesTest {
  @TempDir Path dir;
  private FlightFiles files;

  @BeforeEach
  void write() throws IOException {
    files = FlightFiles.below(dir);
    for (int i = 1; i <= 3; i++) {
      FlightSamples.write(
          files, FlightSamples.record("xid-79-000" + i, "2026-11-22T12:00:0" + i + "Z", "m"));
    }
  }

  @Test
  void summariesHaveNeitherReadingsNorKernelLines() throws IOException {
    Files.writeString(files.dir().resolve("xid-79-0004.json.gz.tmp"), "half of a record");
    FlightSamples.damage(files, "xid-79-0005");
    FlightFiles.Listing all = files.summaries();
    assertThat(all.records())
        .allSatisfy(r -> {
          assertThat(r.readings()).isNull();
          assertThat(r.kernel()).isEmpty();
        })
        .extracting(FlightRecord::id)
        .containsExactly("xid-79-0001", "xid-79-0002", "xid-79-0003");
    assertThat(all.damaged())
        .singleElement()
        .satisfies(why -> assertThat(why).contains("xid-79-0005.json.gz cannot be read: "));
    assertThat(files.find("xid-79-0002").orElseThrow().readings()).isNotNull();
  }

  /** The others are removed as soon as the first was read: nothing can have read them before. */
  @Test
  void oneRecordAfterTheOtherIsReadAndShortened() throws IOException {
    FlightFiles.Listing listing =
        files.list(record -> {
          for (int i = 1; i <= 3; i++) {
            String id = "xid-79-000" + i;
            if (!id.equals(record.id())) {
              assertThat(FlightSamples.file(files, id).toFile().delete()).isTrue();
            }
          }
          return record.summary();
        });
    assertThat(listing.records()).hasSize(1);
    assertThat(listing.damaged()).isEmpty();
  }

  @Test
  void damagedOnesAreRemovedFirstAndThenTheOldest() throws IOException {
    FlightSamples.damage(files, "xid-79-0004");
    assertThat(files.prune(2)).containsExactly("xid-79-0004", "xid-79-0001");
    assertThat(files.summaries().records()).hasSize(2);
  }
}
