package dev.acceld.telemetry.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The text that grows. */
public final class ExpositionBuffer extends ByteArrayOutputStream {
  private static final double WHOLE = 1e7; // from here on, Java writes exponents

  /** With room for that many bytes. */
  public ExpositionBuffer(int size) {
    super(size);
  }

  /** One line with a value. */
  public void sample(byte[] name, LabelTexts.Text labels, double value) {
    writeBytes(name);
    writeBytes(labels.bytes);
    write(' ');
    number(value);
    write('\n');
  }

  /** One line with the value 1 of an info. */
  public void info(byte[] name, LabelTexts.Text labels) {
    writeBytes(name);
    writeBytes(labels.bytes);
    write(' ');
    write('1');
    write('\n');
  }

  /** Takes back the last bytes if they are these. */
  public void dropEnd(String end) {
    int at = count - end.length();
    if (at >= 0 && new String(buf, at, end.length(), StandardCharsets.US_ASCII).equals(end)) {
      count = at;
    }
  }

  private void number(double value) {
    if (value == (long) value && value < WHOLE && value >= 0) {
      digits((long) value);
      write('.');
      write('0');
    } else {
      ascii(Double.toString(value));
    }
  }

  private void digits(long value) {
    if (value >= 10) {
      digits(value / 10);
    }
    write((int) ('0' + value % 10));
  }

  /** Text of ASCII characters only. */
  public void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      write(text.charAt(i));
    }
  }

  /** A HELP text, as either format writes it. */
  public static String help(String text, boolean openMetrics) {
    StringBuilder out = new StringBuilder(text.length());
    LabelTexts.escape(text, openMetrics, out);
    return out.toString();
  }
}
