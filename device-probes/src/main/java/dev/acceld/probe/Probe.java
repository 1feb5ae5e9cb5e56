package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.Readings;
import java.util.List;

/**
 * One vendor's devices. The supervisor calls every method on one thread of the probe's own, so an
 * implementation needs no locks, and a call that never returns stalls this probe only.
 */
public interface Probe extends AutoCloseable {

  /** A short lower-case name: {@code nvidia}, {@code tpu}. */
  String name();

  /**
   * The devices that are there now, in the order in which they should be offered. Called again and
   * again: it must notice what came and went.
   *
   * @throws ProbeUnavailableException when what the probe needs is not there (yet); not an error
   * @throws ProbeFailedException when the vendor's library fails as a whole; one broken device is a
   *     matter of {@link Discovery#problems()}
   */
  Discovery discover() throws ProbeUnavailableException, ProbeFailedException;

  /** One sample of those devices; a device that cannot be read is left out. */
  Readings read(List<Device> devices);

  /**
   * Trouble noticed since the last call, such as an XID event or a device that no longer answers.
   * It must not wait.
   */
  List<Signal> signals();

  /** Lets go of the vendor's library. */
  @Override
  void close();
}
