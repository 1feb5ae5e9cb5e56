package dev.acceld.agent.faults;

import java.util.regex.Pattern;

/**
 * Masks what may be a secret in a text that leaves the node: passwords in URLs, tokens, keys,
 * password hashes. What is masked is shown as {@code ***}.
 */
public final class Secrets {
  private static final String MASK = "***";

  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s\"']+(?=@)");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:[\\w.-]*(?:token|secret|passwor[dt]|passwd|api[-_]?key|access[-_]?key"
              + "|private[-_]?key|credential|signature)[\\w.-]*|authorization)\\\\?[\"']?\\s*[=:]"
              + "\\s*\\\\?[\"']?)(?!\\s)[^\\s\"'&,;\\\\]+");
  private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[\\w+/=.~-]{8,}");
  private static final Pattern JWT = Pattern.compile("\\beyJ[\\w-]{8,}\\.[\\w-]+(?:\\.[\\w-]+)?");
  private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d\\d\\$[./\\w]{20,}");
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", Pattern.DOTALL);

  private Secrets() {}

  /** The text without them. */
  public static String masked(String text) {
    String masked = PEM.matcher(text).replaceAll(MASK);
    masked = USER_INFO.matcher(masked).replaceAll(MASK);
    masked = BEARER.matcher(masked).replaceAll("$1 " + MASK);
    masked = JWT.matcher(masked).replaceAll(MASK);
    masked = BCRYPT.matcher(masked).replaceAll(MASK);
    return NAMED.matcher(masked).replaceAll("$1" + MASK);
  }
}
