package dev.acceld.image;

import dev.acceld.image.assembly.ImageBuild;
import dev.acceld.image.debian.Downloads;
import dev.acceld.image.debian.PinFile;
import dev.acceld.image.debian.PinRenewal;
import dev.acceld.image.debian.Transfer;
import dev.acceld.tools.DebianMirrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds the images. Maven calls it in the profile {@code image}. */
@Command(name = "image", mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  @Parameters(arity = "1", description = "${COMPLETION-CANDIDATES}")
  Verb verb = Verb.BUILD;

  @Option(names = "--root", required = true, description = "the source tree")
  Path root = Path.of("");

  @Option(names = "--work", required = true, description = "output directory")
  Path work = Path.of("");

  @Option(names = "--image-version", required = true)
  String version = "";

  @Option(names = "--time", required = true, description = "timestamp of all files")
  String time = "";

  @Option(names = "--architectures", split = ",", required = true)
  String[] architectures = {};

  @Option(names = "--mirror", description = "the address above 'debian' and 'debian-security'")
  String mirror = "";

  /** Runs it. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((problem, command, parsed) -> {
      if (problem instanceof ImageException) {
        System.err.println("image: " + problem.getMessage());
      } else {
        problem.printStackTrace();
      }
      return 1;
    });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Path tree = root.toAbsolutePath().normalize();
    Path module = tree.resolve("daemonset/image");
    PinFile pins = PinFile.read(module);
    DebianMirrors mirrors =
        new DebianMirrors(Optional.of(mirror).filter(one -> !one.isBlank()), pins.time());
    Transfer transfer = Transfer.ofThisMachine();
    Path cache = cache();
    Downloads downloads =
        new Downloads(cache.resolve("debian"), mirrors, transfer, Verb.PINS.command());
    ImageBuild build =
        new ImageBuild(
            new ImageBuild.Inputs(
                tree, work.toAbsolutePath().normalize(), cache, version, Instant.parse(time)),
            pins.pins(),
            downloads,
            System.out);
    switch (verb) {
      case BUILD -> {
        for (Architecture one : chosen()) {
          build.build(one);
        }
        if (chosen().contains(Architecture.ofThisMachine())) {
          build.checkClassList(Verb.CLASSES.command());
        }
      }
      case CLASSES -> build.renewClassList();
      case PINS -> new PinRenewal(mirrors, transfer, System.out).renew(pins);
    }
    return 0;
  }

  private List<Architecture> chosen() {
    return Arrays.stream(architectures).map(Architecture::named).toList();
  }

  /** Where downloads are kept between builds (XDG base directory specification). */
  private static Path cache() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path base =
        given == null || given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return base.resolve("acceld");
  }
}
