package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TpuLogsTest {
  @TempDir Path dir;

  private static VendorOptions options(Map<String, String> given) {
    Map<String, String> all = new HashMap<>();
    for (VendorSetting setting : new TpuModule().settings()) {
      setting.fallback().ifPresent(value -> all.put(setting.name(), value));
    }
    all.putAll(given);
    return new VendorOptions(all);
  }

  @Test
  void offUnlessADirectoryIsNamed() {
    assertThat(TpuLogs.of(options(Map.of()))).isEmpty();
    Optional<LogPlace> place =
        TpuLogs.of(options(Map.of("tpu-log-dir", "/var/log/tpu/", "tpu-log-keep", "20")))
            .map(TpuLogs::place);
    assertThat(place.map(LogPlace::directory)).contains(Path.of("/var/log/tpu"));
    assertThat(place.map(LogPlace::inContainer)).contains("/tmp/tpu_logs");
    assertThat(place.map(LogPlace::keep)).contains(20);
    assertThat(place.map(LogPlace::keepFor)).contains(Duration.ofDays(7));
  }

  @ParameterizedTest
  @CsvSource({
    "tpu-log-dir,/,root directory",
    "tpu-log-keep,-1,number from 0",
    "tpu-log-keep,all,number from 0",
    "tpu-log-keep-for,never,a duration such as 30m",
    "tpu-log-keep-for,7,a duration such as 30m"
  })
  void aWrongValueIsNamed(String setting, String value, String what) {
    assertThatThrownBy(() -> new TpuModule().check(options(Map.of(setting, value))))
        .isInstanceOf(VendorOptionException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void theDoctorSeesWhetherTheDirectoryCanBeUsed() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    assertThat(examined(dir)).extracting(HardwareStatement::severity).isEqualTo(Severity.OK);
    for (Path bad : new Path[] {dir.resolve("missing"), file}) {
      HardwareStatement statement = examined(bad);
      assertThat(statement.severity()).isEqualTo(Severity.WARN);
      assertThat(statement.text()).contains(bad.toString());
      assertThat(statement.remedy()).contains("--tpu-log-dir");
    }
  }

  private static HardwareStatement examined(Path path) {
    return TpuLogs.of(options(Map.of("tpu-log-dir", path.toString()))).orElseThrow().examine();
  }
}
