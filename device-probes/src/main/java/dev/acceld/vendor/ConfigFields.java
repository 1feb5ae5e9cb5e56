package dev.acceld.vendor;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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

  /**
   * A text.
   *
   * @throws InvalidConfigException when it is something else
   */
  Optional<String> word(String name) throws InvalidConfigException;

  /**
   * A whole number between two others, both of them included.
   *
   * @throws InvalidConfigException when it is something else
   */
  OptionalInt number(String name, int least, int most) throws InvalidConfigException;

  /**
   * An object; a member of it that nobody asks for is refused by the caller.
   *
   * @throws InvalidConfigException when it is something else
   */
  Optional<ConfigFields> object(String name) throws InvalidConfigException;
}
