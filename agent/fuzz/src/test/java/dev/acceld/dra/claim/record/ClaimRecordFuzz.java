package dev.acceld.dra.claim.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Claim records on disk, with a checksum that is correct whatever the content is. */
class ClaimRecordFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"format":"1.1","state":"prepared","bootId":"b","claim":{"namespace":"n","name":"c",\
        "uid":"1b4e28ba-2fa1-11d2-883f-0016d3cca427"},"preparedAt":"2026-11-20T10:00:00Z",\
        "pods":[{"namespace":"n","name":"p","uid":"u"}],"devices":[{"request":"r","pool":"l",\
        "device":"gpu-1","shareId":"s","adminAccess":false,"physical":"gpu-1",\
        "parts":["gpu-1","gpu-2"],"cdiIds":["acceld.dev/claim=x"],"attributes":{"a":{"int":1},\
        "b":{"bool":true},"c":{"string":"t"},"d":{"version":"1.2.3"}},"capacities":{"memory":4},\
        "place":"q","recipe":"z"}],"configuration":["{}"],"traceContext":"t",\
        "unprepareMark":"m","use":{"x":1.5},"cdi":"{}"}\
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    if (bytes.length > 2) {
      check(RecordSeal.seal(bytes));
    }
    check(bytes);
  }

  private static void check(byte[] file) {
    ClaimRecord record;
    try {
      record = ClaimRecordCodec.decode(file);
    } catch (RecordDamagedException e) {
      assertThat(e.getMessage()).startsWith("it");
      return;
    }
    byte[] written = ClaimRecordCodec.encode(record);
    try {
      assertThat(ClaimRecordCodec.decode(written)).isEqualTo(record);
    } catch (RecordDamagedException e) {
      throw new AssertionError("what was written again: " + Arrays.toString(written), e);
    }
  }
}
