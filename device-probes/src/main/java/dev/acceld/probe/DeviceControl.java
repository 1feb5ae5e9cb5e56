package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.reset.DeviceReset;
import dev.acceld.selftest.DeviceSelfTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes hardware for a claim: the one way in which something flows back to the devices. Callers
 * hold the lock of the physical part, over all processes; calls touch hardware and may take
 * seconds. Safe for all threads.
 *
 * <p>What is made is named by a partition ID, a text that a claim record keeps: with it alone the
 * thing can be unmade, whoever made it and whether or not it was finished.
 */
public interface DeviceControl {

  /** For devices that are used as they are. */
  DeviceControl NONE = new UsedAsTheyAre();

  /**
   * The partition ID of a device that has to be made first; empty for one that is used as it is.
   * Quick, touches nothing.
   */
  Optional<String> partitionId(Device device);

  /**
   * Where a device lies on its physical part, in the form of a partition ID, whoever made it; empty
   * for one that is no part of another. Quick, touches nothing.
   */
  default Optional<String> place(Device device) {
    return partitionId(device);
  }

  /**
   * Looks whether a device could be made: whether the hardware answers, and nobody else has
   * something in its place. To be asked before anything is announced in a record, so that no record
   * names what somebody else made. Changes nothing.
   *
   * @param held as for {@link #make}
   * @throws ControlFailedException when it could not; the message says why and what to do
   */
  default void check(Device device, Set<String> held) throws ControlFailedException {}

  /**
   * Makes a device, or makes a device that is used as it is ready for that. What this call did is
   * undone when it fails; what was there before stays as it was.
   *
   * @param options what the claim says of the device
   * @param held partition IDs, places and UUIDs of what claims hold on any part. When the device's
   *     own partition ID is among them, an earlier try may have made it, in part or whole: it is
   *     completed and taken over. What is there and not among them belongs to somebody else: it
   *     stays, unless the operator has said that it may go
   * @return the device as it is now
   * @throws ControlFailedException when it cannot be made; the message says why and what to do
   */
  Device make(Device device, AccessOptions options, Set<String> held) throws ControlFailedException;

  /** The same for a claim that says nothing. */
  default Device make(Device device, Set<String> held) throws ControlFailedException {
    return make(device, AccessOptions.DEFAULT, held);
  }

  /** Whether this can unmake what a partition ID names; decided by the text alone. */
  boolean understands(String partitionId);

  /** Whether what a partition ID names is there as a whole. */
  Made isMade(String partitionId);

  /** An answer about hardware. */
  enum Made {
    /** It is there, as a whole. */
    YES,
    /** The hardware says that it is not there, or not as a whole. */
    NO,
    /** The hardware cannot be asked now, or does not say. */
    UNKNOWN
  }

  /**
   * Unmakes what a partition ID names, and does nothing when it is not there.
   *
   * @return true when it is certain that nothing of it is left; false when the driver or the GPU
   *     does not answer, so that it may still be there
   * @throws ControlFailedException when it is in use, or the hardware refuses
   */
  boolean unmake(String partitionId) throws ControlFailedException;

  /**
   * Looks for what nobody holds on the part that this device is of. It stays, and is told of,
   * unless the operator has said that it may go; what is in use always stays.
   *
   * @param held as for {@link #make}
   * @return one sentence for each thing that was done, could not be, or is not ours
   */
  List<String> tidy(Device device, Set<String> held);

  /** Whether {@link #users} knows anything of a device. Quick, touches nothing. */
  default boolean tellsUsers(Device device) {
    return false;
  }

  /**
   * The processes that have files of devices open at the moment, as far as that can be seen; a
   * device that nobody seems to use has no entry. Looks at all processes of the host.
   */
  default Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
    return Map.of();
  }

  /** How a device is reset; empty when its vendor knows no way. Quick, touches nothing. */
  default Optional<DeviceReset> reset(Device device) {
    return Optional.empty();
  }

  /** How a device is tested; empty when its vendor has no cheap test, or none is wanted. Quick. */
  default Optional<DeviceSelfTest> selfTest(Device device) {
    return Optional.empty();
  }

  /** Nothing is made: every device is used as it is. */
  class UsedAsTheyAre implements DeviceControl {
    /** For a vendor who has something to add. */
    protected UsedAsTheyAre() {}

    @Override
    public Optional<String> partitionId(Device device) {
      return Optional.empty();
    }

    @Override
    public Device make(Device device, AccessOptions options, Set<String> held) {
      return device;
    }

    @Override
    public boolean understands(String partitionId) {
      return false;
    }

    @Override
    public Made isMade(String partitionId) {
      return Made.UNKNOWN;
    }

    @Override
    public boolean unmake(String partitionId) throws ControlFailedException {
      throw new ControlFailedException("unsupported partition ID '" + partitionId + "'");
    }

    @Override
    public List<String> tidy(Device device, Set<String> held) {
      return List.of();
    }
  }
}
