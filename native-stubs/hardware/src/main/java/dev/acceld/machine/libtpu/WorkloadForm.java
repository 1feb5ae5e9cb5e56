package dev.acceld.machine.libtpu;

import dev.acceld.machine.description.ByteSize;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A workload as a person describes it on a command line. A value that is given once is that of all
 * chips; a list has one for each.
 *
 * @param ports of {@code --ports}, else of {@code TPU_RUNTIME_METRICS_PORTS}
 * @param onePort whether the first port has all chips
 * @param chips how many; else as many as there are ports
 * @param devicesPerChip 1 or 2
 * @param ids of the devices, chip by chip; else from 0
 * @param values by {@link Value}
 */
public record WorkloadForm(
    Optional<String> ports,
    boolean onePort,
    Optional<Integer> chips,
    int devicesPerChip,
    Optional<String> ids,
    Map<Value, String> values) {
  private static final int DEFAULT_PORT = 8431;
  private static final int MOST_CHIPS = 64;

  /** What can be told of each chip. */
  public enum Value {
    /** Memory. */
    HBM_TOTAL("--hbm-total"),
    /** Memory in use. */
    HBM_USED("--hbm-used"),
    /** Share of time. */
    DUTY_CYCLE("--duty-cycle"),
    /** Share of the memory's bandwidth. */
    HBM_BANDWIDTH("--hbm-bandwidth"),
    /** Seconds without work. */
    IDLE("--idle"),
    /** Programs that wait. */
    QUEUE("--queue");

    private final String flag;

    Value(String flag) {
      this.flag = flag;
    }
  }

  /** Takes a copy. */
  public WorkloadForm {
    values = Map.copyOf(values);
  }

  /**
   * The ports to serve on.
   *
   * @throws MachineException when they are none
   */
  public List<Integer> serving() {
    return onePort ? listed().subList(0, 1) : listed();
  }

  private List<Integer> listed() {
    return numbers(
        "the ports",
        ports.filter(p -> !p.isBlank()).orElse(Integer.toString(DEFAULT_PORT)),
        0xffff);
  }

  /**
   * The workload, with good habits.
   *
   * @throws MachineException when the description contradicts itself
   */
  public TpuWorkload workload() {
    int count = chips.orElse(listed().size());
    if (count < 1 || count > MOST_CHIPS) {
      throw new MachineException("--chips must be from 1 to " + MOST_CHIPS + ", not " + count);
    }
    if (devicesPerChip < 1 || devicesPerChip > 2) {
      throw new MachineException("--devices-per-chip must be 1 or 2, not " + devicesPerChip);
    }
    if (count % serving().size() != 0) {
      throw new MachineException(
          count
              + " chips cannot be divided evenly among "
              + serving().size()
              + " ports; set --chips, or --one-port to list all chips on the first");
    }
    List<Integer> devices = devices(count * devicesPerChip);
    List<Long> total = each(Value.HBM_TOTAL, count, "16GiB", ByteSize.FORM, ByteSize::parse);
    List<Long> used = each(Value.HBM_USED, count, "0", ByteSize.FORM, ByteSize::parse);
    List<Double> duty = each(Value.DUTY_CYCLE, count, "0", "0 to 100", WorkloadForm::percent);
    List<Double> bandwidth =
        each(Value.HBM_BANDWIDTH, count, "0", "0 to 100", WorkloadForm::percent);
    List<Double> idle = each(Value.IDLE, count, "0", "seconds", WorkloadForm::amount);
    List<Long> queue = each(Value.QUEUE, count, "0", "a whole number", Long::parseUnsignedLong);
    List<TpuChipValues> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = i * devicesPerChip;
      all.add(
          TpuChipValues.idle(devices.subList(first, first + devicesPerChip).toArray(Integer[]::new))
              .withHbm(used.get(i), total.get(i))
              .withLoad(duty.get(i), bandwidth.get(i))
              .withWaiting(idle.get(i), queue.get(i)));
    }
    return new TpuWorkload(all);
  }

  private List<Integer> devices(int count) {
    if (ids.isEmpty()) {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(i);
      }
      return all;
    }
    List<Integer> all = numbers("--ids", ids.get(), Integer.MAX_VALUE);
    if (all.size() != count || new HashSet<>(all).size() != count) {
      throw new MachineException(
          "--ids: " + count + " different ids are needed, not '" + ids.get() + "'");
    }
    return all;
  }

  private <T> List<T> each(
      Value value, int count, String otherwise, String form, Function<String, T> parser) {
    String text = values.getOrDefault(value, otherwise);
    List<T> all = new ArrayList<>();
    try {
      for (String one : text.split(",", -1)) {
        all.add(parser.apply(one.strip()));
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new MachineException(value.flag + ": '" + text + "' is not " + form);
    }
    if (all.size() != 1 && all.size() != count) {
      throw new MachineException(
          value.flag
              + ": '"
              + text
              + "' must be one value, or one for each of "
              + count
              + " chips");
    }
    while (all.size() < count) {
      all.add(all.getFirst());
    }
    return all;
  }

  private static double percent(String text) {
    double value = amount(text);
    if (value > 100) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static double amount(String text) {
    double value = Double.parseDouble(text);
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static List<Integer> numbers(String what, String text, int most) {
    try {
      List<Integer> all =
          Arrays.stream(text.split(",", -1)).map(n -> Integer.parseUnsignedInt(n.strip())).toList();
      if (all.stream().allMatch(n -> n >= 0 && n <= most)) {
        return all;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new MachineException(
        what + ": '" + text + "' must be a list of numbers such as 8431,8432");
  }

  /**
   * Checks the name of a metric.
   *
   * @throws MachineException with the nearest
   */
  public static String metric(String name) {
    if (!MetricNames.all().contains(name)) {
      throw new MachineException(
          "libtpu has no metric '" + name + "'" + Suggestions.hint(name, MetricNames.all()));
    }
    return name;
  }
}
