package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resets a PCI function while no driver is bound to it, and has one bound afterwards: for drivers
 * that do not notice a reset of the function under them. A function that has no driver, as after a
 * process that ended in the middle of this, is reset as well. Thread-safe.
 */
public final class UnboundReset {
  /** For the driver to set the function up, however long what came before has taken. */
  private static final Duration BIND_WITHIN = Duration.ofSeconds(30);

  private final HostFs host;
  private final FunctionReset functions;
  private final DriverBinding drivers;
  private final Duration bindWithin;
  private final Map<PciAddress, ResetWorker> workers = new ConcurrentHashMap<>();

  /**
   * For functions of these drivers.
   *
   * @param drivers as below {@code /sys/bus/pci/drivers}, at least one
   */
  public UnboundReset(HostFs host, Set<String> drivers) {
    this(host, drivers, BIND_WITHIN);
  }

  UnboundReset(HostFs host, Set<String> drivers, Duration bindWithin) {
    this.host = host;
    this.bindWithin = bindWithin;
    functions = new FunctionReset(host);
    this.drivers = new DriverBinding(host, drivers);
  }

  /** Why this function cannot be reset, with the remedy; empty when it can. */
  public Optional<String> refusal(PciAddress function) {
    return functions
        .refusal(List.of(function))
        .or(() -> drivers.refusal(function))
        .or(() -> VirtualFunctions.refusal(host, function));
  }

  /**
   * Unbinds the driver, resets the function, and has a driver bound again, whatever came of the
   * rest. What hangs goes on in a thread of its own, which has the driver bound as soon as it can,
   * also after this call has given up or was interrupted.
   *
   * @param within after which the reset is given up; the driver has 30 seconds more
   * @return what was done, by line
   * @throws ResetFailedException saying what went wrong first; what failed after that is suppressed
   */
  public List<String> reset(PciAddress function, Duration within)
      throws ResetFailedException, InterruptedException {
    ResetWorker fresh = new ResetWorker(host, functions, drivers, function, within);
    ResetWorker chosen =
        workers.compute(function, (at, old) -> old == null || old.isDone() ? fresh : old);
    if (chosen != fresh) {
      throw new ResetFailedException(
          "an earlier reset of it has not ended: the write to "
              + chosen.file()
              + " does not return; reboot the node");
    }
    return fresh.run(bindWithin);
  }
}
