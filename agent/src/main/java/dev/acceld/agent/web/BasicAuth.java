package dev.acceld.agent.web;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Users and passwords. Checking a password against its hash takes a tenth of a second and more, by
 * intent, so an answer is remembered: for each user the right password, and the latest wrong ones,
 * as digests under a key that nobody knows. Any thread.
 */
public final class BasicAuth {
  private static final int WRONG_ONES = 256;
  private static final String HMAC = "HmacSHA256";
  private static final String SCHEME = "Basic ";
  private static final BCrypt.Version VERSION = BCrypt.Version.VERSION_2Y;

  private final Map<String, String> users;
  private final SecretKeySpec key;
  private final Map<String, byte[]> right = new HashMap<>(); // guarded by this
  private final Map<String, Boolean> wrong = // guarded by this
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > WRONG_ONES;
        }
      };

  /**
   * Knows those.
   *
   * @param users bcrypt hashes by user
   */
  BasicAuth(Map<String, String> users) {
    this.users = Map.copyOf(users);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, HMAC);
  }

  /** Whether a password is needed at all. */
  public boolean isRequired() {
    return !users.isEmpty();
  }

  /** Who somebody says to be. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Login(String user, byte[] password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /** Reads an {@code Authorization} header; empty when it is absent or of another kind. */
  public static Optional<Login> login(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] both;
    try {
      both = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    for (int i = 0; i < both.length; i++) {
      if (both[i] == ':') {
        return Optional.of(
            new Login(
                new String(both, 0, i, StandardCharsets.UTF_8),
                Arrays.copyOfRange(both, i + 1, both.length)));
      }
    }
    return Optional.empty();
  }

  /** What is remembered of that login; empty when it must be {@linkplain #check checked}. */
  public Optional<Boolean> remembered(Login login) {
    byte[] digest = digest(login);
    synchronized (this) {
      byte[] known = right.get(login.user());
      if (known != null && MessageDigest.isEqual(known, digest)) {
        return Optional.of(true);
      }
      return Optional.ofNullable(wrong.get(HexFormat.of().formatHex(digest)));
    }
  }

  /** Whether user and password are right. Takes long, and as long for a user who does not exist. */
  public boolean check(Login login) {
    String hash = users.get(login.user());
    String compared = hash != null ? hash : users.values().iterator().next();
    boolean same =
        BCrypt.verifyer(VERSION, LongPasswordStrategies.truncate(VERSION))
            .verify(login.password(), compared.getBytes(StandardCharsets.US_ASCII))
            .verified;
    boolean good = same && hash != null;
    byte[] digest = digest(login);
    synchronized (this) {
      if (good) {
        right.put(login.user(), digest);
      } else {
        wrong.put(HexFormat.of().formatHex(digest), false);
      }
    }
    return good;
  }

  /** Whether these are its users. */
  boolean knows(Map<String, String> others) {
    return users.equals(others);
  }

  /** The users' names. */
  Set<String> names() {
    return users.keySet();
  }

  private byte[] digest(Login login) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(login.user().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(login.password());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + HMAC, e);
    }
  }
}
