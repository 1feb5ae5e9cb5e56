package dev.acceld.dra.claim;

import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Lives claims on two devices, one after the other, in a process of its own or in the test's. Who
 * was told "prepared" makes a file for each device, which must not be there: the proof does not
 * rest on anything of ours.
 */
final class OtherProcess {
  private static final long LONGEST = Duration.ofSeconds(100).toNanos();
  private static final int OFTEN = 50;

  private final Node node;
  private final String who;
  private final Path marks;
  private final ClaimManager manager;
  private final Random random;
  private int lives;
  private int successes;

  OtherProcess(Path root, String who) throws IOException {
    this.node = new Node(root);
    this.node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(5));
    this.who = who;
    this.marks = Files.createDirectories(root.resolve("marks"));
    this.manager = node.open();
    this.random = new Random(who.hashCode());
  }

  /** Arguments: the directory, and a name for this process. Ends when a file "stop" appears. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    OtherProcess process = new OtherProcess(root, args[1]);
    long begin = System.nanoTime();
    process.live(() -> !Files.exists(root.resolve("stop")) && System.nanoTime() - begin < LONGEST);
  }

  ClaimManager manager() {
    return manager;
  }

  Node node() {
    return node;
  }

  /** How often it was given what it wanted. */
  int successes() {
    return successes;
  }

  void live(BooleanSupplier goOn) throws IOException {
    while (goOn.getAsBoolean()) {
      oneLife();
    }
  }

  private void oneLife() throws IOException {
    List<String> wanted =
        switch (random.nextInt(3)) {
          case 0 -> List.of("gpu-0");
          case 1 -> List.of("gpu-1");
          default -> List.of("gpu-1", "gpu-0");
        };
    String uid = who + "-" + lives++;
    ClaimRef claim = node.cluster.allocate("c-" + uid, uid, wanted.toArray(String[]::new));
    if (Node.prepare(manager, claim, CallScope.UNCANCELLED) instanceof PrepareOutcome.Prepared) {
      List<Path> mine = new ArrayList<>();
      for (String device : wanted) {
        Path mark = marks.resolve(device + ".held");
        try {
          Files.writeString(mark, uid, StandardOpenOption.CREATE_NEW);
          mine.add(mark);
        } catch (FileAlreadyExistsException e) {
          Files.createFile(marks.resolve("given-twice-" + device + "-" + uid));
        }
      }
      for (Path mark : mine) {
        Files.delete(mark);
      }
      successes++;
      if (successes == 1 || successes == OFTEN) {
        Files.createFile(marks.resolve((successes == 1 ? "begun-" : "often-") + who));
      }
    }
    node.cluster.claims.clear();
    if (!Node.unprepare(manager, claim).equals(new UnprepareOutcome.Done())) {
      Files.createFile(marks.resolve("kept-" + uid));
    }
  }
}
