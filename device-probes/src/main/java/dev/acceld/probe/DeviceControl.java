package dev.acceld.probe;

import dev.acceld.device.Device;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes hardware for a claim: the one way in which something flows back to the devices. Callers
 * hold the lock of the physical part, over all processes; calls touch hardware and may take
 * seconds. Safe for all threads.
 *
 * <p>What is made is named by a recipe, a text that a claim record keeps: with it alone the thing
 * can be unmade, whoever made it and whether or not it was finished.
 */
public interface DeviceControl {

  /** For devices that are used as they are. */
  DeviceControl NONE = new UsedAsTheyAre();

  /**
   * The recipe of a device that has to be made first; empty for one that is used as it is. Quick,
   * touches nothing.
   */
  Optional<String> recipe(Device device);

  /**
   * Makes a device, or makes a device that is used as it is ready for that. One that is there
   * already, in part or whole, is completed and taken over. On failure nothing is left of it.
   *
   * @param held recipes of what claims hold on any part; everything else may be cleared away
   * @return the device as it is now
   * @throws ControlFailed when it cannot be made; the message says why and what to do
   */
  Device make(Device device, Set<String> held) throws ControlFailed;

  /** Whether what a recipe names is there as a whole; false also when nobody can tell. */
  boolean isMade(String recipe);

  /**
   * Unmakes what a recipe names, and does nothing when it is not there, or when the driver or the
   * GPU is not: neither brings it back.
   *
   * @throws ControlFailed when it is in use, or the hardware refuses
   */
  void unmake(String recipe) throws ControlFailed;

  /**
   * Clears away what nobody holds on the part that this device is of; what is in use stays.
   *
   * @param held as for {@link #make}
   * @return one sentence for each thing that was done or could not be
   */
  List<String> tidy(Device device, Set<String> held);

  /** It has to be, or can be, done nothing. */
  final class UsedAsTheyAre implements DeviceControl {
    private UsedAsTheyAre() {}

    @Override
    public Optional<String> recipe(Device device) {
      return Optional.empty();
    }

    @Override
    public Device make(Device device, Set<String> held) {
      return device;
    }

    @Override
    public boolean isMade(String recipe) {
      return false;
    }

    @Override
    public void unmake(String recipe) throws ControlFailed {
      throw new ControlFailed("nothing here understands '" + recipe + "'");
    }

    @Override
    public List<String> tidy(Device device, Set<String> held) {
      return List.of();
    }
  }
}
