package dev.acceld.e2e.components;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The go.mod of a module whose only purpose is to build Kubernetes' commands.
 *
 * <p>Kubernetes' own go.mod points at its staging modules by directory, which holds in its
 * repository only. The same modules are published under the version {@code v0.Y.Z} for Kubernetes
 * {@code 1.Y.Z}; everything else is required in the versions that Kubernetes names.
 */
final class GoMod {
  private static final Pattern STAGING =
      Pattern.compile("^\\s*(?:replace\\s+)?(k8s\\.io/[a-z0-9-]+) => \\./staging/.*$");
  private static final Pattern UNVERSIONED =
      Pattern.compile("^(?:require\\s+)?(k8s\\.io/[a-z0-9-]+) v0\\.0\\.0(\\s*//.*)?$");

  private GoMod() {}

  /** From Kubernetes' own go.mod. */
  static String of(String version, String upstream) {
    String staging = "v0." + version.substring(version.indexOf('.') + 1);
    List<String> out = new ArrayList<>();
    out.add("module acceld.dev/e2e/kubernetes");
    lines(upstream, "go ", "godebug ", "toolchain ").forEach(out::add);
    block(upstream, "godebug").forEach(line -> out.add("godebug " + line));
    out.add("require k8s.io/kubernetes v" + version);
    for (String line : requirements(upstream)) {
      Matcher matcher = UNVERSIONED.matcher(line);
      out.add("require " + (matcher.matches() ? matcher.group(1) + " " + staging : line));
    }
    upstream
        .lines()
        .map(STAGING::matcher)
        .filter(Matcher::matches)
        .forEach(m -> out.add("replace %s => %s %s".formatted(m.group(1), m.group(1), staging)));
    return String.join("\n", out) + "\n";
  }

  private static List<String> requirements(String upstream) {
    return Stream.concat(
            block(upstream, "require").stream(),
            lines(upstream, "require ")
                .filter(line -> !line.endsWith("("))
                .map(line -> line.substring("require ".length())))
        .toList();
  }

  private static Stream<String> lines(String text, String... starts) {
    return text.lines()
        .filter(line -> Stream.of(starts).anyMatch(line::startsWith))
        .filter(line -> !line.endsWith("("));
  }

  /** The lines of all parenthesised blocks of that keyword. */
  private static List<String> block(String text, String keyword) {
    List<String> inside = new ArrayList<>();
    boolean in = false;
    for (String line : text.lines().toList()) {
      if (line.equals(keyword + " (")) {
        in = true;
      } else if (line.equals(")")) {
        in = false;
      } else if (in && !line.isBlank()) {
        inside.add(line.strip());
      }
    }
    return inside;
  }
}
