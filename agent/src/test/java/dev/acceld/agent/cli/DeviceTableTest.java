package dev.acceld.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.DeviceTable.Column;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices as a table: columns and orders. */
class DeviceTableTest {
  private static final String DEVICES =
      """
      [{"name":"b","alias":"gpu-1","health":"healthy","memoryBytes":10,"uuid":"GPU-b",
        "readings":{"utilization":0.5,"power":100.0,"memory_used":1073741824},
        "processes":[{"pid":1},{"pid":2}],"otherProcesses":3,"files":["/dev/nvidia1"]},
       {"name":"a","alias":"gpu-0","health":"unhealthy","memoryBytes":20,
        "reasons":[{"code":"xid","value":"79"}],"readings":{"utilization":0.0,"power":300.0}},
       {"name":"c","parent":"b","health":"healthy","memoryBytes":5,
        "readings":{"graphics_active":0.9},"processes":[]},
       {"name":"d","health":"healthy","processes":[{"pid":1},{"pid":2},{"pid":3}],
        "files":["/dev/nvidia3"]}]
      """;

  private static JsonNode devices() throws IOException {
    return new ObjectMapper().readTree(DEVICES);
  }

  private static List<String> names(Column by) throws IOException {
    return DeviceTable.of(devices(), false, Optional.of(by))
        .toString()
        .lines()
        .skip(1)
        .map(line -> line.substring(0, 1))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "NAME, a b c d",
    "UTIL, c b a d",
    "POWER, a b c d",
    "MEMORY, a b c d",
    "PROCESSES, b d c a",
    "HEALTH, b c d a",
    "ALIAS, a b c d",
    "UUID, b a c d"
  })
  void numbersComeFromTheHighestAndWhatIsNotKnownComesLast(Column by, String order)
      throws IOException {
    assertThat(String.join(" ", names(by))).isEqualTo(order);
  }

  @Test
  void withoutAnOrderItIsThatOfTheAgent() throws IOException {
    assertThat(DeviceTable.of(devices(), false, Optional.empty()).toString())
        .containsSubsequence("\nb ", "\na ", "\nc ", "\nd ");
  }

  @Test
  void theWideTableHasAllColumns() throws IOException {
    String narrow = DeviceTable.of(devices(), false, Optional.empty()).toString();
    String wide = DeviceTable.of(devices(), true, Optional.empty()).toString();
    assertThat(wide.lines().findFirst().orElseThrow().split(" +", -1))
        .containsExactly(Arrays.stream(Column.values()).map(Column::name).toArray(String[]::new));
    assertThat(narrow).doesNotContain("UUID", "POWER").contains("unhealthy (xid 79)", "90%");
    assertThat(wide).contains("GPU-b", "1 GiB", "300 W", "/dev/nvidia1").containsPattern(" 5 ");
  }

  @Test
  void aColumnIsFoundInUpperAndLowerCase() {
    assertThat(Column.of("util")).contains(Column.UTIL);
    assertThat(Column.of("colour")).isEmpty();
  }
}
