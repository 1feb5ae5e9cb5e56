package dev.acceld.dra.claim;

import java.util.regex.Pattern;

/** A claim's UID becomes a file name and part of CDI names, so its form is checked first. */
public final class ClaimUid {
  private static final Pattern SAFE =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_]{0,98}[A-Za-z0-9])?");

  private ClaimUid() {}

  /** False for anything that could leave the directory or break a CDI name. */
  public static boolean safe(String uid) {
    return SAFE.matcher(uid).matches();
  }
}
