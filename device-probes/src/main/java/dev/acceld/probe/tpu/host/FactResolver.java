package dev.acceld.probe.tpu.host;

import dev.acceld.probe.tpu.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Puts together what several sources say of a host. The first source that has an answer wins; one
 * that says something else is named, and so is what contradicts the chips on the PCI bus, which win
 * over all. A host that should have another number of chips is not taken for a smaller one: a chip
 * may be missing, and nobody knows which.
 */
public final class FactResolver {
  private static final int MOST_WORKERS = 1 << 20;
  private static final String IGNORED = "it is ignored";

  /** One chip works alone, wherever it is. */
  private static final String ONLY_CHIPS = "only single chips are published until they agree";

  private final List<FactSource> sources;

  /** With the most trusted source first. */
  public FactResolver(List<FactSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * What is known now.
   *
   * @param generation what accelerator types of the chips' generation begin with, {@code
   *     v5litepod}; empty when the generation is not known
   * @param chips how many chips are on the PCI bus
   */
  public HostFacts resolve(Optional<String> generation, int chips) {
    return new Resolution(generation, chips).facts();
  }

  /** One pass over what the sources say now. */
  private final class Resolution {
    private final Optional<String> generation;
    private final int chips;
    private final List<Said> said = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** Whether a source says how as many chips as there are lie; then the others are wrong. */
    private boolean agreed;

    private boolean disputed;

    private record Said(String source, Map<Fact, String> facts) {}

    Resolution(Optional<String> generation, int chips) {
      this.generation = generation;
      this.chips = chips;
      for (FactSource source : sources) {
        FactSource.Statement now = source.now();
        said.add(new Said(source.name(), now.facts()));
        problems.addAll(now.problems());
      }
    }

    HostFacts facts() {
      agreed =
          texts(Fact.CHIPS_PER_HOST_BOUNDS)
              .anyMatch(bounds -> HostSize.fit(bounds, chips).orElse(false));
      Optional<Shape> perHost = first(Fact.CHIPS_PER_HOST_BOUNDS, this::perHost);
      checkMachine();
      Optional<Shape> topology = first(Fact.TOPOLOGY, this::topology);
      checkSlice(topology);
      return new HostFacts(
          first(Fact.ACCELERATOR_TYPE, this::type),
          first(Fact.ACCELERATOR, Checked::good),
          topology,
          perHost,
          disputed,
          first(Fact.WORKER_ID, FactResolver::number)
              .map(OptionalInt::of)
              .orElseGet(OptionalInt::empty),
          first(Fact.MACHINE_TYPE, Checked::good),
          first(Fact.SLICE_NAME, Checked::good),
          problems);
    }

    private Stream<String> texts(Fact fact) {
      return said.stream().map(each -> each.facts().get(fact)).filter(Objects::nonNull);
    }

    /** The machine type that counts, which is the first, says how many chips it has. */
    private void checkMachine() {
      said.stream()
          .filter(each -> each.facts().containsKey(Fact.MACHINE_TYPE))
          .findFirst()
          .ifPresent(each -> {
            String type = each.facts().getOrDefault(Fact.MACHINE_TYPE, "");
            OptionalInt size = HostSize.ofMachine(type);
            if (size.isPresent() && size.getAsInt() != chips) {
              problems.add(
                  each.source()
                      + ": "
                      + Fact.MACHINE_TYPE
                      + " is "
                      + Shown.of(type)
                      + ", "
                      + onBus()
                      + "; "
                      + otherSize("CHIPS_PER_HOST_BOUNDS counts"));
            }
          });
    }

    private void checkSlice(Optional<Shape> topology) {
      if (topology.isPresent() && !HostSize.canBelongTo(topology.get(), chips)) {
        String text =
            texts(Fact.TOPOLOGY)
                .filter(each -> Shape.parse(each).equals(topology))
                .findFirst()
                .orElse("");
        problems.add(
            Fact.TOPOLOGY
                + " is "
                + Shown.of(text)
                + ", whose hosts have more than "
                + chips
                + " chips, "
                + onBus()
                + "; "
                + otherSize("CHIPS_PER_HOST_BOUNDS counts"));
      }
    }

    /** What a statement of another number of chips leads to. */
    private String otherSize(String ifAgreed) {
      disputed |= !agreed;
      return agreed ? ifAgreed : ONLY_CHIPS;
    }

    private String onBus() {
      return "but " + chips + (chips == 1 ? " chip is" : " chips are") + " on the PCI bus";
    }

    private <T> Optional<T> first(Fact fact, Function<String, Checked<T>> read) {
      Optional<T> chosen = Optional.empty();
      String chosenText = "";
      String chosenSource = "";
      for (Said each : said) {
        String text = each.facts().get(fact);
        if (text == null) {
          continue;
        }
        Checked<T> now = read.apply(text);
        if (now.value().isEmpty()) {
          problems.add(
              each.source()
                  + ": "
                  + fact
                  + " is "
                  + Shown.of(text)
                  + ", "
                  + now.why()
                  + "; "
                  + now.then());
        } else if (chosen.isEmpty()) {
          chosen = now.value();
          chosenText = text;
          chosenSource = each.source();
        } else if (!chosen.equals(now.value())) {
          problems.add(
              fact
                  + " is "
                  + Shown.of(chosenText)
                  + " in "
                  + chosenSource
                  + " and "
                  + Shown.of(text)
                  + " in "
                  + each.source()
                  + "; the former is used");
        }
      }
      return chosen;
    }

    private Checked<String> type(String text) {
      int dash = text.lastIndexOf('-');
      if (dash > 0 && generation.isPresent() && !text.substring(0, dash).equals(generation.get())) {
        return Checked.bad("but the chips on the PCI bus are " + generation.get());
      }
      return Checked.good(text);
    }

    private Checked<Shape> perHost(String text) {
      Optional<Shape> shape = Shape.parseBounds(text);
      if (shape.isEmpty()) {
        return Checked.bad("not bounds such as 2,4,1");
      }
      return shape.get().chips() == chips
          ? Checked.good(shape.get())
          : new Checked<>(Optional.empty(), onBus(), otherSize(IGNORED));
    }

    private Checked<Shape> topology(String text) {
      Optional<Shape> shape = Shape.parse(text);
      if (shape.isEmpty()) {
        return Checked.bad("not a topology such as 2x4 or 2x2x1");
      }
      return shape.get().chips() >= chips
          ? Checked.good(shape.get())
          : Checked.bad("but this host alone has " + chips + " chips");
    }
  }

  private static Checked<Integer> number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number >= 0 && number < MOST_WORKERS
          ? Checked.good(number)
          : Checked.bad("not a worker's number");
    } catch (NumberFormatException e) {
      return Checked.bad("not a number");
    }
  }

  /** A value that was understood, or why it was not and what follows. */
  private record Checked<T>(Optional<T> value, String why, String then) {
    static <T> Checked<T> good(T value) {
      return new Checked<>(Optional.of(value), "", "");
    }

    static <T> Checked<T> bad(String why) {
      return new Checked<>(Optional.empty(), why, IGNORED);
    }
  }
}
