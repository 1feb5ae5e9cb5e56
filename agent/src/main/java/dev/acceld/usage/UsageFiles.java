package dev.acceld.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the count: {@code state.json}, replaced as a whole, and {@code history.jsonl}, a
 * line for each claim that has ended. Both survive a kill; after a power cut the last seconds may
 * be missing. What is damaged is set aside and named in the log, and counting begins anew. Only
 * {@link #history} may be called by several threads.
 */
final class UsageFiles {
  private static final Logger log = LoggerFactory.getLogger(UsageFiles.class);

  /** Of the history these are kept at least; the file is cut when it has twice as many. */
  static final int KEPT_CLAIMS = 1000;

  /** A longer line is not written: a hostile name must not fill the disk. */
  static final int LONGEST_LINE = 64 * 1024;

  static final long MOST_HISTORY_BYTES = 8L << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path dir;
  private final Path state;
  private final Path history;
  private int known = -1; // lines of the history; not counted yet

  UsageFiles(Path dir) {
    this.dir = dir;
    this.state = dir.resolve("state.json");
    this.history = dir.resolve("history.jsonl");
  }

  /** What was kept; empty when nothing was, or when it is damaged. */
  Optional<UsageState> load() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(state);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(state + " cannot be read: " + ErrorText.of(e), e);
    }
    try {
      UsageState kept = JSON.readValue(bytes, UsageState.class);
      kept.claims().forEach(ClaimUsageView::claimUsage); // throws for what makes no sense
      kept.namespaces().values().forEach(UsageView::usage);
      return Optional.of(kept);
    } catch (JsonProcessingException | RuntimeException e) {
      Path aside = state.resolveSibling("state.json.damaged");
      Files.move(state, aside, StandardCopyOption.REPLACE_EXISTING);
      log.warn(
          "{} is damaged ({}): it is now {}, and the usage of claims is counted from 0",
          state,
          ErrorText.of(e),
          aside.getFileName());
      return Optional.empty();
    }
  }

  void save(UsageState now) throws IOException {
    Files.createDirectories(dir);
    replace(state, JSON.writeValueAsBytes(now));
  }

  /** Appends claims that have ended. */
  void append(List<ClaimUsage> ended) throws IOException {
    if (ended.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (ClaimUsage claim : ended) {
      String line = JSON.writeValueAsString(ClaimUsageView.of(claim));
      if (line.length() <= LONGEST_LINE) {
        lines.append(line).append('\n');
      }
    }
    Files.createDirectories(dir);
    // On a line of its own, even if the process was killed in the middle of the one before.
    String begin = endsInLine() ? "" : "\n";
    Files.writeString(history, begin + lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    cut(ended.size());
  }

  private boolean endsInLine() throws IOException {
    try (var channel = Files.newByteChannel(history, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        return true;
      }
      channel.position(channel.size() - 1);
      var last = ByteBuffer.allocate(1);
      return channel.read(last) == 1 && last.get(0) == '\n';
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private void cut(int appended) throws IOException {
    known = known < 0 ? lines().size() : known + appended;
    if (known < 2 * KEPT_CLAIMS && Files.size(history) <= MOST_HISTORY_BYTES) {
      return;
    }
    List<String> lines = lines();
    List<String> kept = new ArrayList<>();
    long bytes = 0;
    for (String line : lines.reversed()) {
      bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
      if (kept.size() == KEPT_CLAIMS || bytes > MOST_HISTORY_BYTES / 2) {
        break;
      }
      kept.add(line);
    }
    replace(history, (String.join("\n", kept.reversed()) + "\n").getBytes(StandardCharsets.UTF_8));
    known = kept.size();
  }

  /** The claims that have ended, the newest last, each once; damaged lines are left out. */
  List<ClaimUsageView> history() throws IOException {
    Map<String, ClaimUsageView> byUid = new LinkedHashMap<>();
    for (String line : lines()) {
      try {
        ClaimUsageView claim = JSON.readValue(line, ClaimUsageView.class);
        claim.claimUsage(); // throws for what makes no sense
        byUid.remove(claim.uid());
        byUid.put(claim.uid(), claim);
      } catch (JsonProcessingException | RuntimeException e) {
        log.debug("a line of {} is damaged: {}", history, ErrorText.of(e));
      }
    }
    List<ClaimUsageView> all = new ArrayList<>(byUid.values());
    return all.subList(Math.max(0, all.size() - KEPT_CLAIMS), all.size());
  }

  private List<String> lines() throws IOException {
    try {
      String text = new String(Files.readAllBytes(history), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private void replace(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(temporary, content);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
