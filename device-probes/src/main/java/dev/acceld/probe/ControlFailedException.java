package dev.acceld.probe;

import java.util.List;

/** Hardware could not be changed. The message says what failed and what to do. */
public final class ControlFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unfinished;

  @SuppressWarnings("serial") // is never serialized
  private final List<DeviceUser> users;

  /** With that sentence; nothing was changed, or all of it was undone. */
  public ControlFailedException(String message) {
    this(message, false);
  }

  /**
   * With that sentence.
   *
   * @param unfinished whether something of the attempt may be left
   */
  public ControlFailedException(String message, boolean unfinished) {
    this(message, unfinished, List.of());
  }

  /**
   * With that sentence.
   *
   * @param users who uses what could not be changed, as far as that is known
   */
  public ControlFailedException(String message, List<DeviceUser> users) {
    this(message, false, users);
  }

  private ControlFailedException(String message, boolean unfinished, List<DeviceUser> users) {
    super(message);
    this.unfinished = unfinished;
    this.users = List.copyOf(users);
  }

  /** Who uses what could not be changed, as far as that is known. */
  public List<DeviceUser> users() {
    return users;
  }

  /** True when something of the attempt may be left. */
  public boolean unfinished() {
    return unfinished;
  }
}
