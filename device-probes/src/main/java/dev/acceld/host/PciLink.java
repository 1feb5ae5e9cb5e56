package dev.acceld.host;

/**
 * A PCIe link.
 *
 * @param gigatransfers per second and lane: 2.5, 5, 8, 16, 32, 64
 * @param lanes 1 to 32
 */
public record PciLink(double gigatransfers, int lanes) {

  /** The PCIe generation that has this speed; 0 when none has. */
  public int generation() {
    double speed = 2.5;
    if (gigatransfers == speed) {
      return 1;
    }
    speed = 5;
    for (int generation = 2; generation <= 7; generation++) {
      if (gigatransfers == speed) {
        return generation;
      }
      speed = generation == 2 ? 8 : speed * 2;
    }
    return 0;
  }
}
