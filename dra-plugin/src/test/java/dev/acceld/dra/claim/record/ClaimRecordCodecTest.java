package dev.acceld.dra.claim.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.CounterUse;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.PodSettings;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimRecordCodecTest {
  private static final CounterUse.Taken CHIPS =
      new CounterUse.Taken("tpu-chips", Map.of("chip-0", 1L, "chip-1", 2L));

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
                physical.length > 1 ? Optional.of(CHIPS) : Optional.empty(),
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
    assertThat(read.devices().getFirst().counters()).contains(CHIPS);
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
        ClaimRecordCodec.decode(RecordSeal.seal(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(read.devices().getFirst().physical()).containsExactly(expected);
  }

  private static final String NEWER =
      """
      {"format":"1.9","state":"prepared","bootId":"b","claim":{"namespace":"a","name":"b","uid":"u",\
      "generation":3},"preparedAt":"2026-11-28T00:00:00Z","pods":[{"namespace":"a","name":"p",\
      "uid":"pu","node":"n"}],"devices":[{"request":"r","pool":"p","device":"gpu-0","physical":"gpu-0",\
      "cdiIds":[],"attributes":{"a":{"int":1},"list":{"ints":[1,2]}},"binding":{"x":[1]}},\
      {"request":"s","pool":"p","device":"gpu-1","physical":"gpu-1","cdiIds":[]}],\
      "sharing":{"mode":"time"},"cdi":"{}"}\
      """;

  private static ClaimRecord newer() throws Exception {
    return ClaimRecordCodec.decode(RecordSeal.seal(NEWER.getBytes(StandardCharsets.UTF_8)));
  }

  /** A newer agent finds again what it has written, whoever wrote the record since. */
  @Test
  void membersThatAreNotKnownAreWrittenAgain() throws Exception {
    ClaimRecord record = newer();
    assertThat(record.newer()).isPresent();
    List<PodRef> pods = new ArrayList<>(record.pods());
    pods.add(new PodRef("a", "second", "su"));
    byte[] written = ClaimRecordCodec.encode(record.withPods(pods).withCdi(CdiText.of("{1}")));
    assertThat(ClaimRecordCodec.decode(written).newer()).isEqualTo(record.newer());
    JsonNode json = new ObjectMapper().readTree(written);
    assertThat(json.at("/claim/generation").asInt()).isEqualTo(3);
    assertThat(json.at("/pods/0/node").asText()).isEqualTo("n");
    assertThat(json.at("/pods/1/name").asText()).isEqualTo("second");
    assertThat(json.at("/devices/0/attributes/list/ints/1").asInt()).isEqualTo(2);
    assertThat(json.at("/devices/0/attributes/a/int").asInt()).isEqualTo(1);
    assertThat(json.at("/devices/0/binding/x/0").asInt()).isEqualTo(1);
    assertThat(json.at("/devices/1").has("binding")).isFalse();
    assertThat(json.at("/sharing/mode").asText()).isEqualTo("time");
    assertThat(json.at("/cdi").asText()).isEqualTo("{1}");
  }

  @Test
  void whatAnEarlierRecordHadStaysOnlyWithTheSameDevices() throws Exception {
    ClaimRecord record = newer();
    ClaimRecord other = record("gpu-0");
    assertThat(other.keepingNewer(record).newer()).isEmpty();
    assertThat(record.keepingNewer(other)).isEqualTo(record);
    ClaimRecord again = ClaimRecordCodec.decode(ClaimRecordCodec.encode(record));
    assertThat(again.keepingNewer(record)).isEqualTo(record);
  }

  @Test
  void whatThisVersionWritesItKnows() throws Exception {
    assertThat(ClaimRecordCodec.decode(ClaimRecordCodec.encode(record("a", "b"))).newer())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'request':'r','driverCapabilities':['compute'],'sharing':1}",
        "{'request':'r','driverCapabilities':['compute','teleport']}",
        "{'request':'r','pod':{'kind':'WarpConfig','settings':{}}}",
        "{'request':'r','pod':{'kind':'TpuConfig','settings':{'workers':['2']}}}",
        "{'request':'r','pod':{'kind':'TpuConfig','settings':{},'version':2}}"
      })
  void configurationOfANewerVersionIsToldFromOurs(String text) {
    Set<String> kinds = Set.of("TpuConfig");
    assertThat(RecordedOptions.areKnown(List.of(text.replace('\'', '"')), kinds)).isFalse();
    List<String> ours =
        RecordedOptions.write(
            Map.of(
                "r",
                AccessOptions.of(new PodSettings("TpuConfig", Map.of("workers", "2"), true)),
                "s",
                AccessOptions.DEFAULT));
    assertThat(RecordedOptions.areKnown(ours, kinds)).isTrue();
    assertThat(RecordedOptions.areKnown(List.of("{\"apiVersion\":\"x\"}", "no JSON"), kinds))
        .as("of an older agent")
        .isTrue();
  }
}
