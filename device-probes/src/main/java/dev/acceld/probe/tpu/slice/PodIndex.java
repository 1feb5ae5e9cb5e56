package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads a number that a controller has written to a pod's labels or annotations. */
final class PodIndex {
  private static final Pattern DIGITS = Pattern.compile("0|[1-9][0-9]{0,8}");

  private PodIndex() {}

  /**
   * The number of that name; empty when the pod has neither a label nor an annotation of it.
   *
   * @throws AccessRefusedException when it is no number that a controller writes
   */
  static OptionalInt of(PodFacts pod, String name) throws AccessRefusedException {
    Optional<String> text =
        Optional.ofNullable(pod.labels().get(name))
            .or(() -> Optional.ofNullable(pod.annotations().get(name)));
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt number = read(text.get());
    if (number.isEmpty()) {
      throw SliceProblem.at(
          "hostnames",
          name
              + " of pod "
              + pod.path()
              + " is "
              + HostNames.quoted(text.get())
              + ", not a number such as 0 or 12; set hostnames and workerId in the claim instead");
    }
    return number;
  }

  /** A number as controllers write them; empty for any other text. */
  static OptionalInt read(String text) {
    return DIGITS.matcher(text).matches()
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
