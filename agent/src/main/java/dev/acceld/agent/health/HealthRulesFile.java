package dev.acceld.agent.health;

import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.steady.Refresher;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleOverrides;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of health rules that is looked at again and again. Of a new state the good entries count;
 * when nothing of it can be used, what was read before stays in force. Any thread.
 */
public final class HealthRulesFile implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(HealthRulesFile.class);

  private final Path file;
  private final Map<String, HealthRule> known;
  private final Consumer<RuleOverrides> changed;
  private final Refresher refresher;
  private volatile RuleWishes now;
  private volatile @Nullable String broken;

  private HealthRulesFile(
      Path file, Map<String, HealthRule> known, Consumer<RuleOverrides> changed, RuleWishes first) {
    this.file = file;
    this.known = known;
    this.changed = changed;
    this.now = first;
    this.refresher = new Refresher("health-rules", EVERY, EVERY, this::look);
  }

  /**
   * Reads the file, tells what it wants, and begins to watch it.
   *
   * @param known the rules that there are, by signal
   * @param changed told at once and after each change
   * @throws ConfigException when nothing of the file can be used
   */
  public static HealthRulesFile open(
      Path file, Map<String, HealthRule> known, Consumer<RuleOverrides> changed) {
    try {
      HealthRulesFile opened =
          new HealthRulesFile(file, known, changed, HealthRulesReader.read(file, known));
      opened.tell();
      opened.refresher.begin();
      return opened;
    } catch (HealthRulesException e) {
      throw new ConfigException(Setting.HEALTH_RULES.flag() + ": " + e.getMessage());
    }
  }

  private void tell() {
    log.info("{}: {}", file, now.summary());
    now.mistakes().forEach(mistake -> log.error("{}: {}; the entry is ignored", file, mistake));
    changed.accept(now.overrides());
  }

  /** Reads the file once; false when nothing of it can be used. */
  boolean look() {
    try {
      RuleWishes next = HealthRulesReader.read(file, known);
      if (!next.equals(now)) {
        now = next;
        tell();
      } else if (broken != null) {
        log.info("{} can be read again", file);
      }
      broken = null;
      return true;
    } catch (HealthRulesException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(broken)) {
        log.error("{}; the rules read before stay in force", problem);
      }
      broken = problem;
      return false;
    }
  }

  /** What an administrator should look at; all of it, in one line. */
  public Condition condition() {
    String problem = broken;
    List<String> mistakes = now.mistakes();
    String text =
        problem != null
            ? problem + "; the rules read before stay in force"
            : mistakes.isEmpty()
                ? file + ": " + now.summary()
                : file + ": " + String.join("; ", mistakes) + "; these entries are ignored";
    return Condition.advisory("health-rules", problem == null && mistakes.isEmpty(), text);
  }

  /** The condition of a file, if there is one. */
  public static Optional<Condition> condition(Optional<HealthRulesFile> file) {
    return file.map(HealthRulesFile::condition);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
