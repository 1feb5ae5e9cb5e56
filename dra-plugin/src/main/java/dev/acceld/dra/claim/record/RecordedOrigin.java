package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Under which names the claims of a state directory were prepared, as their records tell. For a
 * start that has to find out whether the directory is its own.
 *
 * @param records how many records there are, unreadable ones too
 * @param drivers the drivers that they name
 * @param pools the pools that they name; a pool is named like its node
 */
public record RecordedOrigin(int records, Set<String> drivers, Set<String> pools) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Takes copies. */
  public RecordedOrigin {
    drivers = Set.copyOf(drivers);
    pools = Set.copyOf(pools);
  }

  /**
   * Reads the records one after the other, without keeping them. What cannot be read counts as a
   * record that names nothing.
   *
   * @throws IOException when the directory of records cannot be listed
   */
  public static RecordedOrigin read(Path stateDir) throws IOException {
    int records = 0;
    Set<String> drivers = new LinkedHashSet<>();
    Set<String> pools = new LinkedHashSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(stateDir.resolve("claims"), "*.json")) {
      for (Path file : files) {
        records++;
        try (JsonParser json = JSON.createParser(file.toFile())) {
          names(json, drivers, pools);
        } catch (IOException e) {
          // It is damaged, or has just been removed.
        }
      }
    } catch (NoSuchFileException e) {
      // no claim was ever prepared here
    }
    return new RecordedOrigin(records, drivers, pools);
  }

  /** A CDI id is {@code <driver>/claim=…}. */
  private static void names(JsonParser json, Set<String> drivers, Set<String> pools)
      throws IOException {
    boolean ids = false;
    while (json.nextToken() != null) {
      JsonToken token = json.currentToken();
      if (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
        ids = token == JsonToken.START_ARRAY && "cdiIds".equals(json.currentName());
      } else if (token == JsonToken.VALUE_STRING && ids) {
        String id = json.getText();
        int slash = id.indexOf('/');
        if (slash > 0) {
          drivers.add(id.substring(0, slash));
        }
      } else if (token == JsonToken.VALUE_STRING && "pool".equals(json.currentName())) {
        pools.add(json.getText());
      }
    }
  }
}
