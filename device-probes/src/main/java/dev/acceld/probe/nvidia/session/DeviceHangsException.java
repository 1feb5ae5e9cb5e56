package dev.acceld.probe.nvidia.session;

/** A call about one device does not come back. */
public final class DeviceHangsException extends Exception {
  private static final long serialVersionUID = 1L;

  DeviceHangsException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
