package dev.acceld.image.assembly;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where things are in the image. */
final class Places {
  /** All of acceld's own. */
  static final String HOME = "/opt/acceld";

  static final String RUNTIME = HOME + "/jre";
  static final String LIBRARIES = HOME + "/lib";
  static final String NATIVE = HOME + "/native";
  static final String OPTIONS = HOME + "/jvm.options";
  static final String CLASS_ARCHIVE = HOME + "/acceld.jsa";
  static final String LAUNCHER = "/usr/bin/acceld";

  /** What is compiled, by its file below {@code daemonset}. */
  static final SortedMap<String, String> PROGRAMS =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.of(
                  "image/src/main/c/launcher.c", LAUNCHER, "relay/relay.c", LAUNCHER + "-relay")));

  static final String MAIN_JAR = LIBRARIES + "/agent.jar";
  static final String MAIN_CLASS = "dev.acceld.agent.cli.Main";

  private Places() {}
}
