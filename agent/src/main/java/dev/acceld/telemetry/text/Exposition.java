package dev.acceld.telemetry.text;

import java.util.Arrays;

/**
 * One rendered scrape.
 *
 * @param contentType for the HTTP header
 * @param body UTF-8 text; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed from renderer to socket, never compared
public record Exposition(String contentType, byte[] body) {

  @Override
  public String toString() {
    return contentType + " " + Arrays.hashCode(body);
  }
}
