package dev.acceld.probe.intel.drm;

import dev.acceld.device.access.DeviceFile;

/** Asks the driver of a GPU what sysfs does not tell. */
@FunctionalInterface
public interface DrmQuery {
  /** Nobody is asked, as for a simulated GPU. */
  DrmQuery NONE = (driver, render) -> Unknown.INSTANCE;

  /** What the driver answers. */
  sealed interface Answer {}

  /**
   * The memory of the card, all tiles together, in bytes.
   *
   * @param total usable memory; 0 where the driver lists its memory and none is the card's
   * @param used memory in use; 0 where the driver does not tell it to this process
   */
  record CardMemory(long total, long used) implements Answer {}

  /** The driver has declared the GPU wedged and refuses all calls. */
  record Wedged() implements Answer {}

  /** It could not be asked: a right is missing, or the driver does not know the question. */
  enum Unknown implements Answer {
    /** The only one. */
    INSTANCE
  }

  /**
   * Opens the render node, asks, and closes it. Hangs if the driver does: for the probe's thread.
   *
   * @param driver {@code xe} or {@code i915}
   */
  Answer ask(String driver, DeviceFile render);
}
