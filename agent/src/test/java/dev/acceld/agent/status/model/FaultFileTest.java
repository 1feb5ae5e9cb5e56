package dev.acceld.agent.status.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecord;
import dev.acceld.recorder.FlightSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of faults follows the files. */
class FaultFileTest {
  private static final FlightRecord OLDER =
      FlightSamples.record("xid-79-bbbb", "2026-11-22T12:00:00.5Z", "the older one");
  private static final FlightRecord NEWER =
      FlightSamples.record("xid-79-aaaa", "2026-11-22T12:00:01Z", "the newer one");

  @TempDir Path dir;
  private FlightFiles files;
  private FaultFile faults;

  @BeforeEach
  void open() {
    files = FlightFiles.below(dir);
    faults = new FaultFile(files);
  }

  @AfterEach
  void close() {
    faults.close();
  }

  private void shows(String... messages) {
    FaultFile.Faults all = faults.look();
    assertThat(all.known()).isTrue();
    assertThat(all.damaged()).isEmpty();
    assertThat(all.faults()).extracting(FaultStatus::message).containsExactly(messages);
  }

  @Test
  void theListFollowsTheFiles() throws IOException {
    shows();
    FlightSamples.write(files, OLDER);
    Path newer = FlightSamples.write(files, NEWER);
    shows("the newer one", "the older one");
    FlightSamples.write(
        files, FlightSamples.record(OLDER.id(), OLDER.fault().detectedAt(), "changed"));
    shows("the newer one", "changed");
    Files.delete(newer);
    shows("changed");
  }

  /** Reading all of them takes much memory; that may not happen for each change of one. */
  @Test
  void aChangeOfOneFileDoesNotHaveTheOthersReadAgain() throws IOException {
    Path older = FlightSamples.write(files, OLDER);
    shows("the older one");
    FileTime time = Files.getLastModifiedTime(older);
    Files.write(older, new byte[Math.toIntExact(Files.size(older))]);
    Files.setLastModifiedTime(older, time);
    FlightSamples.write(files, NEWER);
    Files.writeString(files.dir().resolve("xid-79-cccc.json.gz.tmp"), "half of a record");
    shows("the newer one", "the older one");
  }

  @Test
  void aDamagedRecordIsNamedUntilItIsReadable() throws IOException {
    FlightSamples.write(files, NEWER);
    FlightSamples.damage(files, OLDER.id());
    FaultFile.Faults all = faults.look();
    assertThat(all.known()).isTrue();
    assertThat(all.faults()).hasSize(1);
    assertThat(all.damaged())
        .singleElement()
        .satisfies(why -> assertThat(why).contains(OLDER.id() + ".json.gz cannot be read: "));
    FlightSamples.write(files, OLDER);
    shows("the newer one", "the older one");
  }

  @Test
  void whatCannotBeListedIsNotKnown() throws IOException {
    Files.writeString(files.dir(), "a file in place of the directory");
    FaultFile.Faults all = faults.look();
    assertThat(all.known()).isFalse();
    assertThat(all.faults()).isEmpty();
    assertThat(all.damaged())
        .singleElement()
        .satisfies(why -> assertThat(why).startsWith("the records cannot be read: "));
  }
}
