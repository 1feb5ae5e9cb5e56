package dev.acceld.image;

/** Something that the person who builds the image can mend; the message says how. */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong and what to do. */
  public ImageException(String message) {
    super(message);
  }

  /** With what is wrong, what to do, and what it came from. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
