package dev.acceld.agent.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.claim.record.RecordedOrigin;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The state directory of an agent that was told of none. Each driver has its own, so that two on a
 * node do not meet in one directory; older agents had one directory for all, and who finds his
 * claims there stays there.
 */
public final class DefaultStateDir {
  /** Of the driver's usual name, and of all names in older agents. */
  public static final Path BASE = Path.of("/var/lib/acceld");

  private static final ObjectMapper JSON = new ObjectMapper();

  private DefaultStateDir() {}

  static Path of(String driver, Path base) {
    Path own = base.resolve("drivers").resolve(driver);
    if (usual(driver)) {
      return base;
    }
    if (!Files.notExists(own)) {
      return own;
    }
    try {
      Optional<String> owner = owner(base);
      boolean there =
          owner.isPresent()
              ? owner.get().equals(driver)
              : RecordedOrigin.read(base).drivers().contains(driver);
      return there ? base : own;
    } catch (IOException e) {
      throw new ConfigException(
          "whether "
              + base
              + " has claims of driver "
              + driver
              + " from an older agent cannot be determined: "
              + ErrorText.of(e)
              + "; make it readable, or set the state directory with --state-dir");
    }
  }

  /** Of whom the directory is; it says so itself since there is a directory for each. */
  private static Optional<String> owner(Path base) throws IOException {
    try {
      String driver =
          JSON.readTree(Files.readAllBytes(base.resolve("owner"))).path("driver").asText();
      return Optional.of(driver).filter(name -> !name.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return Optional.empty(); // half a file: the records tell
    }
  }

  /** What is to be said of a directory that is not where a new installation has it. */
  public static Optional<String> note(String driver, Path stateDir) {
    return note(driver, stateDir, BASE);
  }

  static Optional<String> note(String driver, Path stateDir, Path base) {
    return usual(driver) || !stateDir.equals(base)
        ? Optional.empty()
        : Optional.of(
            "the state directory of driver "
                + driver
                + " is "
                + base
                + ", where an older agent kept its claims, and not "
                + base.resolve("drivers").resolve(driver));
  }

  private static boolean usual(String driver) {
    return driver.equals(Setting.DRIVER_NAME.fallback().orElseThrow());
  }
}
