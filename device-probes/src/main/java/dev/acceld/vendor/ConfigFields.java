package dev.acceld.vendor;

import java.util.List;
import java.util.Optional;

/** The members of a configuration; {@code null} counts as absent, as in Kubernetes. */
public interface ConfigFields {

  /** Whether a member is there, whatever it is. */
  boolean has(String name);

  /** The JSON path of a member, for messages. */
  String path(String name);

  /**
   * A list of texts.
   *
   * @throws InvalidConfigException when it is something else
   */
  Optional<List<String>> texts(String name) throws InvalidConfigException;
}
