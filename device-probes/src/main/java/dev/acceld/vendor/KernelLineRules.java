package dev.acceld.vendor;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What the drivers of one vendor write to the kernel's log. A line in {@code
 * META-INF/services/dev.acceld.vendor.KernelLineRules} adds an implementation to the agent; it has
 * no state and a public constructor without parameters. Any thread.
 */
public interface KernelLineRules {

  /**
   * Reads a line.
   *
   * @param text printable ASCII without a line break, 1,024 characters at most, whoever may have
   *     chosen parts of it; the kernel writes other bytes as {@code \xNN}
   * @return empty when it is none of these drivers' lines, or none that says anything of a device
   */
  Optional<KernelMessage> read(String text);

  /**
   * The {@link FaultCode#reason} of the faults that its lines report; empty when they have none.
   */
  default String reason() {
    return "";
  }

  /**
   * The name of the probe that finds the devices of its faults; empty when it has no faults. While
   * that probe has not looked for devices, a fault of an unknown one waits.
   */
  default String probe() {
    return "";
  }

  /** The rules of all vendors of this process. */
  static List<KernelLineRules> all() {
    return ServiceLoader.load(KernelLineRules.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
