package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.probe.tpu.host.FactSource.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredFactsTest {
  private static ConfiguredFacts parse(String value) {
    return ConfiguredFacts.parse("--tpu-host-facts", value);
  }

  @Test
  void readsPairsWhoseValuesMayHaveCommasAndEqualsSigns() {
    assertThat(parse(" TOPOLOGY=4x4; CHIPS_PER_HOST_BOUNDS = 2,2,1 ;;SLICE_NAME=a=b;").now())
        .isEqualTo(
            new Statement(
                Map.of(
                    Fact.TOPOLOGY, "4x4",
                    Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1",
                    Fact.SLICE_NAME, "a=b"),
                List.of()));
  }

  @Test
  void nothingIsSetByDefault() {
    assertThat(parse("").now()).isEqualTo(Statement.NOTHING);
  }

  @Test
  void isKnownByItsSetting() {
    assertThat(parse("").name()).isEqualTo("--tpu-host-facts");
  }

  @Test
  void aKeyThatIsNotKnownIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> parse("TOPOLOGY=4x4;Worker=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'Worker' is not known")
        .hasMessageContaining("ACCELERATOR_TYPE, ACCELERATOR, TOPOLOGY, CHIPS_PER_HOST_BOUNDS,")
        .hasMessageContaining("WORKER_ID, MACHINE_TYPE, SLICE_NAME")
        .hasMessageContaining("KEY=value");
    assertThatThrownBy(() -> parse("=4x4")).hasMessageContaining("'' is not known");
  }

  @Test
  void aKeyWithoutAValueIsNamed() {
    for (String value : new String[] {"TOPOLOGY", "TOPOLOGY=", "WORKER_ID=1;TOPOLOGY= "}) {
      assertThatThrownBy(() -> parse(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("TOPOLOGY has no value; write TOPOLOGY=value");
    }
  }

  @Test
  void aKeyThatOccursTwiceIsNamed() {
    assertThatThrownBy(() -> parse("WORKER_ID=1;TOPOLOGY=4x4;WORKER_ID=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("WORKER_ID occurs twice");
  }
}
