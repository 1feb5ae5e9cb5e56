package dev.acceld.agent.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A record on a terminal, as it is to look ({@code -Dgolden.write=true} writes it anew). */
class FaultPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN =
      Path.of("src/test/resources/dev/acceld/agent/cli/faults/page.txt");
  private static final String RECORD =
      """
      {"id":"xid-79-3fa9","node":"node-1",
       "device":{"name":"gpu-0a1b2c3d","alias":"gpu-3","model":"H100","pciBusId":"0000:1a:00.0"},
       "affected":["gpu-0a1b2c3d","gpu-0a1b2c3d-mig-1g-0"],
       "fault":{"code":"xid","value":"79","state":"unhealthy","effect":"NoSchedule",
         "message":"XID 79: GPU has fallen off the bus","action":"reboot the node",
         "ends":"the node was rebooted","since":"2026-11-22T12:00:00.1Z",
         "detectedAt":"2026-11-22T12:00:00.5Z"},
       "course":{"occurrences":3,"lastSeen":"2026-11-22T12:01:00Z",
         "steps":[{"at":"2026-11-22T12:00:00.7Z","what":"ResourceSlice update: ok"},
           {"at":"2026-11-22T12:20:00Z","what":"acceld health clear gpu-0a1b2c3d xid-79 by root: \
      reset by hand, and a word that makes it long"}],
         "end":{"at":"2026-11-22T12:20:00Z","evidence":"cleared by root: reset by hand"}},
       "holders":[{"namespace":"team","claim":"train-gpu","pods":["team/train-0"]}],
       "processes":[{"pid":4711,"command":"python3","memoryBytes":1073741824,"owner":"claim",
         "pod":"team/train-0"}],
       "processesAgeSeconds":2.0,
       "kernel":["NVRM: Xid (PCI:0000:1a:00): 79, GPU has fallen off the bus."]}
      """;

  /** Power that rises to the fault, then nothing for ten seconds, then zero. */
  private static ObjectNode record() throws IOException {
    ObjectNode record = (ObjectNode) JSON.readTree(RECORD);
    ObjectNode table = JSON.createObjectNode().put("stepSeconds", 1.0).put("complete", true);
    ArrayNode seconds = table.putArray("seconds");
    ObjectNode values = table.putObject("values");
    ArrayNode power = values.putArray("power");
    ArrayNode temperature = values.putArray("temperature");
    ArrayNode errors = values.putArray("ecc_uncorrected");
    ArrayNode reasons = values.putArray("clock_reason");
    for (int second = -60; second <= 29; second++) {
      seconds.add((double) second);
      reasons.add(second == -5 ? 3.0 : 0.0);
      if (second > 0 && second < 11) {
        power.addNull();
        temperature.addNull();
        errors.addNull();
      } else {
        power.add(second <= 0 ? 100.0 + 10 * (second + 60) : 0.0);
        temperature.add(second <= 0 ? 66.0 : 50.0);
        errors.add(second <= 0 ? 0.0 : 2.0);
      }
    }
    record.set("readings", table);
    return record;
  }

  private static String page(boolean ascii) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    new FaultPage(record(), ascii).print(out);
    out.flush();
    return text.toString();
  }

  @Test
  void everythingIsThereInEightyColumns() throws IOException {
    String both = page(true) + "\n" + page(false);
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, both);
    }
    assertThat(both.lines()).containsExactlyElementsOf(Files.readAllLines(GOLDEN));
    assertThat(both.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(page(true).chars()).allMatch(c -> c < 127);
  }
}
