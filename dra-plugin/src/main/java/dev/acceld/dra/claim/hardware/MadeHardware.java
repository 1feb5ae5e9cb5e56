package dev.acceld.dra.claim.hardware;

import dev.acceld.dra.claim.AllocatedDevice;
import java.util.List;

/**
 * What was made for a claim that is being prepared.
 *
 * @param devices all devices of the claim, as they are now
 * @param undo unmakes what was made
 */
public record MadeHardware(List<AllocatedDevice> devices, TakeBack undo) {

  /** Unmakes; what goes wrong is added to the reason. */
  interface TakeBack {
    void run(Exception because);
  }

  /** Takes a copy. */
  public MadeHardware {
    devices = List.copyOf(devices);
  }

  /** Unmakes what this prepare made, and leaves the claim's record as it was before. */
  public void takeBack(Exception because) {
    undo.run(because);
  }
}
