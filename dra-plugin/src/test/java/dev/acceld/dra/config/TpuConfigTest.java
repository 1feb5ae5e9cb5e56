package dev.acceld.dra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.PodSettings;
import dev.acceld.probe.tpu.slice.TpuConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An author of a TpuConfig counts on every word of it. */
class TpuConfigTest {
  private static AccessOptions read(String members) throws InvalidConfigException {
    return new ConfigDecoder(List.of(new TpuConfigKind()))
        .decode(
            "{\"apiVersion\": \"tpu.acceld.dev/v1alpha1\", \"kind\": \"TpuConfig\""
                + members.replace('\'', '"')
                + "}")
        .options();
  }

  @Test
  void withoutASliceItSaysNothing() throws Exception {
    assertThat(read("")).isEqualTo(AccessOptions.DEFAULT);
    assertThat(read(", 'slice': null")).isEqualTo(AccessOptions.DEFAULT);
  }

  @Test
  void withoutHostNamesThePodIsAsked() throws Exception {
    assertThat(read(", 'slice': {'topology': '4x4', 'workers': 4}").pod())
        .contains(new PodSettings("TpuConfig", Map.of("topology", "4x4", "workers", "4"), false));
  }

  @Test
  void withAllThatIsNeededThePodIsNotAsked() throws Exception {
    assertThat(
            read(", 'slice': {'topology': '2x2x2', 'workers': 2, 'hostnames': ['a.s', '10.0.0.2'],"
                    + " 'workerId': 1}")
                .pod())
        .contains(
            new PodSettings(
                "TpuConfig",
                Map.of(
                    "topology",
                    "2x2x2",
                    "workers",
                    "2",
                    "hostnames",
                    "a.s,10.0.0.2",
                    "workerId",
                    "1"),
                true));
    assertThat(
            read(", 'slice': {'topology': '2x2', 'workers': 1, 'hostnames': ['localhost']}").pod())
        .hasValueSatisfying(pod -> assertThat(pod.complete()).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'slice': 4 | $.slice: must be an object, not the number 4",
        "'slice': {} | $.slice.topology: is missing; set it",
        "'slice': {'topology': 4} | $.slice.topology: must be a string, not the number 4",
        "'slice': {'topology': '4by4'} | $.slice.topology: '4by4' is not a topology such as",
        "'slice': {'topology': '4x0', 'workers': 1} | $.slice.topology: '4x0' is not a topology",
        "'slice': {'topology': '4x4'} | $.slice.workers: is missing; set it to the number",
        "'slice': {'topology': '4x4', 'workers': '4'} | $.slice.workers: must be a whole number",
        "'slice': {'topology': '4x4', 'workers': 4.5} | $.slice.workers: must be a whole number",
        "'slice': {'topology': '4x4', 'workers': 0} | must be a whole number from 1 to 4096, not the"
            + " number 0",
        "'slice': {'topology': '4x4', 'workers': 4097} | $.slice.workers: must be a whole number",
        "'slice': {'topology': '4x4', 'workers': 99999999999999999999} | $.slice.workers: must be",
        "'slice': {'topology': '4x4', 'workers': 4, 'worker': 1} | $.slice.worker: is not known;"
            + " known are topology, workers, hostnames, workerId",
        "'slices': 2 | $.slices: is not known; known are apiVersion, kind, slice",
        "'slice': {'topology': '4x4', 'workers': 2, 'hostnames': 'a,b'} | $.slice.hostnames: must be"
            + " a list",
        "'slice': {'topology': '4x4', 'workers': 2, 'hostnames': ['a']} | $.slice.hostnames: lists 1"
            + " name, but workers is 2; list one for each worker",
        "'slice': {'topology': '4x4', 'workers': 1, 'hostnames': []} | $.slice.hostnames: lists 0"
            + " names",
        "'slice': {'topology': '4x4', 'workers': 2, 'hostnames': ['a', 'b c']} |"
            + " $.slice.hostnames[1]: 'b c' is not a host name",
        "'slice': {'topology': '4x4', 'workers': 2, 'hostnames': ['a', 'a']} |"
            + " $.slice.hostnames[1]: 'a' occurs twice",
        "'slice': {'topology': '4x4', 'workers': 2, 'hostnames': ['a', 'b'], 'workerId': 2} |"
            + " $.slice.workerId: must be a whole number from 0 to 1, not the number 2",
        "'slice': {'topology': '4x4', 'workers': 2, 'workerId': 1} | $.slice.workerId: needs"
            + " hostnames",
      })
  void aMistakeIsNamedWithItsPlace(String members, String message) {
    assertThatThrownBy(() -> read(", " + members))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSliceReplacesAnotherAsAWhole() throws Exception {
    AccessOptions ofClass =
        read(", 'slice': {'topology': '2x4', 'workers': 2, 'hostnames': ['a', 'b']}");
    AccessOptions ofClaim = read(", 'slice': {'topology': '4x4', 'workers': 4}");
    assertThat(ofClaim.orElse(ofClass)).isEqualTo(ofClaim);
    assertThat(AccessOptions.DEFAULT.orElse(ofClass)).isEqualTo(ofClass);
  }
}
