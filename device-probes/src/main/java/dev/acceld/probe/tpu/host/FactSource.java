package dev.acceld.probe.tpu.host;

import java.util.List;
import java.util.Map;

/** One that says something of the host. Answers at once, with what it knows by then. */
public interface FactSource {

  /** Its name for messages. */
  String name();

  /** What it says now. */
  Statement now();

  /**
   * What a source says.
   *
   * @param facts as they are written there
   * @param problems one sentence for each thing that could not be understood
   */
  record Statement(Map<Fact, String> facts, List<String> problems) {
    /** It says nothing. */
    public static final Statement NOTHING = new Statement(Map.of(), List.of());

    /** Takes copies. */
    public Statement {
      facts = Map.copyOf(facts);
      problems = List.copyOf(problems);
    }
  }
}
