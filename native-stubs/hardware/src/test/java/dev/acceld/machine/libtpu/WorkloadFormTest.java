package dev.acceld.machine.libtpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.libtpu.WorkloadForm.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadFormTest {
  /** Empty texts and 0 are what is not given; a value is written {@code IDLE=1}. */
  private static WorkloadForm form(
      String ports, boolean onePort, int chips, int devices, String ids, String value) {
    String[] parts = value.split("=", 2);
    return new WorkloadForm(
        Optional.of(ports).filter(p -> !p.isEmpty()),
        onePort,
        Optional.of(chips).filter(n -> n != 0),
        devices,
        Optional.of(ids).filter(i -> !i.isEmpty()),
        value.isEmpty() ? Map.of() : Map.of(Value.valueOf(parts[0]), parts[1]));
  }

  private static WorkloadForm form(String ports, int chips) {
    return form(ports, false, chips, 1, "", "");
  }

  @Test
  void thereIsAChipForEachPort() {
    WorkloadForm form = form("8431, 8432,8433,8434", 0);
    assertThat(form.serving()).containsExactly(8431, 8432, 8433, 8434);
    assertThat(form.workload().chips())
        .extracting(TpuChipValues::devices)
        .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
    assertThat(form("", 0).serving()).containsExactly(8431);
    assertThat(form("  ", 0).workload().chips()).hasSize(1);
  }

  @Test
  void allChipsCanBeOnTheFirstPort() {
    WorkloadForm form = form("8431,8432", true, 0, 2, "8,9,12,13", "");
    assertThat(form.serving()).containsExactly(8431);
    assertThat(form.workload().chips())
        .extracting(TpuChipValues::devices)
        .containsExactly(List.of(8, 9), List.of(12, 13));
    assertThat(form("8431", 4).workload().chips()).hasSize(4);
    assertThat(form("", true, 2, 1, "", "").workload().chips()).hasSize(2);
    assertThat(form("", true, 0, 1, "", "").workload().chips()).hasSize(1);
  }

  @Test
  void aValueIsThatOfAllChipsOrOneForEach() {
    assertThat(form("", false, 2, 1, "", "HBM_USED=8GiB").workload().chips())
        .extracting(TpuChipValues::hbmUsedBytes)
        .containsExactly(8L << 30, 8L << 30);
    assertThat(form("", false, 2, 1, "", "DUTY_CYCLE=37, 40.5").workload().chips())
        .extracting(TpuChipValues::dutyCyclePercent)
        .containsExactly(37.0, 40.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8431,x    | 1  | 1 | ''  | ''             | the ports: '8431,x' must be a list of numbers
          70000     | 1  | 1 | ''  | ''             | the ports: '70000'
          8431,8432 | 3  | 1 | ''  | ''             | 3 chips cannot be divided evenly among 2 ports; set --chips, or --one-port
          ''        | 65 | 1 | ''  | ''             | --chips must be from 1 to 64, not 65
          ''        | 4  | 3 | ''  | ''             | --devices-per-chip must be 1 or 2, not 3
          ''        | 2  | 1 | 1,1 | ''             | --ids: 2 different ids are needed, not '1,1'
          ''        | 2  | 2 | 1,2 | ''             | --ids: 4 different ids are needed
          ''        | 2  | 1 | ''  | DUTY_CYCLE=101 | --duty-cycle: '101' is not 0 to 100
          ''        | 2  | 1 | ''  | DUTY_CYCLE=NaN | --duty-cycle: 'NaN' is not 0 to 100
          ''        | 2  | 1 | ''  | HBM_USED=8GB   | --hbm-used: '8GB' is not bytes, such as
          ''        | 2  | 1 | ''  | HBM_TOTAL=999999999999999GiB | --hbm-total:
          ''        | 2  | 1 | ''  | IDLE=-1        | --idle: '-1' is not seconds
          ''        | 2  | 1 | ''  | QUEUE=1.5      | --queue: '1.5' is not a whole number
          ''        | 3  | 1 | ''  | QUEUE=1,2      | --queue: '1,2' must be one value, or one for each of 3 chips
          """)
  void whatIsWrongIsNamed(
      String ports, int chips, int devices, String ids, String value, String what) {
    assertThatExceptionOfType(MachineException.class)
        .isThrownBy(() -> form(ports, false, chips, devices, ids, value).workload())
        .withMessageStartingWith(what);
  }

  @Test
  void namesOfMetricsAndHabitsHaveSuggestions() {
    assertThat(WorkloadForm.metric(MetricNames.IDLE)).isEqualTo(MetricNames.IDLE);
    assertThatExceptionOfType(MachineException.class)
        .isThrownBy(() -> WorkloadForm.metric("hlo.queue.size"))
        .withMessageContaining("did you mean 'hlo.queue.size.gauge'?");
    assertThat(Habit.of("foreign-chips")).isEqualTo(Habit.FOREIGN_CHIPS);
    assertThatExceptionOfType(MachineException.class)
        .isThrownBy(() -> Habit.of("hangs"))
        .withMessageContaining("did you mean 'hang'?");
  }
}
