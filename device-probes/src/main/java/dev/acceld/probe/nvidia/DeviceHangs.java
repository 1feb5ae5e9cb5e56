package dev.acceld.probe.nvidia;

/** A call about one device does not come back. */
final class DeviceHangs extends Exception {
  private static final long serialVersionUID = 1L;

  DeviceHangs(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
