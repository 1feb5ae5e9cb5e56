package dev.acceld.reset;

import dev.acceld.device.Device;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a vendor's devices are reset. Calls touch hardware and may take long; any thread. */
public interface DeviceReset {

  /** What is done, for a person: {@code nvidia-smi --gpu-reset}. */
  String describe();

  /** Whether it is for such a device: for a whole one, and no part or group. Touches nothing. */
  boolean canReset(Device device);

  /** Why this device cannot be reset here, with the remedy; empty when it can. Reads files. */
  Optional<String> refusal(Device device);

  /**
   * The processes that have the device open, without this one; empty where those of the host cannot
   * be seen. Looks at all processes of the host.
   */
  Optional<List<Holder>> holders(Device device);

  /**
   * Whether the reset itself refuses a device that somebody has open, so that it can be tried where
   * {@link #holders} sees nothing.
   */
  boolean refusesBusy();

  /**
   * Resets it; comes back when that is done, has failed, or took too long.
   *
   * @param within after which it is given up, and killed where that is possible
   * @return what was said about it, by line
   * @throws ResetFailedException with what was said
   */
  List<String> reset(Device device, Duration within)
      throws ResetFailedException, InterruptedException;
}
