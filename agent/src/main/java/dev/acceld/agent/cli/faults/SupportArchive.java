package dev.acceld.agent.cli.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.acceld.agent.Version;
import dev.acceld.agent.cli.SettingOptions;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.doctor.AgentSettings;
import dev.acceld.agent.doctor.Doctor;
import dev.acceld.agent.faults.Secrets;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.agent.local.SilentAgentException;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecord;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody needs who is asked about a fault, in one archive. What cannot be had is named in it
 * and costs itself only. Everything goes through {@link Secrets}.
 */
final class SupportArchive {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String TOP = "acceld-case/";

  /** File, and the command of the agent that answers with its content. */
  private static final Map<String, String> ANSWERS =
      new TreeMap<>(
          Map.of(
              "devices.json", "devices",
              "claims.json", "claims",
              "claims-history.json", "claim-history",
              "conditions.json", "conditions",
              "settings.json", "all-settings",
              "health.json", "health",
              "readings.json", "readings"));

  private final Path stateDir;
  private final Map<String, String> files = new LinkedHashMap<>();
  private final StringBuilder missing = new StringBuilder();

  /** Of the agents of that state directory. */
  SupportArchive(Path stateDir) {
    this.stateDir = stateDir;
  }

  private interface Source {
    Object get() throws IOException;
  }

  /** Collects everything and writes it; closes the stream. */
  void write(OutputStream to) throws IOException {
    add("versions.json", SupportArchive::versions);
    answers();
    faults();
    add("doctor.json", this::doctor);
    files.put("README.txt", readme());
    try (TarGz archive = new TarGz(to, Instant.now())) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        archive.add(
            TOP + file.getKey(), Secrets.masked(file.getValue()).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** What the agent says; one that does not respond is waited for once. */
  private void answers() {
    LocalClient agent = new LocalClient(stateDir, LocalClient.DIAGNOSIS);
    SilentAgentException silent = null;
    for (Map.Entry<String, String> answer : ANSWERS.entrySet()) {
      try {
        if (silent != null) {
          throw silent;
        }
        put(answer.getKey(), agent.ask(answer.getValue(), JsonNodeFactory.instance.objectNode()));
      } catch (SilentAgentException e) {
        silent = e;
        lacks(answer.getKey(), e);
      } catch (IOException | RuntimeException e) {
        lacks(answer.getKey(), e);
      }
    }
  }

  private void put(String file, Object content) throws IOException {
    files.put(file, JSON.writeValueAsString(content) + "\n");
  }

  private void lacks(String file, Exception why) {
    missing.append("- ").append(file).append(": ").append(ErrorText.of(why)).append('\n');
  }

  private void add(String file, Source source) {
    try {
      put(file, source.get());
    } catch (IOException | RuntimeException e) {
      lacks(file, e);
    }
  }

  private void faults() {
    try {
      FlightFiles.Listing listing = FlightFiles.below(stateDir).list();
      for (FlightRecord record : listing.records()) {
        add("faults/" + record.id() + ".json", () -> record);
      }
      listing.damaged().forEach(what -> missing.append("- ").append(what).append('\n'));
    } catch (IOException e) {
      missing.append("- faults: ").append(ErrorText.of(e)).append('\n');
    }
  }

  private Object doctor() {
    AgentSettings agent = AgentSettings.ask(stateDir);
    AgentConfig config;
    try {
      config = SettingOptions.of(agent.settings());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return Doctor.examine(config, System.getenv(), config.hostRoot().resolve("proc"));
  }

  private static Object versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("acceld", Version.current());
    for (String property : new String[] {"java.version", "java.vendor", "os.arch", "os.version"}) {
      versions.put(property, System.getProperty(property, ""));
    }
    return versions;
  }

  private String readme() {
    return "acceld "
        + Version.current()
        + ", collected "
        + Instant.now()
        + "\n\n"
        + """
        faults/*.json        recorded faults, with the readings around each (acceld faults show ID)
        health.json          current health of the devices (acceld health)
        devices.json         devices and their readings (acceld devices)
        readings.json        readings of the last ten minutes
        claims.json          prepared claims; claims-history.json: those that have ended
        conditions.json      what /readyz says
        settings.json        settings of the agent; files that they name are not included
        doctor.json          checks of the node (acceld doctor)
        versions.json        versions

        Passwords, tokens and keys are replaced by ***. Names of nodes, namespaces, pods and
        claims are included.
        """
        + (missing.isEmpty() ? "" : "\nNot included:\n" + missing);
  }
}
