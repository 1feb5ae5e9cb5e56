package dev.acceld.agent.repair;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.agent.repair.records.RepairRecords;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * What repairs work with.
 *
 * @param holders who holds physical parts of devices
 */
public record RepairParts(
    NodeDevices devices, HolderLookup holders, RepairRecords records, InstantSource clock) {

  /** On a node. */
  public static RepairParts of(NodeDevices devices, HolderLookup holders) {
    return new RepairParts(devices, holders, devices.repairs(), InstantSource.system());
  }

  /** Tells who holds physical parts of devices, in a sentence for each claim. */
  @FunctionalInterface
  public interface HolderLookup {
    /** Waits for calls that are under way; an {@link IOException} when it cannot be known. */
    List<String> of(Set<String> physical, Duration patience)
        throws IOException, InterruptedException;
  }
}
