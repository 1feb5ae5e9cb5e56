package dev.acceld.image.build;

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
  static final String MAIN_JAR = LIBRARIES + "/agent.jar";
  static final String MAIN_CLASS = "dev.acceld.agent.cli.Main";

  private Places() {}
}
