package dev.acceld.recorder;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.history.History;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the recorder finds what it writes down. Each is asked on the recorder's thread and must
 * answer from memory.
 *
 * @param node the Node's name
 * @param agent the version of this program
 * @param boot the id of this boot; empty when the host does not say
 * @param inventory the devices
 * @param snapshots the node now, with the processes on the devices
 * @param history the latest samples of a device
 * @param kernel what the kernel logged
 * @param evidence what showed that a fault of a device is over
 */
public record FlightSources(
    String node,
    String agent,
    Supplier<Optional<String>> boot,
    Supplier<Inventory> inventory,
    Supplier<NodeSnapshot> snapshots,
    Function<DeviceName, Optional<History>> history,
    KernelMessages kernel,
    Evidence evidence) {

  /** What showed that a fault is over. */
  @FunctionalInterface
  public interface Evidence {
    /** In words; empty when nothing but its absence showed it. */
    Optional<String> of(DeviceName device, String code, String value);
  }
}
