package dev.acceld.device.process;

/**
 * How much of a device one process uses, each as a share of the time, 0 to 1; NaN where it is not
 * told.
 *
 * @param processor of the processor: on a GPU, of its multiprocessors
 * @param memory of the memory interface, not of the memory's size
 * @param encoder of the video encoder
 * @param decoder of the video decoder
 */
public record ProcessUse(double processor, double memory, double encoder, double decoder) {
  /** Nothing is told. */
  public static final ProcessUse UNKNOWN =
      new ProcessUse(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** It uses nothing. */
  public static final ProcessUse IDLE = new ProcessUse(0, 0, 0, 0);
}
