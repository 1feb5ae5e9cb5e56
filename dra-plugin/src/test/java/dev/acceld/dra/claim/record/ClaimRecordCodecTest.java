package dev.acceld.dra.claim.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimRecordCodecTest {
  private static ClaimRecord record(String... physical) {
    return new ClaimRecord(
        ClaimRecord.State.PREPARED,
        "boot-1",
        new ClaimRef("team-a", "train", "11-aa"),
        List.of(
            new RecordedDevice(
                new PreparedDevice(
                    "r", "node-a", "shape-01", Optional.empty(), false, List.of("a/b=c")),
                new TreeSet<>(List.of(physical)),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty())),
        List.of(),
        List.of(),
        Instant.EPOCH,
        CdiText.of("{}"),
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  @Test
  void aDeviceOfSeveralPartsIsReadAsItWasWritten() throws Exception {
    ClaimRecord several = record("chip-0", "chip-1");
    ClaimRecord read = ClaimRecordCodec.decode(ClaimRecordCodec.encode(several));
    assertThat(read.devices()).isEqualTo(several.devices());
    assertThat(read.devices().getFirst().physical()).containsExactly("chip-0", "chip-1");
  }

  /** It reads one text, and takes a device without it for its own part. */
  @Test
  void anOlderAgentFindsTheFirstPart() {
    String written =
        new String(ClaimRecordCodec.encode(record("chip-0", "chip-1")), StandardCharsets.UTF_8);
    assertThat(written).contains("\"physical\":\"chip-0\"");
    assertThat(new String(ClaimRecordCodec.encode(record("gpu-0")), StandardCharsets.UTF_8))
        .contains("\"physical\":\"gpu-0\"")
        .doesNotContain("\"parts\"");
  }

  @ParameterizedTest
  @CsvSource({"'\"physical\":\"gpu-0\",',gpu-0", "'',gpu-0-mig"})
  void aRecordOfFormat10IsRead(String physical, String expected) throws Exception {
    String text =
        "{\"format\":\"1.0\",\"state\":\"prepared\",\"bootId\":\"b\",\"claim\":{\"namespace\":\"a\","
            + "\"name\":\"b\",\"uid\":\"u\"},\"preparedAt\":\"2026-11-28T00:00:00Z\",\"devices\":[{"
            + "\"request\":\"r\",\"pool\":\"p\",\"device\":\"gpu-0-mig\","
            + physical
            + "\"cdiIds\":[]}],\"cdi\":\"{}\"}";
    ClaimRecord read =
        ClaimRecordCodec.decode(ClaimRecordCodec.seal(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(read.devices().getFirst().physical()).containsExactly(expected);
  }
}
