package dev.acceld.probe.nvidia.mig;

/**
 * A GPU's MIG mode.
 *
 * @param on whether it is on now
 * @param pending whether it will be on after the next reset
 */
record MigMode(boolean on, boolean pending) {
  boolean changing() {
    return on != pending;
  }
}
