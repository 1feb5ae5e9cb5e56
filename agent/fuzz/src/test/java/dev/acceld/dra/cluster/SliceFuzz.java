package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists of ResourceSlices: what was read of a slice is read the same once it is written. */
class SliceFuzz {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"s","uid":"u",\
        "resourceVersion":"6","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n",\
        "uid":"o","controller":true}]},"spec":{"driver":"acceld.dev","nodeName":"n","pool":{\
        "name":"n","generation":1,"resourceSliceCount":1},"sharedCounters":[{"name":"c",\
        "counters":{"chips":{"value":"4"}}}],"devices":[{"name":"d","attributes":{"a":{"int":1},\
        "b":{"string":"t"},"c":{"version":"1.2.3"},"e":{"bool":true}},"capacity":{"memory":{\
        "value":"80Gi"}},"taints":[{"key":"k","effect":"NoSchedule",\
        "timeAdded":"2026-11-20T10:00:00Z"}],"consumesCounters":[{"counterSet":"c","counters":{\
        "chips":{"value":"1"}}}]}]}}]}\
        """,
        """
        {"items":[{"spec":{"pool":{"generation":1e400}}}]}\
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    List<JsonNode> items = new ArrayList<>();
    try {
      ListJson.read(JSON, new ByteArrayInputStream(bytes), items::add);
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    for (JsonNode item : items) {
      ResourceSlice.Spec spec = SliceReader.read(item).spec();
      JsonNode written = JSON.createObjectNode().set("spec", SliceJson.specOf(JSON, spec));
      assertThat(SliceReader.read(written).spec()).isEqualTo(spec);
    }
  }
}
