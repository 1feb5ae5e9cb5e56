package dev.acceld.image.oci;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * What an image says about itself.
 *
 * @param architecture {@code amd64} or {@code arm64}
 * @param created the time it claims to be made at
 * @param repository its name without tag, such as {@code localhost/acceld}
 * @param tag its tag
 * @param user who the process is
 * @param entrypoint the program
 * @param command its arguments when none are given
 * @param environment {@code NAME=value}
 * @param labels for people and tools
 */
public record ImageSpec(
    String architecture,
    Instant created,
    String repository,
    String tag,
    String user,
    List<String> entrypoint,
    List<String> command,
    List<String> environment,
    SortedMap<String, String> labels) {
  /** Copies what could change. */
  public ImageSpec {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = List.copyOf(environment);
  }

  /** {@code localhost/acceld:0.1.0}. */
  public String reference() {
    return repository + ":" + tag;
  }
}
