package dev.acceld.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of faults on disk, as JSON and as it is compressed, whose checksum is correct. */
class FlightRecordFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"format":1,"id":"xid-79-3fa9","node":"n","agent":"1","boot":"b",\
        "device":{"name":"gpu-1","alias":"gpu-0","type":"gpu","model":"H100","uuid":"GPU-1"},\
        "affected":["gpu-1"],"fault":{"code":"xid","value":"79","state":"unhealthy","message":"m",\
        "action":"a","effect":"NoSchedule","ends":"e","since":"2026-11-22T12:00:00Z",\
        "detectedAt":"2026-11-22T12:00:00Z"},"course":{"occurrences":1,\
        "lastSeen":"2026-11-22T12:00:00Z","steps":[{"at":"2026-11-22T12:00:01Z","what":"w"}],\
        "end":{"at":"2026-11-22T13:00:00Z","evidence":"e"}},\
        "holders":[{"device":"gpu-1","namespace":"n","claim":"c","uid":"u","request":"r","pods":["n/p"]}],\
        "processes":[{"pid":1,"activity":"compute","owner":"claim"}],"processesAgeSeconds":0.5,\
        "kernel":["k"],"readings":{"stepSeconds":1.0,"complete":true,"seconds":[-1.0,0.0],\
        "values":{"power":[300.0,null]}}}
        """,
        "{\"format\":2}",
        "{\"format\":1,\"readings\":{\"values\":{\"power\":null}}}");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    refused(bytes);
    FlightRecord record;
    try {
      record = FlightCodec.decode(packed(bytes));
    } catch (IOException e) {
      return;
    }
    assertThat(FlightCodec.decode(FlightCodec.encode(record))).isEqualTo(record);
  }

  /** Whatever is no gzip, or no record, is refused as documented. */
  private static void refused(byte[] bytes) {
    try {
      assertThat(FlightCodec.decode(bytes).id()).isNotEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
